import { Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { watch } from './alarms';

export interface RuleAlarmsProps {
  readonly eventBusName: string;
  readonly ruleName: string;
  /** What the rule does, as the beginning of the alarms' descriptions: `sending events to …`. */
  readonly activity: string;
  /**
   * Whether the receivers are other regions, which are then what is not well.
   * @default false
   */
  readonly toPeers?: boolean;
}

/** A metric of one rule of a custom bus. EventBridge sends most of them only when they are not zero. */
export function ruleMetric({ eventBusName, ruleName }: Pick<RuleAlarmsProps, 'eventBusName' | 'ruleName'>, metricName: string, statistic: string): Metric {
  return new Metric({
    namespace: 'AWS/Events',
    metricName,
    dimensionsMap: { EventBusName: eventBusName, RuleName: ruleName },
    statistic,
    period: Duration.minutes(1),
  });
}

/**
 * The two alarms of a rule: deliveries that failed for good, and deliveries that take long.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring-events-best-practices.html
 */
export function watchRule(scope: Construct, props: RuleAlarmsProps): void {
  const { region } = Stack.of(scope);
  watch(scope, 'FailedInvocations', {
    description: `${region} failed at ${props.activity}. The events are in the dead-letter queue: look at the error that a message tells, mend the cause, then redrive.`,
    metric: ruleMetric(props, 'FailedInvocations', 'Sum'),
    threshold: 1,
    tellsOfPeer: props.toPeers,
  });
  watch(scope, 'DeliveryLatency', {
    description: threshold => `${region} is slow in ${props.activity}: from being published to being taken, the slowest 1 % of events need ${threshold / 1000} s or more. `
      + 'Retries count as well: see whether the receiver is down or throttles, before you touch anything here.',
    metric: ruleMetric(props, 'IngestionToInvocationSuccessLatency', 'p99'),
    threshold: Duration.minutes(1).toMilliseconds(),
    evaluationPeriods: 5,
    tellsOfPeer: props.toPeers,
    isDetail: true,
  });
}
