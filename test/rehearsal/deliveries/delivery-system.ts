import { join } from 'path';
import { Aws, Duration } from 'aws-cdk-lib';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { JsonPath, Succeed, TaskInput } from 'aws-cdk-lib/aws-stepfunctions';
import { DynamoAttributeValue, DynamoPutItem, LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { AUDIENCE, ISSUER, SCOPE } from './token';
import {
  ApiAuthorization, ApiDomainProps, GlobalEventBus, GlobalTable, HttpMethod, IWorkflowBinding, MultiRegionApi, MultiRegionFunction, MultiRegionQueue,
  MultiRegionSystem, MultiRegionSystemProps, ReplicatedWorkflow, SubscriptionScope, TableChange, WorkflowDefinition,
} from 'cdk-multi-region';

/** A mistake of the application that a rehearsal must notice. */
export enum Fault {
  /** One write of 50 is acknowledged and not made. */
  DROPPED_WRITES = 'dropped-writes',
  /** The consumer of events appends what it should put. */
  APPENDING_CONSUMER = 'appending-consumer',
}

export interface DeliverySystemProps extends MultiRegionSystemProps {
  readonly domain: ApiDomainProps;
  /** @default - the issuer's own */
  readonly jwksUri?: string;
  /** @default - none */
  readonly fault?: Fault;
}

/** Couriers report deliveries; every region shows where parcels are, and one of them sends the courier on. */
export class DeliverySystem extends MultiRegionSystem {
  constructor(scope: Construct, id: string, props: DeliverySystemProps) {
    super(scope, id, props);

    const table = new GlobalTable(this, 'Parcels', {
      partitionKey: { name: 'parcel', type: AttributeType.STRING },
      sortKey: { name: 'kind', type: AttributeType.STRING },
    });
    const bus = new GlobalEventBus(this, 'Bus', { archiveRetention: Duration.days(7) });
    const handler = (name: string, file: string) => new MultiRegionFunction(this, name, {
      entry: join(__dirname, 'handlers', `${file}.ts`),
      environment: { TABLE_NAME: table.tableName, FAULT: props.fault ?? '' },
    });

    // What couriers report
    const report = handler('Report', 'report');
    const find = handler('Find', 'find');
    table.grantReadWriteData(report);
    table.grantReadData(find);
    table.publishChangesTo(bus, { source: 'deliveries', detailType: 'ParcelReported', changes: [TableChange.INSERT], itemFilter: { kind: ['report'] } });
    const eventPattern = { source: ['deliveries'], detailType: ['ParcelReported'] };

    // What every region shows of it
    const track = handler('Track', 'track');
    table.grantReadWriteData(track);
    // what no try can handle is set aside within a minute
    const reports = new MultiRegionQueue(this, 'Reports', { visibilityTimeout: Duration.seconds(15), maxReceiveCount: 3 });
    reports.addConsumer(track);
    bus.subscribe('Reports', { eventPattern, target: reports, scope: SubscriptionScope.EVERY_REGION });

    // Where the courier goes next, which one region decides
    const route = new MultiRegionFunction(this, 'Route', { codePath: join(__dirname, 'handlers/route'), runtime: Runtime.PYTHON_3_14 });
    new ReplicatedWorkflow(this, 'Dispatch', {
      definition: WorkflowDefinition.fromBinding(new Dispatch(route, table)),
      trigger: { bus, eventPattern, idempotencyKeyPath: '$.detail.dynamodb.NewImage.parcel.S' },
    });

    const api = new MultiRegionApi(this, 'Api', {
      domain: props.domain,
      authorization: ApiAuthorization.jwt({ issuer: ISSUER, audience: [AUDIENCE], jwksUri: props.jwksUri }),
    });
    api.addRoute(HttpMethod.POST, '/parcels', report, { requestSchema: PARCEL, scopes: [SCOPE] });
    api.addRoute(HttpMethod.GET, '/parcels/{parcel}', find);
  }
}

const PARCEL = {
  type: 'object',
  required: ['parcel', 'depot'],
  additionalProperties: false,
  properties: { parcel: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' }, depot: { type: 'string', minLength: 1, maxLength: 64 } },
};

/** Asks where a courier goes, and stores it under the parcel, once whichever region runs it. */
class Dispatch implements IWorkflowBinding {
  constructor(private readonly route: MultiRegionFunction, private readonly table: GlobalTable) {}

  public bind(scope: Construct, region: string) {
    const report = '$.detail.dynamodb.NewImage';
    const ask = new LambdaInvoke(scope, 'Ask', {
      lambdaFunction: this.route.inRegion(region),
      payload: TaskInput.fromObject({ depot: JsonPath.stringAt(`${report}.depot.S`) }),
      payloadResponseOnly: true,
      resultPath: '$.route',
    });
    const store = new DynamoPutItem(scope, 'Store', {
      table: TableV2.fromTableName(scope, 'Parcels', this.table.tableName),
      item: {
        parcel: DynamoAttributeValue.fromString(JsonPath.stringAt(`${report}.parcel.S`)),
        kind: DynamoAttributeValue.fromString('dispatch'),
        next: DynamoAttributeValue.fromString(JsonPath.stringAt('$.route.next')),
        region: DynamoAttributeValue.fromString(Aws.REGION),
      },
      conditionExpression: 'attribute_not_exists(parcel)',
      resultPath: JsonPath.DISCARD,
    });
    // by another region that took over, or by this one before it was lost
    store.addCatch(new Succeed(scope, 'StoredBefore'), { errors: ['DynamoDB.ConditionalCheckFailedException'] });
    return ask.next(store);
  }
}
