import { Duration } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { busArn, HEARTBEAT_DETAIL_TYPE, heartbeatRuleName } from './constants';
import { heartbeatMetric } from './replication-metrics';
import { BusAlarmOverrides } from './rule-alarms';
import { HEARTBEAT_SOURCE } from '../dead-letters/constants';
import { acknowledge } from '../system/acknowledge';
import { describeScaledSchedule } from '../system/describe';
import { inlineRole } from '../system/inline-role';
import { RegionalScope } from '../system/regional-scope';
import { RuleAdmission } from '../system/rule-admission';

/** The number of heartbeats, a minute apart, that must be missing in a row. */
const MISSING = 5;

export interface ReplicationCanaryProps {
  readonly eventBusName: string;
  readonly alarms: BusAlarmOverrides;
}

/**
 * Publishes a heartbeat in a region every minute, with an alarm for each peer on its heartbeats that stop to arrive.
 *
 * An event that no rule matches vanishes without a metric: a rule that is gone, disabled or changed looks like a quiet day. Only the absence of something that must arrive shows it.
 */
export function watchReplication(scope: RegionalScope, { eventBusName, alarms }: ReplicationCanaryProps): void {
  const canary = new Construct(scope.mesh, 'Canary');
  const { region, peers } = scope;
  publishHeartbeats(canary, scope, eventBusName);
  const arrived = heartbeatQueue(canary, eventBusName);
  peers.forEach(peer => {
    const ruleName = heartbeatRuleName(peer);
    const rule = new CfnRule(canary, ruleName, {
      name: ruleName,
      description: `heartbeats of ${peer} that arrived here`,
      eventBusName,
      eventPattern: { source: [HEARTBEAT_SOURCE], region: [peer] },
      targets: [{ id: 'Heartbeats', arn: arrived.queueArn, retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 } }],
    });
    // without the queue's policy, the first ones would be refused
    rule.node.addDependency(arrived);
    acknowledge(rule, { id: 'Serverless-EventBusDLQ', reason: 'a heartbeat that is not delivered has to be missed: that is the alarm' });
    scope.alarms(alarms).add(canary, 'heartbeatsMissing', {
      description: `Events of ${eventBusName} do not get from ${peer} to ${region}: its heartbeats are missing. See first whether ${peer} is up; if so, whether its rule `
        + 'replication-... is there, enabled and unchanged, and what is in its dead-letter queue.',
      metric: scope.metric(heartbeatMetric(eventBusName, peer)),
      threshold: 1,
      evaluationPeriods: MISSING,
      whenBelow: true,
      whenMissing: true, // EventBridge sends no zeros
      isAboutPeer: true,
    }, peer);
  });
}

function publishHeartbeats(canary: Construct, scope: RegionalScope, eventBusName: string): void {
  const arn = scope.arn(busArn(eventBusName));
  const role = inlineRole(canary, 'HeartbeatRole', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': scope.stack.account } } }),
    description: `publishes the heartbeat of ${scope.region}`,
  });
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [arn] }));
  const schedule = new CfnSchedule(canary, 'Heartbeat', {
    description: `the heartbeat of ${scope.region} on ${eventBusName}`,
    scheduleExpression: 'rate(1 minute)',
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn,
      roleArn: role.roleArn,
      eventBridgeParameters: { source: HEARTBEAT_SOURCE, detailType: HEARTBEAT_DETAIL_TYPE },
      input: '{}',
      // a late heartbeat is none
      retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 },
    },
  });
  describeScaledSchedule(schedule);
}

/** Creates the queue that heartbeats are delivered to: a rule must have a target to have metrics of deliveries, and this is the cheapest. */
function heartbeatQueue(canary: Construct, eventBusName: string): Queue {
  const queue = new Queue(canary, 'Heartbeats', {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.minutes(1),
  });
  const nobodyReads = 'nobody receives these messages, they only have to arrive, and are gone a minute later';
  acknowledge(
    queue,
    { id: 'AwsSolutions-SQS3', reason: nobodyReads },
    { id: 'Serverless-SQSRedrivePolicy', reason: nobodyReads },
  );
  new RuleAdmission(queue).admit(`${eventBusName}/${heartbeatRuleName('*')}`);
  return queue;
}
