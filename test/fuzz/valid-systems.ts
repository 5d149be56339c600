/** Small valid systems, each with one place for an odd value. */
import { join } from 'path';
import { App, Duration, Stack, Token } from 'aws-cdk-lib';
import { AttributeType, Operation } from 'aws-cdk-lib/aws-dynamodb';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Function } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import * as library from '../../src';
import { GITHUB, HOME, skeleton, connectionIn } from '../multi-region-pipeline/support';
import { DOMAIN } from '../support/order-system';
import { CODE, testApp } from '../support/synth';
import { wholeSystem, WholeSystem } from '../support/whole-system';

/** Props or parameters, of which one is odd. */
export type Odd = Record<string, any>;

const REASON = { reason: 'a test' };
const PARTITION_KEY = { name: 'pk', type: AttributeType.STRING };
const PATTERN = { source: ['shop'] };
const [PRIMARY, SECONDARY] = [HOME, 'us-west-2'];

function inSystem(use: (system: library.MultiRegionSystem) => unknown): App {
  const app = testApp();
  use(new library.MultiRegionSystem(app, 'Shop', { primaryRegion: PRIMARY, secondaryRegions: [SECONDARY] }));
  return app;
}

const fn = (system: library.MultiRegionSystem, odd: Odd = {}, id = 'Handler') => new library.MultiRegionFunction(system, id, { codePath: CODE, ...odd });
const table = (system: library.MultiRegionSystem, odd: Odd = {}) => new library.GlobalTable(system, 'Items', { partitionKey: PARTITION_KEY, ...odd });
const bus = (system: library.MultiRegionSystem, odd: Odd = {}) => new library.GlobalEventBus(system, 'Bus', odd);
const queue = (system: library.MultiRegionSystem, odd: Odd = {}) => new library.MultiRegionQueue(system, 'Jobs', odd);

function api(system: library.MultiRegionSystem, odd: Odd = {}, route?: Odd): void {
  new library.MultiRegionApi(system, 'Api', { domain: DOMAIN, authorization: library.ApiAuthorization.none(REASON), ...odd }).addRoute(library.HttpMethod.GET, '/things', fn(system), route);
}

function apiWithKeys(system: library.MultiRegionSystem, odd: Odd | null = {}): void {
  new library.MultiRegionApi(system, 'Api', { domain: DOMAIN, authorization: library.ApiAuthorization.none(REASON) })
    .addUsagePlan('Partners', odd === null ? odd as never : { apiKeySecrets: { acme: 'orders/api-keys/acme' }, ...odd });
}

function workflow(system: library.MultiRegionSystem, odd: Odd = {}): library.ReplicatedWorkflow {
  return new library.ReplicatedWorkflow(system, 'Workflow', {
    definition: library.WorkflowDefinition.fromFile('test/support/hello.asl.json', { functions: { Hello: fn(system) } }),
    trigger: { bus: bus(system), eventPattern: PATTERN, idempotencyKeyPath: '$.detail.orderId' },
    ...odd,
  });
}

function pipeline(odd: Odd = {}, stage: Odd = {}): App {
  const app = testApp();
  new library.MultiRegionPipeline(new Stack(app, 'Deployment', { env: { region: HOME } }), 'Pipeline', { source: GITHUB, stages: [{ system: skeleton(), ...stage }], ...odd } as any);
  return app;
}

const build = (buildOptions: Odd, odd: Odd = {}) => pipeline({ buildOptions, ...odd });
const CONNECTIONS = { connectionArn: connectionIn(HOME), standbyConnectionArn: connectionIn(SECONDARY) };
const source = (make: (props: any) => library.PipelineSource) => (odd: Odd) => pipeline({ source: make({ ...CONNECTIONS, ...odd }) });
const triggers = (odd: Odd) => source(props => library.PipelineSource.gitHub('example-org/orders', props))({ triggers: { tags: ['v*'], ...odd } });

/** Whether reports would be written there. They are to be written within the assembly, which is deleted. */
const isFolder = (directory: unknown) => typeof directory === 'string' && directory.trim() !== '' && !Token.isUnresolved(directory);

/** With the id of each struct: an app with one of it, with a prop that may be odd. */
export const OF_STRUCT: Record<string, (odd: Odd) => App> = {
  AlarmChatProps: odd => inSystem(system => {
    fn(system);
    new library.AlarmChat(new Stack(system.node.scope!, 'Chat', { env: { region: 'us-east-2' } }), 'Alarms', { channel: library.ChatChannel.slack('T0123ABCD', 'C0456EFGH'), systems: [system], ...odd });
  }),
  AlarmSettings: odd => inSystem(system => fn(system, { alarmSettings: { errors: odd } })),
  ApiAlarmSettings: odd => inSystem(system => api(system, { authorization: library.ApiAuthorization.jwt({ issuer: 'https://login.example.com', audience: ['orders'] }), alarmSettings: odd })),
  ApiUsagePlanProps: odd => inSystem(system => apiWithKeys(system, odd)),
  ApiDomainProps: odd => inSystem(system => api(system, { domain: { ...DOMAIN, ...odd } })),
  ApiHealthOptions: odd => inSystem(system => api(system, { health: odd })),
  AuditTrailProps: odd => inSystem(system => new library.AuditTrail(system, 'Audit', odd)),
  AzureDevOpsSourceProps: source(props => library.PipelineSource.azureDevOps('orders/orders', { repositoryUrl: 'https://dev.azure.com/example/orders/_git/orders', ...props })),
  BakeProps: odd => pipeline({}, { bake: odd }),
  BuildCodeArtifactProps: odd => build({ codeArtifact: { domain: 'example', repository: 'npm', domainOwner: '111122223333', ...odd } }),
  BuildVpcConfig: odd => pipelineWithVpc(odd),
  CustomAuthorizationProps: odd => inSystem(system => api(system, { authorization: library.ApiAuthorization.custom(fn(system, {}, 'Gatekeeper'), odd) })),
  CognitoAuthorizationProps: odd => inSystem(system => api(system, { authorization: library.ApiAuthorization.cognito({ userPoolArns: perRegion(region => [`arn:aws:cognito-idp:${region}:111122223333:userpool/${region}_AbCdEf123`]), ...odd }) })),
  ComplianceReportProps: odd => {
    const app = testApp();
    new library.ComplianceReport(app, 'Report', { packs: [library.CompliancePack.SERVERLESS], date: '2026-01-01', ...odd, ...(isFolder(odd.directory) && { directory: join(app.outdir, odd.directory) }) });
    return app;
  },
  ConnectionSourceProps: source(props => library.PipelineSource.gitLab('orders/orders', props)),
  DeploymentWindow: odd => pipeline({}, { deploymentWindow: { cron: '* 9-17 ? * MON-FRI *', ...odd } }),
  DetectConflictsOptions: odd => inSystem(system => table(system).detectConflicts(odd)),
  EventBusAlarmSettings: odd => inSystem(system => bus(system, { alarmSettings: odd, replicationCanary: true })),
  EventSubscriptionProps: odd => inSystem(system => bus(system).subscribe('ToQueue', { eventPattern: PATTERN, target: queue(system), ...odd })),
  FunctionAlarmSettings: odd => inSystem(system => fn(system, { alarmSettings: odd })),
  FunctionBundling: odd => inSystem(system => fn(system, { codePath: undefined, entry: 'example-app/handlers/notify.ts', bundling: odd })),
  FunctionImageOptions: odd => inSystem(system => fn(system, { codePath: undefined, image: library.FunctionImage.fromRepository('orders/handler', { tagOrDigest: 'v1', ...odd } as any) })),
  FunctionNetwork: odd => inNetworks({ ...NETWORK, ...odd }),
  GitHubSourceProps: source(props => library.PipelineSource.gitHub('example-org/orders', props)),
  GitHubTriggers: triggers,
  GlobalEventBusProps: odd => inSystem(system => bus(system, odd)),
  GlobalTableAttributes: odd => inSystem(system => library.GlobalTable.fromTableAttributes(system, 'Items', { tableName: 'their-table', ...odd }).grantReadData(fn(system))),
  GlobalTableProps: odd => inSystem(system => table(system, odd)),
  JwtAuthorizationProps: odd => inSystem(system => api(system, { authorization: library.ApiAuthorization.jwt({ issuer: 'https://login.example.com', audience: ['orders'], ...odd }) })),
  MermaidOptions: odd => { DIAGRAM().toMermaid(odd); return testApp(); },
  MultiRegionApiProps: odd => inSystem(system => api(system, odd)),
  MultiRegionDashboardProps: odd => inSystem(system => { fn(system); new library.MultiRegionDashboard(system, 'Dashboard', odd); }),
  MultiRegionFunctionProps: odd => inSystem(system => fn(system, odd)),
  MultiRegionPipelineProps: odd => pipeline(odd),
  MultiRegionQueueProps: odd => inSystem(system => queue(system, odd)),
  MultiRegionSystemProps: odd => { const app = testApp(); fn(new library.MultiRegionSystem(app, 'Shop', { primaryRegion: PRIMARY, secondaryRegions: [SECONDARY], ...odd })); return app; },
  ReservedConcurrencyOptions: odd => {
    const app = testApp();
    api(new library.MultiRegionSystem(app, 'Shop', { primaryRegion: PRIMARY, secondaryRegions: [SECONDARY], reservedConcurrency: odd }));
    return app;
  },
  NoAuthorizationProps: odd => inSystem(system => api(system, { authorization: library.ApiAuthorization.none({ ...REASON, ...odd }) })),
  OriginRegionOptions: odd => inSystem(system => workflow(system, { ownership: library.WorkflowOwnership.originRegion(odd) })),
  ParameterStoreOptions: odd => build({ secrets: { TOKEN: library.BuildSecret.fromParameterStore('/orders/token', odd) } }),
  PipelineBuildProps: odd => build(odd),
  PipelineStageProps: odd => pipeline({}, odd),
  PublishChangesOptions: odd => inSystem(system => table(system).publishChangesTo(bus(system), { detailType: 'ItemChanged', ...odd })),
  QueueAlarmSettings: odd => inSystem(system => queue(system, { alarmSettings: odd })),
  QueueConsumerOptions: odd => inSystem(system => queue(system).addConsumer(fn(system), odd)),
  ReplicatedWorkflowProps: odd => inSystem(system => workflow(system, odd)),
  RouteOptions: odd => inSystem(system => api(system, { authorization: library.ApiAuthorization.jwt({ issuer: 'https://login.example.com', audience: ['orders'] }) }, odd)),
  SecretsManagerOptions: odd => build({ secrets: { TOKEN: library.BuildSecret.fromSecretsManager('orders/token', odd) } }),
  SelfManagedSourceProps: source(props => library.PipelineSource.gitLabSelfManaged('orders/orders', { serverUrl: 'https://git.example.com', ...props })),
  SourceTriggers: triggers,
  SubscriptionDelivery: odd => inSystem(system => {
    const handler = fn(system);
    const delivery = { deadLetterQueue: new Queue(system.stackIn(PRIMARY), 'Dead'), maxEventAge: Duration.hours(1), retryAttempts: 3, ...odd };
    handler.targetIn(PRIMARY, delivery as any);
  }),
  SystemAlarmSettings: odd => { const app = testApp(); new library.MultiRegionSystem(app, 'Shop', { primaryRegion: PRIMARY, secondaryRegions: [SECONDARY], alarmSettings: odd }); return app; },
  TableAlarmSettings: odd => inSystem(system => { const items = table(system, { alarmSettings: odd }); items.detectConflicts(); items.publishChangesTo(bus(system), { detailType: 'ItemChanged' }); }),
  WebAclOptions: odd => inSystem(system => api(system, { webAcl: odd })),
  WorkflowAlarmSettings: odd => inSystem(system => workflow(system, { alarmSettings: odd })),
  WorkflowDefinitionOptions: odd => inSystem(system => workflow(system, { definition: library.WorkflowDefinition.fromFile('test/support/hello.asl.json', { functions: { Hello: fn(system, {}, 'Other') }, ...odd }) })),
  WorkflowTableTrigger: odd => inSystem(system => workflow(system, {
    trigger: {
      bus: new library.GlobalEventBus(system, 'Events'),
      eventPattern: PATTERN,
      idempotencyKeyPath: '$.detail.id',
      table: { table: table(system), source: 'shop', detailType: 'Sold', timeAttribute: 'at', ...odd },
    },
  })),
  WorkflowTrigger: odd => inSystem(system => workflow(system, { trigger: { bus: new library.GlobalEventBus(system, 'Events'), eventPattern: PATTERN, idempotencyKeyPath: '$.detail.orderId', ...odd } })),
};

const NETWORK = { subnetIds: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-0123456789abcdef0'] };
const perRegion = <T>(of: (region: string) => T) => ({ [PRIMARY]: of(PRIMARY), [SECONDARY]: of(SECONDARY) });

function inNetworks(network: Odd): App {
  const app = testApp();
  fn(new library.MultiRegionSystem(app, 'Shop', { primaryRegion: PRIMARY, secondaryRegions: [SECONDARY], functionNetworks: { [PRIMARY]: network as any, [SECONDARY]: NETWORK } }));
  return app;
}

function pipelineWithVpc(odd: Odd): App {
  const app = testApp();
  const stack = new Stack(app, 'Deployment', { env: { region: HOME } });
  const vpc = new Vpc(stack, 'Vpc', { maxAzs: 1 });
  new library.MultiRegionPipeline(stack, 'Pipeline', { source: GITHUB, stages: [{ system: skeleton() }], buildOptions: { vpcConfig: { vpc, ...odd } } });
  return app;
}

let drawn: library.ArchitectureDiagram | undefined;
const DIAGRAM = () => drawn ??= library.ArchitectureDiagram.fromAssembly(inSystem(system => fn(system)).synth().directory);

/** What is made by a factory, and how it is used. */
const factory = (make: (...given: any[]) => unknown, valid: Odd, use: (made: any, given: Odd) => App) => (odd: Odd) => {
  const given = { ...valid, ...odd };
  return use(make(...Object.keys(valid).map(name => given[name])), given);
};
const asAuthorization = (authorization: any) => inSystem(system => api(system, { authorization }));
const asSubscription = (subscription: any) => inSystem(system => { new library.MultiRegionSystem(system.node.scope!, 'Other', { primaryRegion: PRIMARY, secondaryRegions: [], alarmSubscriptions: [subscription] }); });
const asRouting = (routing: any) => inSystem(system => api(system, { routing }));
const asChannel = (channel: any) => inSystem(system => { new library.AlarmChat(new Stack(system.node.scope!, 'Chat', { env: { region: 'us-east-2' } }), 'Alarms', { channel, systems: [system] }); });
const asSecret = (secret: any) => build({ secrets: { TOKEN: secret } });
const asSource = (made: any) => pipeline({ source: made });
const connection = { connectionArn: connectionIn(HOME) };

/** With each method that makes something: an app with what it makes. Options that are structs have their place above. */
export const OF_METHOD: Record<string, (odd: Odd) => App> = {
  'AlarmSubscription.arn': factory(library.AlarmSubscription.arn, { endpointArn: 'arn:aws:lambda:ap-southeast-2:111122223333:function:page' }, asSubscription),
  'AlarmSubscription.email': factory(library.AlarmSubscription.email, { address: 'ops@example.com' }, asSubscription),
  'AlarmSubscription.https': factory(library.AlarmSubscription.https, { url: 'https://example.com/alarms' }, asSubscription),
  'ApiAuthorization.cognito': factory(library.ApiAuthorization.cognito, { props: {} }, asAuthorization),
  'ApiAuthorization.custom': odd => inSystem(system => api(system, { authorization: library.ApiAuthorization.custom('fn' in odd ? odd.fn : fn(system, {}, 'Gatekeeper'), odd.props) })),
  'ApiAuthorization.jwt': factory(library.ApiAuthorization.jwt, { props: {} }, asAuthorization),
  'ApiAuthorization.none': factory(library.ApiAuthorization.none, { props: REASON }, asAuthorization),
  'ApiRouting.geolocation': factory(library.ApiRouting.geolocation, { locations: {}, defaultRegion: PRIMARY }, asRouting),
  'ApiRouting.weighted': factory(library.ApiRouting.weighted, { weights: { [PRIMARY]: 1, [SECONDARY]: 1 } }, asRouting),
  'ArchitectureDiagram.fromAssemblies': factory(library.ArchitectureDiagram.fromAssemblies, { directories: ['cdk.out'] }, () => testApp()),
  'ArchitectureDiagram.fromAssembly': factory(library.ArchitectureDiagram.fromAssembly, { directory: 'cdk.out' }, () => testApp()),
  'ArchitectureDiagram.toMermaid': odd => { DIAGRAM().toMermaid(odd.options); return testApp(); },
  'BuildSecret.fromParameterStore': factory(library.BuildSecret.fromParameterStore, { parameterName: '/orders/token', options: undefined }, asSecret),
  'BuildSecret.fromSecretsManager': factory(library.BuildSecret.fromSecretsManager, { secretId: 'orders/token', options: undefined }, asSecret),
  'ChatChannel.microsoftTeams': factory(library.ChatChannel.microsoftTeams, { tenantId: '12345678-1234-1234-1234-123456789012', teamId: '12345678-1234-1234-1234-123456789012', channelId: '19%3aabc%40thread.tacv2' }, asChannel),
  'ChatChannel.slack': factory(library.ChatChannel.slack, { workspaceId: 'T0123ABCD', channelId: 'C0456EFGH' }, asChannel),
  'EventReplication.matching': factory(library.EventReplication.matching, { eventPattern: PATTERN }, replication => inSystem(system => bus(system, { replication }))),
  'FunctionImage.fromRepository': factory(library.FunctionImage.fromRepository, { repositoryName: 'orders/handler', options: { tagOrDigest: 'v1' } }, image => inSystem(system => fn(system, { codePath: undefined, image }))),
  'MultiRegionFunction.fromFunctionName': odd => inSystem(system => queue(system).grantSendMessages(library.MultiRegionFunction.fromFunctionName(system, 'Own', 'functionName' in odd ? odd.functionName : 'handler'))),
  'MultiRegionFunction.fromFunctions': odd => inSystem(system => library.MultiRegionFunction.fromFunctions(system, 'Own', 'functions' in odd ? odd.functions : perRegion(region => (
    Function.fromFunctionName(system.stackIn(region), 'Handler', 'handler')
  )))),
  'PipelineSource.azureDevOps': factory(library.PipelineSource.azureDevOps, { repository: 'orders/orders', props: { ...connection, repositoryUrl: 'https://dev.azure.com/example/orders/_git/orders' } }, asSource),
  'PipelineSource.bitbucket': factory(library.PipelineSource.bitbucket, { repository: 'orders/orders', props: connection }, asSource),
  'PipelineSource.gitHub': factory(library.PipelineSource.gitHub, { repository: 'orders/orders', props: connection }, asSource),
  'PipelineSource.gitHubEnterpriseServer': factory(library.PipelineSource.gitHubEnterpriseServer, { repository: 'orders/orders', props: { ...connection, serverUrl: 'https://git.example.com' } }, asSource),
  'PipelineSource.gitLab': factory(library.PipelineSource.gitLab, { repository: 'orders/orders', props: connection }, asSource),
  'PipelineSource.gitLabSelfManaged': factory(library.PipelineSource.gitLabSelfManaged, { repository: 'orders/orders', props: { ...connection, serverUrl: 'https://git.example.com' } }, asSource),
  'WorkflowDefinition.fromBinding': factory(library.WorkflowDefinition.fromBinding, { binding: undefined }, definition => inSystem(system => workflow(system, { definition }))),
  'WorkflowDefinition.fromFile': factory(library.WorkflowDefinition.fromFile, { path: 'test/support/hello.asl.json', options: undefined }, definition => inSystem(system => workflow(system, { definition }))),
  'WorkflowDeployment.canary': factory(library.WorkflowDeployment.canary, { percentage: 10, interval: Duration.minutes(5) }, deployment => inSystem(system => workflow(system, { deployment }))),
  'WorkflowDeployment.linear': factory(library.WorkflowDeployment.linear, { percentage: 10, interval: Duration.minutes(5) }, deployment => inSystem(system => workflow(system, { deployment }))),
  'WorkflowOwnership.originRegion': factory(library.WorkflowOwnership.originRegion, { options: undefined }, ownership => inSystem(system => workflow(system, { ownership }))),
  'MultiRegionApi.addUsagePlan': odd => inSystem(system => apiWithKeys(system, odd.props)),
  'AuditTrail.fromTrailArn': odd => inSystem(system => library.AuditTrail.fromTrailArn(system, 'Audit', 'trailArn' in odd ? odd.trailArn : 'arn:aws:cloudtrail:ap-southeast-2:111122223333:trail/audit')),
  'GlobalEventBus.fromEventBusName': odd => inSystem(system => library.GlobalEventBus.fromEventBusName(system, 'Theirs', 'eventBusName' in odd ? odd.eventBusName : 'theirs').subscribe('ToQueue', { eventPattern: PATTERN, target: queue(system) })),
  'GlobalTable.fromTableName': odd => inSystem(system => library.GlobalTable.fromTableName(system, 'Items', 'tableName' in odd ? odd.tableName : 'items')),
  'GlobalTable.fromTableAttributes': odd => inSystem(system => library.GlobalTable.fromTableAttributes(system, 'Items', 'attributes' in odd ? odd.attributes : { tableName: 'items' })),
};

const CONSTRUCT_PROPS: Record<string, Odd> = {
  GlobalTable: { partitionKey: PARTITION_KEY },
  MultiRegionFunction: { codePath: CODE },
  MultiRegionSystem: { primaryRegion: PRIMARY, secondaryRegions: [] },
};

/** Constructors whose props are a struct: `props` itself may be odd. */
export function constructed(name: string, odd: Odd): App {
  const make = (scope: Construct) => new (library as any)[name](scope, 'Odd', 'props' in odd ? odd.props : CONSTRUCT_PROPS[name]);
  if (name === 'MultiRegionSystem' || name === 'ComplianceReport') { const app = testApp(); make(app); return app; }
  if (name === 'MultiRegionPipeline' || name === 'AlarmChat') { const app = testApp(); make(new Stack(app, 'Stack', { env: { region: HOME } })); return app; }
  return inSystem(make);
}

/** One of each class that has methods, and what each parameter is when it is not odd. */
export function receivers(): { app: App; of: Record<string, any>; valid: Odd; whole: WholeSystem } {
  const app = testApp();
  const whole = wholeSystem(2, {}, app);
  const dashboard = new library.MultiRegionDashboard(whole.system, 'Dashboard');
  const options = undefined;
  return {
    app,
    whole,
    of: {
      DeadLetters: library.DeadLetters.of(whole.fn),
      EvacuationSwitch: library.EvacuationSwitch.of(whole.fn),
      EventSubscription: whole.subscription,
      GlobalEventBus: whole.bus,
      GlobalTable: whole.table,
      MultiRegionApi: whole.api,
      MultiRegionDashboard: dashboard,
      MultiRegionFunction: whole.fn,
      MultiRegionQueue: whole.queue,
      MultiRegionSystem: whole.system,
      ReplicatedWorkflow: whole.workflow,
      SystemUnit: new library.SystemUnit(whole.system, 'Annex'),
    },
    valid: {
      ofRegion: PRIMARY,
      region: PRIMARY,
      peer: SECONDARY,
      receivingRegion: SECONDARY,
      evacuatedRegion: SECONDARY,
      operation: Operation.GET_ITEM,
      options,
      grantee: whole.fn,
      fn: whole.fn,
      bus: whole.bus,
      key: 'KEY',
      value: 'value',
      service: 's3',
      method: library.HttpMethod.PUT,
      path: '/more',
      scope: whole.fn,
      construct: whole.fn,
      widgets: { widgetsIn: () => [] },
      delivery: { deadLetterQueue: new Queue(whole.system.stackIn(PRIMARY), 'Dead'), maxEventAge: Duration.hours(1), retryAttempts: 3 },
    },
  };
}
