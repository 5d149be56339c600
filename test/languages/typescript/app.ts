import { App, Duration } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import {
  ApiAuthorization, GlobalEventBus, GlobalTable, HttpMethod, MultiRegionApi, MultiRegionFunction, MultiRegionSystem, ReplicatedWorkflow,
  WorkflowDefinition,
} from 'cdk-multi-region';

const app = new App();
const system = new MultiRegionSystem(app, 'Orders', {
  primaryRegion: 'ap-southeast-2',
  secondaryRegions: ['us-west-2', 'eu-west-1'],
});

// state and events, in every region
const orders = new GlobalTable(system, 'OrdersTable', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
const bus = new GlobalEventBus(system, 'Bus', { archiveRetention: Duration.days(30) });

// code, in every region; names are equal everywhere, so the environment is a plain string
const placeOrder = new MultiRegionFunction(system, 'PlaceOrder', {
  codePath: 'handlers/place_order',
  runtime: Runtime.PYTHON_3_13,
  environment: { TABLE_NAME: orders.tableName, BUS_NAME: bus.eventBusName },
});
orders.grantReadWriteData(placeOrder);
bus.grantPutEvents(placeOrder);

// a workflow, in the region where its event was published, once per order
const charge = new MultiRegionFunction(system, 'Charge', { codePath: 'handlers/charge', runtime: Runtime.PYTHON_3_13 });
new ReplicatedWorkflow(system, 'Fulfilment', {
  definition: WorkflowDefinition.fromFile('fulfilment.asl.json', { functions: { Charge: charge } }),
  trigger: { bus, eventPattern: { detailType: ['OrderPlaced'] }, idempotencyKeyPath: '$.detail.orderId' },
});

// the front
const api = new MultiRegionApi(system, 'Api', {
  domain: { hostedZoneId: 'Z0123456789ABCDEFGHIJ', zoneName: 'example.com', domainName: 'api.example.com' },
  authorization: ApiAuthorization.jwt({ issuer: 'https://login.example.com', audience: ['orders'] }),
});
api.addRoute(HttpMethod.POST, '/orders', placeOrder, { scopes: ['orders:write'] });

app.synth();
