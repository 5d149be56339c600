import { join } from 'path';
import { Stack, StackProps } from 'aws-cdk-lib';
import { AttributeType, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Alias, Code, Function, FunctionOptions, IFunction, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { BUS, CUSTOMERS, LAYER, TABLE } from './names';

export interface TeamStackProps extends StackProps {
  /** The other regions that have the team's table; nothing in those. */
  readonly replicaRegions?: string[];
}

/** What a team has in a region, by constructs of the CDK alone: functions, a layer, a bus, and in one region a global table. */
export class TeamStack extends Stack {
  public readonly placeOrder: IFunction;
  public readonly packOrder: IFunction;
  public readonly notify: IFunction;

  constructor(scope: Construct, id: string, { replicaRegions, ...props }: TeamStackProps) {
    super(scope, id, props);
    new EventBus(this, 'News', { eventBusName: BUS });
    if (replicaRegions) {
      new TableV2(this, 'Customers', {
        tableName: CUSTOMERS,
        partitionKey: { name: 'customer', type: AttributeType.STRING },
        dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
        replicas: replicaRegions.map(region => ({ region })),
      });
    }
    const layer = new LayerVersion(this, 'Boxes', { layerVersionName: LAYER, code: Code.fromAsset(join(__dirname, 'layer')), compatibleRuntimes: [Runtime.PYTHON_3_14] });
    // an alias is what callers know, so that a version can be replaced
    this.placeOrder = new Alias(this, 'PlaceOrderLive', { aliasName: 'live', version: this.functionOf('place_order').currentVersion });
    this.packOrder = this.functionOf('pack_order', { layers: [layer] });
    this.notify = this.functionOf('notify');
  }

  private functionOf(module: string, options: FunctionOptions = {}): Function {
    return new Function(this, module, {
      functionName: `shop-${module.replace('_', '-')}`,
      code: Code.fromAsset(join(__dirname, 'team')),
      handler: `${module}.handler`,
      runtime: Runtime.PYTHON_3_14,
      environment: { TABLE_NAME: TABLE, CUSTOMERS_NAME: CUSTOMERS, BUS_NAME: BUS },
      ...options,
    });
  }
}
