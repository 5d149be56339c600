import { App, Duration, Stack } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import {
  AlarmChat, AlarmSubscription, ApiAuthorization, AuditTrail, ChatChannel, ComplianceMode, GlobalEventBus, GlobalTable, HttpMethod,
  MultiRegionApi, MultiRegionDashboard, MultiRegionFunction, MultiRegionPipeline, MultiRegionQueue,
  MultiRegionSystem, PipelineSource, ReplicatedWorkflow, TableChange, WorkflowDefinition, WorkflowOwnership,
} from '../../src';
import { DOMAIN } from '../support/order-system';
import { CODE, regions } from '../support/synth';

/** Adds a use of one construct to a system. */
export const CONSTRUCTS: Record<string, (system: MultiRegionSystem) => void> = {
  'MultiRegionFunction': system => {
    new MultiRegionFunction(system, 'Handler', { codePath: CODE, preTrafficHook: new MultiRegionFunction(system, 'Hook', { codePath: CODE }) });
  },
  'MultiRegionFunction with internet access': system => {
    new MultiRegionFunction(system, 'Handler', { codePath: CODE, internetAccess: true });
  },
  'MultiRegionFunction with reserved concurrency': system => {
    new MultiRegionFunction(system, 'Handler', { codePath: CODE, reservedConcurrentExecutions: 10 });
  },
  'MultiRegionQueue': system => {
    new MultiRegionQueue(system, 'Jobs').addConsumer(new MultiRegionFunction(system, 'Worker', { codePath: CODE }));
  },
  'GlobalTable': system => {
    const table = new GlobalTable(system, 'Items', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
    table.grantReadWriteData(new MultiRegionFunction(system, 'Handler', { codePath: CODE }));
  },
  'GlobalTable with an outbox and conflict detection': system => {
    const table = new GlobalTable(system, 'Items', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
    table.publishChangesTo(new GlobalEventBus(system, 'Bus'), { detailType: 'ItemChanged', changes: [TableChange.INSERT] });
    table.detectConflicts({ losingImages: new MultiRegionQueue(system, 'Lost') });
  },
  'GlobalEventBus': system => {
    const bus = new GlobalEventBus(system, 'Bus', { archiveRetention: Duration.days(7), schemaDiscovery: true });
    const handler = new MultiRegionFunction(system, 'Handler', { codePath: CODE });
    bus.grantPutEvents(handler);
    bus.subscribe('Handler', { eventPattern: { source: ['orders'] }, target: handler });
  },
  ...Object.fromEntries(Object.entries({
    'taking over': WorkflowOwnership.originRegion(), 'in the primary region': WorkflowOwnership.primaryRegion(),
  }).map(([how, ownership]) => [`ReplicatedWorkflow ${how}`, (system: MultiRegionSystem) => {
    const hello = new MultiRegionFunction(system, 'Hello', { codePath: CODE });
    new ReplicatedWorkflow(system, 'Workflow', {
      definition: WorkflowDefinition.fromFile('test/support/hello.asl.json', { functions: { Hello: hello } }),
      trigger: { bus: new GlobalEventBus(system, 'Bus'), eventPattern: { source: ['orders'] }, idempotencyKeyPath: '$.detail.orderId' },
      ownership,
    });
  }])),
  ...Object.fromEntries([true, false].map(enabled => [`MultiRegionApi with${enabled ? '' : 'out'} a web ACL`, (system: MultiRegionSystem) => {
    const api = new MultiRegionApi(system, 'Api', {
      // no two APIs of an app have the same one
      domain: { ...DOMAIN, domainName: `${enabled ? 'guarded' : 'open'}.example.com` }, webAcl: { enabled }, authorization: ApiAuthorization.jwt({ issuer: 'https://login.example.com', audience: ['orders'] }),
    });
    api.addRoute(HttpMethod.GET, '/orders/{id}', new MultiRegionFunction(system, 'GetOrder', { codePath: CODE }));
    api.addRoute(HttpMethod.GET, '/prices', new MultiRegionFunction(system, 'GetPrices', { codePath: CODE }), { authorization: ApiAuthorization.none({ reason: '(the reason that you give)' }) });
  }])),
  'MultiRegionDashboard': system => {
    new MultiRegionFunction(system, 'Handler', { codePath: CODE });
    new MultiRegionDashboard(system, 'Dashboard');
  },
  'AlarmChat': system => {
    new MultiRegionFunction(system, 'Handler', { codePath: CODE });
    new AlarmChat(new Stack(system.node.scope!, 'Chat', { env: { region: 'us-east-2' } }), 'Alarms', {
      channel: ChatChannel.slack('T0123ABCD', 'C0456EFGH'), systems: [system],
    });
  },
  'AuditTrail': system => {
    new AuditTrail(system, 'Audit');
  },
};

/** A stack with a strict pipeline. */
export function strictPipeline(app: App, standbyRegion?: string): Stack {
  const region = 'ap-southeast-2';
  const stack = new Stack(app, 'OrdersPipeline', { env: { region } });
  const system = new MultiRegionSystem(new App({ autoSynth: false }), 'Orders', regions(2));
  new MultiRegionPipeline(stack, 'Pipeline', {
    compliance: ComplianceMode.STRICT,
    source: PipelineSource.gitHub('example-org/orders', {
      connectionArn: `arn:aws:codeconnections:${region}:111122223333:connection/00000000-0000-0000-0000-000000000000`,
    }),
    stages: [{ system, approval: true }],
    notificationSubscriptions: [AlarmSubscription.email('ops@example.com')],
    standbyRegion,
  });
  return stack;
}
