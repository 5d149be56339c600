import { readFileSync } from 'fs';
import { App, Duration, Stack, Stage } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { CloudAssembly } from '../../cli/system/cloud-assembly';
import { SystemDescription } from '../../cli/system/system-description';
import * as library from '../../src';
import {
  ApiAuthorization, EventReplication, GlobalEventBus, GlobalTable, HttpMethod, MultiRegionApi, MultiRegionFunction, MultiRegionQueue,
  MultiRegionSystem, ReplicatedWorkflow, SubscriptionScope, SystemUnit, TableConsistency, WorkflowDefinition, WorkflowOwnership,
} from '../../src';
import { DESCRIPTION_PREFIX } from '../../src/system/description';
import { described, missingNames, undescribedNames, undescribedSeconds } from '../support/described';
import { DOMAIN } from '../support/order-system';
import { CODE, testApp } from '../support/synth';

const REGIONS = ['us-east-1', 'us-east-2', 'us-west-2'];
const [primaryRegion, ...secondaryRegions] = REGIONS;
const NONE = ApiAuthorization.none({ reason: 'a test' });

/** A system of three regions with every construct in it, each in the ways that its description tells apart. */
function everything(app: App): MultiRegionSystem {
  const system = new MultiRegionSystem(app, 'Shop', { primaryRegion, secondaryRegions });
  const partitionKey = { name: 'pk', type: AttributeType.STRING };
  const handler = new MultiRegionFunction(system, 'Handler', { codePath: CODE, environment: { PATIENCE_SECONDS: '60' } });

  const items = new GlobalTable(system, 'Items', { partitionKey, sortKey: { name: 'sk', type: AttributeType.STRING } });
  new GlobalTable(system, 'Accounts', { partitionKey: { name: 'account', type: AttributeType.STRING }, consistency: TableConsistency.STRONG });
  GlobalEventBus.fromEventBusName(system, 'TheirBus', 'their-bus').subscribe('ToHandler', { eventPattern: { source: ['theirs'] }, target: handler });
  const theirs = GlobalTable.fromTableAttributes(system, 'Theirs', { tableName: 'their-table' });

  const bus = new GlobalEventBus(system, 'Bus');
  const local = new GlobalEventBus(system, 'Local', { replication: EventReplication.none(), eventBusName: `a-name-that-is-${'long-'.repeat(10)}indeed` });

  const unit = new SystemUnit(system, 'Billing');
  const worker = new MultiRegionFunction(unit, 'Worker', { codePath: CODE });
  const jobs = new MultiRegionQueue(unit, 'Jobs');
  const lost = new MultiRegionQueue(system, 'Lost');

  const workflow = (id: string, props: Partial<library.ReplicatedWorkflowProps> = {}) => new ReplicatedWorkflow(system, id, {
    definition: WorkflowDefinition.fromFile('test/support/hello.asl.json', { functions: { Hello: handler } }), ...props,
  });
  const trigger = { bus, eventPattern: { source: ['shop'] }, idempotencyKeyPath: '$.detail.orderId' };
  const item = { table: theirs, source: 'shop', detailType: 'Placed', timeAttribute: 'placedAt' };
  workflow('Taken', { trigger: { ...trigger, table: item }, ownership: WorkflowOwnership.originRegion({ takeoverAfter: Duration.minutes(3) }) });
  workflow('Left', { trigger, ownership: WorkflowOwnership.originRegion({ takeover: false }) });
  workflow('Once', { trigger, ownership: WorkflowOwnership.primaryRegion() });
  workflow('Each', { trigger, ownership: WorkflowOwnership.everyRegion(), type: StateMachineType.EXPRESS });
  workflow('ByHand');

  const api = new MultiRegionApi(system, 'Api', { domain: DOMAIN, authorization: ApiAuthorization.jwt({ issuer: 'https://login.example.com', audience: ['shop'] }) });
  const bare = new MultiRegionApi(unit, 'Bare', { authorization: NONE });

  // what comes later is described as well
  jobs.addConsumer(worker);
  items.publishChangesTo(bus, { detailType: 'ItemChanged' });
  items.detectConflicts({ losingImages: lost });
  bus.subscribe('ToJobs', { eventPattern: { source: ['shop'] }, target: jobs, scope: SubscriptionScope.EVERY_REGION });
  bus.subscribe('ToWorker', { eventPattern: { source: ['shop'] }, target: worker });
  local.subscribe('ToOther', { eventPattern: { source: ['shop'] }, target: { targetIn: region => new LambdaFunction(handler.inRegion(region)) } });
  api.addRoute(HttpMethod.POST, '/orders', handler, { scopes: ['orders/write'] });
  api.addRoute(HttpMethod.GET, '/orders/{id}', handler, { authorization: ApiAuthorization.iam() });
  api.addRoute(HttpMethod.GET, '/bills', handler, {
    authorization: ApiAuthorization.cognito({
      userPoolArns: Object.fromEntries(REGIONS.map(region => [region, [`arn:aws:cognito-idp:${region}:111122223333:userpool/${region}_abc`]])),
    }),
  });
  bare.addRoute(HttpMethod.GET, '/jobs', worker);
  return system;
}

describe('A system', () => {
  let app: App;
  let system: SystemDescription;
  let assembly: CloudAssembly;
  beforeAll(() => {
    app = testApp();
    everything(app);
    system = described(app);
    assembly = CloudAssembly.read(app.synth().directory);
  });

  test('is described with its name, its regions and its control table', () => {
    const { path, name, regions, retiringRegions, controlTable } = system;
    expect({ path, name, regions, retiringRegions, controlTable })
      .toEqual({ path: 'Shop', name: 'Shop', regions: REGIONS, retiringRegions: [], controlTable: 'Shop-Control-Table' });
  });

  test('describes APIs with their routes, and how callers are authorized', () => {
    expect(system.apis).toEqual([
      {
        path: 'Shop/Billing/Bare',
        apiName: 'Shop-Billing-Bare',
        stageName: 'live',
        regionalNames: {},
        routes: [{ method: 'GET', path: '/jobs', function: 'Shop-Billing-Worker', authorization: 'NONE', scopes: [] }],
        healthPath: '/health',
        healthFunction: 'Shop-Billing-Bare-Health',
      },
      {
        path: 'Shop/Api',
        apiName: 'Shop-Api',
        stageName: 'live',
        sharedName: 'orders.example.com',
        regionalNames: Object.fromEntries(REGIONS.map(region => [region, `${region}.orders.example.com`])),
        routes: [
          { method: 'POST', path: '/orders', function: 'Shop-Handler', authorization: 'JWT', scopes: ['orders/write'] },
          { method: 'GET', path: '/orders/{id}', function: 'Shop-Handler', authorization: 'IAM', scopes: [] },
          { method: 'GET', path: '/bills', function: 'Shop-Handler', authorization: 'COGNITO', scopes: [] },
        ],
        healthPath: '/health',
        healthFunction: 'Shop-Api-Health',
        evacuationPath: '/evacuation/{region}',
      },
    ]);
  });

  test('describes the application\'s tables, and neither the control table nor ledgers', () => {
    expect(system.tables).toEqual([
      {
        path: 'Shop/Items',
        name: 'Shop-Items',
        partitionKey: 'pk',
        sortKey: 'sk',
        isStrong: false,
        publishesChanges: true,
        detectsConflicts: true,
        losingImages: 'Shop-Lost',
      },
      { path: 'Shop/Accounts', name: 'Shop-Accounts', partitionKey: 'account', isStrong: true, publishesChanges: false, detectsConflicts: false },
    ]);
    expect(system.importedTables).toEqual([{ path: 'Shop/Theirs', name: 'their-table' }]);
    expect(system.importedBuses).toEqual([{
      path: 'Shop/TheirBus',
      name: 'their-bus',
      subscriptions: [{ id: 'ToHandler', rule: 'Shop-ToHandler', target: 'Shop-Handler', everyRegion: false, regions: REGIONS }],
    }]);
  });

  test('describes buses with their subscriptions, and what they lead to', () => {
    const [bus, local] = system.buses;
    expect({ ...bus, subscriptions: [] }).toEqual({ path: 'Shop/Bus', name: 'Shop-Bus', isReplicated: true, archive: 'Shop-Bus', subscriptions: [] });
    const subscription = (id: string, target: string, everyRegion: boolean, regions = REGIONS) => ({ id, rule: id, target, everyRegion, regions });
    expect(bus.subscriptions).toEqual([
      subscription('Taken', 'Shop-Taken', true),
      subscription('Left', 'Shop-Left', false),
      subscription('Once', 'Shop-Once', true, [primaryRegion]),
      subscription('Each', 'Shop-Each', true),
      subscription('ToJobs', 'Shop-Billing-Jobs', true),
      subscription('ToWorker', 'Shop-Billing-Worker', false),
    ]);
    expect(local.isReplicated).toBe(false);
    expect(local.archive).toHaveLength(48);
    expect(local.subscriptions).toEqual([subscription('ToOther', '', false)]);
  });

  test('describes workflows with who runs them, and what starts them', () => {
    const workflow = (id: string) => system.workflows.find(({ name }) => name === `Shop-${id}`);
    const trigger = (id: string) => ({ bus: 'Shop-Bus', idempotencyKeyPath: '$.detail.orderId', queue: `Shop-${id}-events`, deadLetterQueue: `Shop-${id}-unstarted` });
    const common = (id: string) => ({ path: `Shop/${id}`, name: `Shop-${id}`, alias: 'live', isExpress: false, ownership: 'ORIGIN_REGION' });
    expect(system.workflows).toHaveLength(5);
    expect(workflow('Taken')).toEqual({
      ...common('Taken'), ledger: 'Shop-Taken-Ledger-Table', takeoverAfterSeconds: 180, trigger: { ...trigger('Taken'), table: 'their-table' },
    });
    expect(workflow('Left')).toEqual({ ...common('Left'), trigger: trigger('Left') });
    expect(workflow('Once')).toEqual({ ...common('Once'), ownership: 'PRIMARY_REGION', trigger: trigger('Once') });
    expect(workflow('Each')).toEqual({ ...common('Each'), ownership: 'EVERY_REGION', isExpress: true, trigger: trigger('Each') });
    expect(workflow('ByHand')).toEqual(common('ByHand'));
  });

  test('tells the functions of the application from the library\'s own', () => {
    const own = system.functions.filter(({ isLibrary }) => !isLibrary);
    expect(own).toEqual([
      { path: 'Shop/Handler', name: 'Shop-Handler', alias: 'live', isLibrary: false },
      { path: 'Shop/Billing/Worker', name: 'Shop-Billing-Worker', alias: 'live', isLibrary: false },
    ]);
    expect(system.functions.filter(({ alias }) => alias === undefined).map(({ name }) => name).sort()).toEqual([
      'Shop-Billing-DeadLetters-Redriver', 'Shop-DeadLetters-Redriver', 'Shop-StreamArn',
    ]);
  });

  test('describes queues, and the dead letters of the system and of its units', () => {
    expect(system.queues).toEqual([
      { path: 'Shop/Billing/Jobs', name: 'Shop-Billing-Jobs', deadLetterQueue: 'Shop-Billing-Jobs-poison', triedForSeconds: 300, consumers: ['Shop-Billing-Worker'] },
      { path: 'Shop/Lost', name: 'Shop-Lost', deadLetterQueue: 'Shop-Lost-poison', triedForSeconds: 300, consumers: [] },
    ]);
    expect(system.deadLetters).toEqual([
      { path: 'Shop/DeadLetters', queue: 'Shop-DeadLetters', redriveQueue: 'Shop-DeadLetters-redrive' },
      { path: 'Shop/Billing/DeadLetters', queue: 'Shop-Billing-DeadLetters', redriveQueue: 'Shop-Billing-DeadLetters-redrive' },
    ]);
  });

  test('lets the times of its own protocols be scaled, and no variable of the application', () => {
    const variables = ['TAKEOVER_AFTER_SECONDS', 'BEAT_SECONDS', 'MARGIN_SECONDS'];
    expect(system.durations.environment).toEqual({ 'Shop-Taken-Starter': variables, 'Shop-Taken-Ledger-Sweeper': variables });
  });

  test('lets the rates of its sweepers and heartbeats be scaled, and no schedule of the application', () => {
    const other = testApp();
    const own = everything(other);
    const schedule = new CfnSchedule(own.stackIn(primaryRegion), 'Nightly', {
      scheduleExpression: 'rate(1 minute)', flexibleTimeWindow: { mode: 'OFF' }, target: { arn: 'arn:aws:sqs:us-east-1:111122223333:q', roleArn: 'arn:aws:iam::111122223333:role/r' },
    });
    const { schedules } = described(other).durations;
    // one of the ledger, and one of the bus that is replicated
    expect(schedules.map(one => one.split('/')[0]).sort()).toEqual(REGIONS.flatMap(region => [`Shop-${region}`, `Shop-${region}-mesh`]));
    const { stackName } = schedule.stack;
    expect(undescribedNames(described(other), CloudAssembly.read(other.synth().directory))).toEqual([`${stackName}/${schedule.stack.resolve(schedule.logicalId)}`]);
  });

  test('names what the templates have, and all that they have', () => {
    expect(missingNames(system, assembly)).toEqual([]);
    expect(undescribedNames(system, assembly)).toEqual([]);
    expect(undescribedSeconds(system, assembly)).toEqual([]);
  });

  test('writes entries of the kinds that docs/REHEARSAL.md lists', () => {
    const kinds = assembly.stacks.flatMap(({ metadata }) => metadata).filter(({ type }) => type.startsWith(DESCRIPTION_PREFIX))
      .map(({ type }) => type.slice(DESCRIPTION_PREFIX.length));
    const documented = [...readFileSync('docs/REHEARSAL.md', 'utf8').split('## What a rehearsal reads')[1].matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, kind]) => kind);
    expect([...new Set(kinds)].sort()).toEqual(documented.sort());
  });

  /** What is exported, is a construct, and has nothing of its own that a rehearsal looks for. */
  const NOT_DESCRIBED: Record<string, string> = {
    AlarmChat: 'it is outside of the system, and passes on what AWS says',
    AuditTrail: 'it records, and nothing goes through it',
    ComplianceReport: 'it checks, and nothing goes through it',
    EventSubscription: 'its bus describes it',
    MultiRegionDashboard: 'it shows, and nothing goes through it',
    MultiRegionPipeline: 'it is outside of the system, and a rehearsal deploys by itself',
    SystemUnit: 'it has stacks, which the assembly names',
  };

  test('has no construct that is exported and not described', () => {
    const exported = Object.entries(library).filter(([, value]) => typeof value === 'function' && value.prototype instanceof Construct).map(([name]) => name);
    const isDescribed = (construct: Construct) => construct.node.metadata.some(({ type }) => type.startsWith(DESCRIPTION_PREFIX));
    const constructs = (app.node.findAll() as Construct[]).filter(construct => !Stack.isStack(construct));
    const writing = new Set(constructs.filter(isDescribed).map(({ constructor }) => constructor.name));
    expect(exported.filter(name => !writing.has(name)).sort()).toEqual(Object.keys(NOT_DESCRIBED));
  });
});

describe('A description', () => {
  test('is made of names behind that of the stage', () => {
    const app = testApp();
    const system = new MultiRegionSystem(new Stage(app, 'Prod'), 'Shop', { primaryRegion, secondaryRegions: [] });
    new MultiRegionFunction(system, 'Handler', { codePath: CODE });
    const { path, name, functions } = described(app);
    expect([path, name]).toEqual(['Prod/Shop', 'Prod-Shop']);
    expect(functions).toContainEqual({ path: 'Prod/Shop/Handler', name: 'Prod-Shop-Handler', alias: 'live', isLibrary: false });
  });

  test('is that of a system of one region as well, which has nothing to replicate to', () => {
    const app = testApp();
    const system = new MultiRegionSystem(app, 'Shop', { primaryRegion, secondaryRegions: [] });
    new GlobalEventBus(system, 'Bus');
    const { regions, buses, durations, controlTable } = described(app);
    expect(regions).toEqual([primaryRegion]);
    expect(durations).toEqual({ environment: {}, schedules: [] });
    expect(controlTable).toBeUndefined();
    expect(buses).toMatchObject([{ name: 'Shop-Bus', isReplicated: false }]);
  });

  test('makes no stack', () => {
    const app = testApp();
    const system = new MultiRegionSystem(app, 'Shop', { primaryRegion, secondaryRegions });
    new GlobalTable(system, 'Items', { partitionKey: { name: 'pk', type: AttributeType.STRING }, alarms: false });
    expect(described(app).tables).toHaveLength(1);
    expect(app.synth().stacks.map(({ stackName }) => stackName)).toEqual(['Shop-global']);
  });

  test('says which regions retire', () => {
    const app = testApp();
    const system = new MultiRegionSystem(app, 'Shop', { primaryRegion, secondaryRegions, retiringRegions: ['us-west-2'] });
    new MultiRegionFunction(system, 'Handler', { codePath: CODE });
    expect(described(app)).toMatchObject({ regions: REGIONS, retiringRegions: ['us-west-2'] });
  });
});
