import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { MISSING_IDEMPOTENCY_KEY, OLDEST_UNRESOLVED_SECONDS, TAKEOVERS } from './constants';
import { handlerMetricIn } from './workflow-metrics';
import { watch } from '../system/legacy';

const MINUTE = Duration.minutes(1);

/** The alarms of the executions in a region. The one on failures also stops a deployment. */
export function watchExecutions(scope: Construct, stateMachine: StateMachine, name: string): Alarm | undefined {
  const { region } = Stack.of(scope);
  const at = `in ${region}: look at the execution's history for the state that it ended in`;
  const all = { period: MINUTE, statistic: 'Sum' };
  watch(scope, 'TimedOut', {
    description: `An execution of ${name} took longer than its definition allows ${at}, then redrive it.`,
    metric: stateMachine.metricTimedOut(all),
    threshold: 1,
  });
  watch(scope, 'Aborted', { description: `Somebody or something stopped an execution of ${name} ${at}, and CloudTrail for who did.`, metric: stateMachine.metricAborted(all), threshold: 1, isDetail: true });
  watch(scope, 'Throttled', {
    description: `Step Functions throttles ${name} in ${region}: executions start or go on late. Ask for a higher quota, or start fewer at once.`,
    metric: stateMachine.metricThrottled(all),
    threshold: 1,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    isDetail: true,
  });
  return watch(scope, 'Failed', {
    description: `An execution of ${name} failed ${at}, mend the cause, then redrive it. A running deployment rolls back by itself.`,
    metric: stateMachine.metricFailed(all),
    threshold: 1,
  });
}

/** The alarms of what starts executions in a region. */
export function watchStarts(scope: Construct, queue: IQueue, name: string): void {
  const { region } = Stack.of(scope);
  watch(scope, 'OldestEvent', {
    description: threshold => `An event waits for ${threshold} s or more to start ${name} in ${region}. Look at the starter's errors and throttles.`,
    metric: queue.metricApproximateAgeOfOldestMessage({ period: MINUTE, statistic: 'Maximum' }),
    threshold: Duration.minutes(5).toSeconds(),
    evaluationPeriods: 3,
  });
  watch(scope, 'MissingKey', {
    description: `Events without an idempotency key cannot start ${name} in ${region}. They are in its dead-letter queue: see who publishes them, and where the key is.`,
    metric: handlerMetricIn(scope, name, region, MISSING_IDEMPOTENCY_KEY),
    threshold: 1,
  });
}

/** The alarms of what a region knows of the others' executions. */
export function watchTakeovers(scope: Construct, name: string, unresolvedAfter: Duration): void {
  const { region } = Stack.of(scope);
  watch(scope, 'Takeovers', {
    description: `${region} takes over executions of ${name} from a region that is silent or does not start them. See what is wrong there; what it had started may run twice.`,
    metric: handlerMetricIn(scope, name, region, TAKEOVERS),
    threshold: 1,
    tellsOfPeer: true,
  });
  watch(scope, 'Unresolved', {
    description: threshold => `${region} knows of events for ${name} that no region has started for ${threshold} s. Look at the log of its sweeper, and at the other regions.`,
    metric: handlerMetricIn(scope, name, region, OLDEST_UNRESOLVED_SECONDS),
    threshold: unresolvedAfter.toSeconds(),
    evaluationPeriods: 3,
  });
  watch(scope, 'SweeperMissing', {
    description: `The sweeper of ${name} does not run in ${region}: its peers take the region for silent, and take over what it runs. Look at the sweeper's errors and at its schedule.`,
    metric: handlerMetricIn(scope, name, region, OLDEST_UNRESOLVED_SECONDS, { statistic: 'SampleCount' }),
    threshold: 1,
    evaluationPeriods: 5,
    whenBelow: true,
    whenMissing: true,
  });
}
