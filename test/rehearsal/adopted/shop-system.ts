import { join } from 'path';
import { Duration, Size } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { BUS, CUSTOMERS, KEY_SECRET, TABLE, WAREHOUSES } from './names';
import { TeamStack } from './team-stack';
import {
  ApiAuthorization, ApiDomainProps, CustomAuthorizerType, GlobalEventBus, GlobalTable, HttpMethod, MultiRegionApi, MultiRegionFunction,
  MultiRegionFunctionProps, MultiRegionSystem, MultiRegionSystemProps, ReplicatedWorkflow, TableChange, WorkflowDefinition,
} from 'cdk-multi-region';

export interface ShopSystemProps extends MultiRegionSystemProps {
  readonly domain: ApiDomainProps;
  /** ARNs of layers, by region. */
  readonly layerArns: { [region: string]: string[] };
}

/** A shop that was in one region: its functions, bus, layer, names and clients' keys go on in two. */
export class ShopSystem extends MultiRegionSystem {
  constructor(scope: Construct, id: string, props: ShopSystemProps) {
    super(scope, id, props);

    // What there was: functions, a bus and a table in the team's own stacks, and a table that becomes the system's under its name
    const team = Object.fromEntries(this.regions.map(region => [region, new TeamStack(scope, `Team-${region}`, {
      env: { region, account: props.account },
      replicaRegions: region === this.primaryRegion ? this.peersOf(region) : undefined,
    })]));
    const theirs = (name: string, pick: (stack: TeamStack) => TeamStack['notify']) => (
      MultiRegionFunction.fromFunctions(this, name, Object.fromEntries(this.regions.map(region => [region, pick(team[region])])))
    );
    const placeOrder = theirs('PlaceOrder', stack => stack.placeOrder);
    const packOrder = theirs('PackOrder', stack => stack.packOrder);
    const notify = theirs('Notify', stack => stack.notify);
    const news = GlobalEventBus.fromEventBusName(this, 'News', BUS);
    const table = new GlobalTable(this, 'Orders', {
      tableName: TABLE,
      partitionKey: { name: 'order', type: AttributeType.STRING },
      sortKey: { name: 'kind', type: AttributeType.STRING },
    });

    const customers = GlobalTable.fromTableName(this, 'Customers', CUSTOMERS);

    // What is told on the team's bus
    table.grantReadWriteData(placeOrder);
    news.grantPutEvents(placeOrder);
    table.grantWriteData(notify);
    news.subscribe('Notify', { eventPattern: { source: ['shop'] }, target: notify });

    // What one region does for each order, and for each customer
    const bus = new GlobalEventBus(this, 'Bus', { eventBusName: 'shop' });
    customers.grantWriteData(placeOrder);
    customers.publishChangesTo(bus, { source: 'customers', detailType: 'CustomerCame', changes: [TableChange.INSERT] });
    bus.subscribe('Greet', { eventPattern: { source: ['customers'] }, target: notify });
    table.publishChangesTo(bus, { source: 'shop', detailType: 'OrderPlaced', changes: [TableChange.INSERT], itemFilter: { kind: ['placed'] } });
    const packing = new ReplicatedWorkflow(this, 'Packing', {
      definition: WorkflowDefinition.fromFile(join(__dirname, 'packing.asl.json'), { functions: { Pack: packOrder }, substitutions: { TableName: table.tableName } }),
      trigger: { bus, eventPattern: { source: ['shop'], detailType: ['OrderPlaced'] }, idempotencyKeyPath: '$.detail.dynamodb.NewImage.order.S' },
    });
    table.grantWriteData(packing);

    // What clients ask for
    const own = (name: string, options: MultiRegionFunctionProps = {}) => {
      const fn = new MultiRegionFunction(this, name, { entry: join(__dirname, `handlers/${name.toLowerCase()}.ts`), environment: { TABLE_NAME: table.tableName }, ...options });
      table.grantReadData(fn);
      return fn;
    };
    const find = own('Find', {
      regionalEnvironment: Object.fromEntries(this.regions.map(region => [region, { WAREHOUSE: WAREHOUSES[region] }])),
      ephemeralStorageSize: Size.gibibytes(1),
      provisionedConcurrentExecutions: 1,
      layerArns: props.layerArns,
      bundling: { minify: false },
      runtime: Runtime.NODEJS_24_X,
    });
    const receipt = own('Receipt');
    const gatekeeper = new MultiRegionFunction(this, 'Gatekeeper', { entry: join(__dirname, 'handlers/gatekeeper.ts'), rollbackOnAlarm: false });
    const api = new MultiRegionApi(this, 'Api', {
      domain: props.domain,
      authorization: ApiAuthorization.custom(gatekeeper, { type: CustomAuthorizerType.TOKEN, tokenPattern: 'Bearer [a-z]+' }),
      binaryMediaTypes: ['application/pdf'],
    });
    const sessions = ApiAuthorization.custom(gatekeeper, { identitySources: ['method.request.header.X-Session'], resultsCacheTtl: Duration.seconds(30) });
    api.addUsagePlan('Partners', { apiKeySecrets: { acme: KEY_SECRET }, throttlingRateLimit: 50, throttlingBurstLimit: 100 });
    api.addRoute(HttpMethod.POST, '/orders', placeOrder, { requestSchema: ORDER });
    api.addRoute(HttpMethod.GET, '/orders/{order}', find, { apiKeyRequired: true, requiredQueryParameters: ['currency'] });
    api.addRoute(HttpMethod.GET, '/orders/{order}/receipt', receipt, { authorization: sessions, requiredHeaders: ['X-Tenant'] });
  }
}

const ORDER = {
  type: 'object',
  required: ['order', 'customer'],
  additionalProperties: false,
  properties: { order: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' }, customer: { type: 'string', minLength: 1, maxLength: 64 } },
};
