import { join } from 'path';
import { Aws, Duration, Validations } from 'aws-cdk-lib';
import { ReadWriteType } from 'aws-cdk-lib/aws-cloudtrail';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import {
  ApiAuthorization, ApiDomainProps, AuditTrail, GlobalEventBus, GlobalTable, HttpMethod, MultiRegionApi, MultiRegionDashboard, MultiRegionFunction,
  MultiRegionQueue, MultiRegionSystem, MultiRegionSystemProps, ReplicatedWorkflow, SubscriptionScope, TableChange, WorkflowDefinition,
  WorkflowOwnership,
} from 'cdk-multi-region';
import { Construct } from 'constructs';
import { orderSchema } from './order-schema';

export interface OrderSystemProps extends MultiRegionSystemProps {
  /** The name that customers use. */
  readonly domain: ApiDomainProps;
}

/** An order service that runs in all its regions at once: orders come in by HTTP, and a workflow fulfils them. */
export class OrderSystem extends MultiRegionSystem {
  constructor(scope: Construct, id: string, props: OrderSystemProps) {
    super(scope, id, props);

    const orders = new GlobalTable(this, 'OrdersTable', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
    });
    const bus = new GlobalEventBus(this, 'Bus', { archiveRetention: Duration.days(30) });

    const handler = (name: string, file: string, exported = 'handler') => new MultiRegionFunction(this, name, {
      entry: join(__dirname, 'handlers', `${file}.ts`),
      handler: `index.${exported}`,
      environment: { TABLE_NAME: orders.tableName, BUS_NAME: bus.eventBusName },
    });

    // Requests
    const placeOrder = handler('PlaceOrder', 'place-order');
    const getOrder = handler('GetOrder', 'get-order');
    orders.grantReadWriteData(placeOrder);
    bus.grantPutEvents(placeOrder);
    orders.grantReadData(getOrder);

    // What others learn of an order, the table itself publishes: what is stored is published, and nothing else is
    orders.publishChangesTo(bus, { source: 'orders', detailType: 'OrderChanged', changes: [TableChange.INSERT], itemFilter: { sk: ['order', 'outcome'] } });
    const onInsert = (name: string, target: MultiRegionFunction, sk: string, where = SubscriptionScope.ORIGIN) => bus.subscribe(name, {
      eventPattern: { source: ['orders'], detailType: ['OrderChanged'], detail: { dynamodb: { NewImage: { sk: { S: [sk] } } } } }, target, scope: where,
    });

    // The search index of each region
    const indexOrder = handler('IndexOrder', 'index-order');
    orders.grantReadWriteData(indexOrder);
    onInsert('IndexOrder', indexOrder, 'order', SubscriptionScope.EVERY_REGION);

    // Messages to customers
    const notify = handler('Notify', 'notify');
    orders.grantReadWriteData(notify);
    onInsert('Notify', notify, 'outcome');

    // What a customer sends to two regions that cannot see each other, both take; this shows and keeps what the last writer replaced
    orders.detectConflicts({ losingImages: new MultiRegionQueue(this, 'LostWrites') });
    Validations.of(orders).acknowledge({ id: 'cdk-multi-region:streamReaders', reason: 'three readers are fine for a few orders a second; one that is throttled is late, and loses nothing' });

    // Fulfilment
    const steps = {
      Charge: handler('Charge', 'payment', 'charge'),
      Reserve: handler('Reserve', 'warehouse', 'reserve'),
      Ship: handler('Ship', 'carrier', 'ship'),
      Release: handler('Release', 'warehouse', 'release'),
      Refund: handler('Refund', 'payment', 'refund'),
    };
    Object.values(steps).forEach(step => orders.grantReadWriteData(step));

    const fulfilment = new ReplicatedWorkflow(this, 'Fulfilment', {
      definition: WorkflowDefinition.fromFile(join(__dirname, 'fulfilment.asl.json'), {
        functions: steps,
        substitutions: { TableName: orders.tableName, Region: Aws.REGION },
      }),
      trigger: {
        bus,
        eventPattern: { source: ['orders'], detailType: ['OrderPlaced'] },
        idempotencyKeyPath: '$.detail.orderId',
        correlationIdPath: '$.detail.correlationId',
        // An order that is stored will be fulfilled, whether or not anybody could publish its event
        table: { table: orders, source: 'orders', detailType: 'OrderPlaced', itemFilter: { sk: ['order'] }, timeAttribute: 'placedAt' },
      },
      ownership: WorkflowOwnership.originRegion({ takeoverAfter: Duration.minutes(3) }),
    });
    orders.grantWriteData(fulfilment);

    // The front
    const api = new MultiRegionApi(this, 'Api', {
      domain: props.domain,
      authorization: ApiAuthorization.none({ reason: 'a demonstration without users, so that anyone may try it' }),
    });
    api.addRoute(HttpMethod.POST, '/orders', placeOrder, { requestSchema: orderSchema });
    api.addRoute(HttpMethod.GET, '/orders/{id}', getOrder);

    // Where to look at 3 a.m.
    new MultiRegionDashboard(this, 'Dashboard');

    // Who changed what: of orders, without the reads, which are most of what happens to them and would be most of the bill
    new AuditTrail(this, 'AuditTrail', { dataEvents: [orders], dataEventsType: ReadWriteType.WRITE_ONLY });
  }
}
