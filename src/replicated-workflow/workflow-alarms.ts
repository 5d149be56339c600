import { Duration } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { MISSING_IDEMPOTENCY_KEY, OLDEST_UNRESOLVED_SECONDS, SWEEP_LATENESS_SECONDS, TAKEOVERS } from './constants';
import { LEDGER_TIMING, roundLength, turnLength } from './ledger-timing';
import { WorkflowAlarmSettings } from './workflow-alarm-settings';
import { executionMetric, handlerMetric } from './workflow-metrics';
import { AlarmSet } from '../system/alarm-set';
import { queueMetric } from '../system/queue-metrics';
import { RegionalScope } from '../system/regional-scope';

export type WorkflowAlarms = AlarmSet<keyof WorkflowAlarmSettings>;

/** Creates the alarms on the executions in a region. Returns the one on failures, which also stops a deployment. */
export function addExecutionAlarms(scope: RegionalScope, alarms: WorkflowAlarms, name: string, stateMachineArn: string): Alarm | undefined {
  const { region, regional } = scope;
  const firstStep = 'look at the execution\'s history for the state that it ended in';
  const metric = (metricName: Parameters<typeof executionMetric>[1]) => scope.metric(executionMetric(stateMachineArn, metricName));
  alarms.add(regional, 'timedOut', {
    description: `An execution of ${name} took longer than its definition allows in ${region}: ${firstStep}, then redrive it.`,
    metric: metric('ExecutionsTimedOut'),
    threshold: 1,
  });
  alarms.add(regional, 'aborted', {
    description: `Somebody or something stopped an execution of ${name} in ${region}: ${firstStep}, and at CloudTrail for who did it.`,
    metric: metric('ExecutionsAborted'),
    threshold: 1,
    isDetail: true,
  });
  alarms.add(regional, 'throttled', {
    description: `Step Functions throttles ${name} in ${region}: executions start or go on late. Ask for a higher quota, or start fewer at once.`,
    metric: metric('ExecutionThrottled'),
    threshold: 1,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    isDetail: true,
  });
  return alarms.add(regional, 'failed', {
    description: `An execution of ${name} failed in ${region}: ${firstStep}, fix the cause, then redrive it. A running deployment rolls back by itself.`,
    metric: metric('ExecutionsFailed'),
    threshold: 1,
  });
}

/** Creates the alarms on what starts executions in a region. */
export function addStartAlarms(scope: RegionalScope, alarms: WorkflowAlarms, name: string, queueName: string): void {
  const { region, regional } = scope;
  alarms.add(regional, 'oldestEvent', {
    description: threshold => `An event waits for ${threshold} s or more to start ${name} in ${region}. Look at the starter's errors and throttles.`,
    metric: scope.metric(queueMetric(queueName, 'ApproximateAgeOfOldestMessage')),
    threshold: Duration.minutes(5).toSeconds(),
    evaluationPeriods: 3,
  });
  alarms.add(regional, 'missingKey', {
    description: `Events without an idempotency key cannot start ${name} in ${region}. They are in its dead-letter queue: see who publishes them, and where the key is.`,
    metric: scope.metric(handlerMetric(name, MISSING_IDEMPOTENCY_KEY)),
    threshold: 1,
  });
}

/** Creates the alarms on the region's sweeper, which exist whether or not there are peers. */
export function addSweeperAlarms(scope: RegionalScope, alarms: WorkflowAlarms, name: string): void {
  const { region, regional } = scope;
  alarms.add(regional, 'takeovers', {
    description: `${region} takes over executions of ${name} from a region that is silent or does not start them. Look at that region first; what it had started may run twice.`,
    metric: scope.metric(handlerMetric(name, TAKEOVERS)),
    threshold: 1,
    isAboutPeer: true,
  });
  alarms.add(regional, 'sweepLateness', {
    description: threshold => `The sweeper of ${name} looks at events ${threshold} s or more after they were due in ${region}: takeovers come late. Look at its log, at its throttles and at those of the ledger.`,
    metric: scope.metric(handlerMetric(name, SWEEP_LATENESS_SECONDS)),
    threshold: turnLength(LEDGER_TIMING) / 1000,
    evaluationPeriods: 3,
    isDetail: true,
  });
  alarms.add(regional, 'sweeperMissing', {
    description: `The sweeper of ${name} does not run in ${region}: its peers consider the region silent, and take over what it runs. Look at the sweeper's errors and at its schedule.`,
    metric: scope.metric(handlerMetric(name, OLDEST_UNRESOLVED_SECONDS), { statistic: 'SampleCount' }),
    threshold: 1,
    evaluationPeriods: 5,
    whenBelow: true,
    whenMissing: true,
  });
}

/** Creates the alarm on events that no region has started although each has had its turn, which the more regions there are comes the later. */
export function addUnresolvedAlarm(scope: RegionalScope, alarms: WorkflowAlarms, name: string, takeoverAfter: Duration): void {
  const { region, system } = scope;
  alarms.add(scope.mesh, 'unresolved', {
    description: threshold => `${region} knows of events for ${name} that no region has started for ${threshold} s. Look at the log of its sweeper, and at the other regions.`,
    metric: scope.metric(handlerMetric(name, OLDEST_UNRESOLVED_SECONDS)),
    threshold: roundLength(system.regions.length, takeoverAfter.toMilliseconds(), LEDGER_TIMING) / 1000,
    evaluationPeriods: 3,
    isAboutPeer: true,
  });
}
