import { join } from 'path';
import { Stack, StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Alias, Code, Function, FunctionOptions, IFunction, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { BUS, LAYER, TABLE } from './names';

/** What a team has in a region, by constructs of the CDK alone: functions, a layer and a bus. */
export class TeamStack extends Stack {
  public readonly placeOrder: IFunction;
  public readonly packOrder: IFunction;
  public readonly notify: IFunction;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    new EventBus(this, 'News', { eventBusName: BUS });
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
      environment: { TABLE_NAME: TABLE, BUS_NAME: BUS },
      ...options,
    });
  }
}
