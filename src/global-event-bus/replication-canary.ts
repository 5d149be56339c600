import { Duration, Stack } from 'aws-cdk-lib';
import { IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { HEARTBEAT_DETAIL_TYPE, heartbeatRuleName } from './constants';
import { HEARTBEAT_SOURCE } from '../dead-letters/constants';
import { acknowledge, acknowledgeInlinePolicies } from '../system/acknowledge';
import { watch } from '../system/legacy';
import { ruleMetricIn } from '../global-event-bus/rule-metrics';

/** How many heartbeats, a minute apart, must be missing in a row. */
const MISSING = 5;

/**
 * Publishes a heartbeat in a region every minute, and calls somebody when those of a peer stop arriving.
 *
 * An event that no rule matches vanishes without a trace or a metric: a rule that is gone, disabled or changed looks like a quiet day. Only something
 * that must arrive, and does not, tells.
 */
export function watchReplication(scope: Construct, bus: IEventBus, eventBusName: string, peers: string[]): void {
  const stack = Stack.of(scope);
  const role = new Role(scope, 'HeartbeatRole', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': stack.account } } }),
    description: `publishes the heartbeat of ${stack.region}`,
  });
  acknowledgeInlinePolicies(role);
  role.addToPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] }));
  const schedule = new CfnSchedule(scope, 'Heartbeat', {
    description: `the heartbeat of ${stack.region} on ${eventBusName}`,
    scheduleExpression: 'rate(1 minute)',
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: bus.eventBusArn,
      roleArn: role.roleArn,
      eventBridgeParameters: { source: HEARTBEAT_SOURCE, detailType: HEARTBEAT_DETAIL_TYPE },
      input: '{}',
      // a late heartbeat is none
      retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 },
    },
  });
  schedule.node.addDependency(role);

  // What counts is that a rule delivers them: a rule must have a target to have metrics of deliveries, and this is the cheapest
  const arrived = new Queue(scope, 'Heartbeats', {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.minutes(1),
  });
  const nobodyReads = 'nobody receives these messages, they only have to arrive, and are gone a minute later';
  acknowledge(
    arrived,
    { id: 'AwsSolutions-SQS3', reason: nobodyReads },
    { id: 'Serverless-SQSRedrivePolicy', reason: nobodyReads },
  );
  peers.forEach(peer => {
    const ruleName = heartbeatRuleName(peer);
    const rule = new Rule(scope, ruleName, {
      ruleName,
      description: `heartbeats of ${peer} that arrived here`,
      eventBus: bus,
      eventPattern: { source: [HEARTBEAT_SOURCE], region: [peer] },
      targets: [new SqsQueue(arrived, { maxEventAge: Duration.minutes(1), retryAttempts: 0 })],
    });
    acknowledge(rule, { id: 'Serverless-EventBusDLQ', reason: 'a heartbeat that is not delivered has to be missed: that is the alarm' });
    watch(scope, `HeartbeatsMissing-${peer}`, {
      description: `Events of ${eventBusName} do not get from ${peer} to ${stack.region}: its heartbeats are missing. See first whether ${peer} is up; if so, whether its rule `
        + 'replication-… is there, enabled and unchanged, and what is in its dead-letter queue.',
      metric: ruleMetricIn(scope, stack.region, eventBusName, ruleName, 'Invocations'),
      threshold: 1,
      evaluationPeriods: MISSING,
      whenBelow: true,
      whenMissing: true, // EventBridge sends no zeros
      tellsOfPeer: true,
    });
  });
}
