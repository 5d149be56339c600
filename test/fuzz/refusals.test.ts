/** What the fuzz has found, each kind once; what it found of tables is beside their tests. */
import { Aws, Duration, Stack, Token } from 'aws-cdk-lib';
import { InsightType } from 'aws-cdk-lib/aws-cloudtrail';
import { RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  AlarmChat, AuditTrail, ChatChannel, CompliancePack, ComplianceReport, EventReplication, EventSubscription, GlobalEventBus,
  MultiRegionDashboard, MultiRegionFunction,
  MultiRegionQueue, MultiRegionSystem, ReplicatedWorkflow, ReplicatedWorkflowProps, WorkflowDefinition, WorkflowDeployment,
} from '../../src';
import { build } from '../multi-region-pipeline/support';
import { CODE, expectPropError, regional, resources, testApp, testSystem } from '../support/synth';

const MISSING: any = undefined;
const unknown = Duration.seconds(Token.asNumber({ Ref: 'Seconds' }));

function chat(channel: ChatChannel): AlarmChat {
  const system = testSystem();
  return new AlarmChat(new Stack(system.node.scope!, 'Chat'), 'Alarms', { channel, systems: [system] });
}

function workflow(props: Partial<ReplicatedWorkflowProps>): ReplicatedWorkflow {
  const system = testSystem();
  const functions = { Hello: new MultiRegionFunction(system, 'Hello', { codePath: CODE }) };
  return new ReplicatedWorkflow(system, 'Workflow', { definition: WorkflowDefinition.fromFile('test/support/hello.asl.json', { functions }), ...props });
}

function longInput(): EventSubscription {
  const system = testSystem();
  return new GlobalEventBus(system, 'Bus').subscribe('To', {
    eventPattern: { source: ['shop'] }, target: new MultiRegionQueue(system, 'Queue'), input: RuleTargetInput.fromText('x'.repeat(9000)),
  });
}

/** The identifier of a team or a tenant. */
const UUID = '12345678-1234-1234-1234-123456789012';

test.each<[string, () => unknown, string, string, string, string]>([
  ['a chat without a channel', () => chat(MISSING), 'channel', 'undefined', 'ChatChannel.slack()', 'Chat/Alarms'],
  ['a channel of Teams that is not encoded', () => chat(ChatChannel.microsoftTeams(UUID, UUID, '19:abc@thread.tacv2')), 'channelId', '19:abc', '%3A and %40', 'Chat/Alarms'],
  ['an audit trail with insights twice', () => new AuditTrail(testSystem(), 'Audit', { insightTypes: [InsightType.API_CALL_RATE, InsightType.API_CALL_RATE] }), 'insightTypes', 'ApiCallRateInsight', 'each type once', 'Orders/Audit'],
  ['an audit trail with a retention of no days', () => new AuditTrail(testSystem(), 'Audit', { cloudWatchLogsRetention: 0 as RetentionDays }), 'cloudWatchLogsRetention', '0', 'RetentionDays', 'Orders/Audit'],
  ['an audit trail with a retention that is a token', () => new AuditTrail(testSystem(), 'Audit', { retention: unknown }), 'retention', '<token> seconds', 'whole days', 'Orders/Audit'],
  ['reports in a folder that is a token', () => new ComplianceReport(testApp(), 'Report', { packs: [CompliancePack.SERVERLESS], directory: Aws.STACK_NAME }), 'directory', 'token', 'the path of a folder', 'Report'],
  ['widgets that are none', () => new MultiRegionDashboard(testSystem(), 'Dashboard').addWidgets(MISSING), 'widgets', 'undefined', 'widgetsIn', 'Orders/Dashboard'],
  ['a bus that a grantee without principals publishes to', () => new GlobalEventBus(testSystem(), 'Bus').grantPutEvents(MISSING), 'grantee', 'undefined', 'in every region', 'Orders/Bus'],
  ['a queue that a grantee without principals sends to', () => new MultiRegionQueue(testSystem(), 'Queue').grantSendMessages(MISSING), 'grantee', 'undefined', 'in every region', 'Orders/Queue'],
  ['a replication of no pattern', () => new GlobalEventBus(testSystem(), 'Bus', { replication: EventReplication.matching(MISSING) }), 'replication', '{}', 'at least one field', 'Orders/Bus'],
  ['a subscription of no target', () => new GlobalEventBus(testSystem(), 'Bus').subscribe('To', { eventPattern: { source: ['shop'] }, target: MISSING }), 'target', 'undefined', 'a MultiRegionFunction', 'Orders/Bus/To'],
  ['an input that is too long', () => longInput(), 'input', '9002 characters', 'at most 8192', 'Orders/Bus/To'],
  ['a workflow without a definition', () => workflow({ definition: MISSING }), 'definition', 'undefined', 'a WorkflowDefinition', 'Orders/Workflow'],
  ['a canary of an interval that is a token', () => workflow({ deployment: WorkflowDeployment.canary(10, unknown) }), 'interval', '<token> seconds', 'whole minutes', 'Orders/Workflow'],
  ['a build in no VPC', () => build({}, { buildOptions: { vpcConfig: { vpc: MISSING } } }), 'buildOptions.vpcConfig.vpc', 'undefined', 'a VPC', 'Deployment/Pipeline'],
  ['a build for a time that is a token', () => build({}, { buildTimeout: unknown }), 'buildTimeout', '<token> seconds', 'from 5 minutes', 'Deployment/Pipeline'],
])('%s is refused', (_, attempt, ...rest) => expectPropError(attempt, ...rest));

test('a workflow without the alarm on failures has no empty list of alarms, which CloudFormation would refuse', () => {
  const { node } = workflow({ alarmSettings: { failed: { enabled: false } } });
  const [alias] = resources(regional(node.scope as MultiRegionSystem, 'us-west-2'), 'AWS::StepFunctions::StateMachineAlias');
  expect(JSON.stringify(alias.Properties.DeploymentPreference)).not.toContain('Alarms');
});
