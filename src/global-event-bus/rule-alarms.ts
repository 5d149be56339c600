import { Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { watch } from '../system/legacy';
import { ruleMetricIn } from '../global-event-bus/rule-metrics';

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

/**
 * The two alarms of a rule: deliveries that failed for good, and deliveries that take long.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring-events-best-practices.html
 */
export function watchRule(scope: Construct, props: RuleAlarmsProps): void {
  const { region } = Stack.of(scope);
  const metric = (name: string) => ruleMetricIn(scope, region, props.eventBusName, props.ruleName, name);
  watch(scope, 'FailedInvocations', {
    description: `${region} failed at ${props.activity}. The events are in the dead-letter queue: look at the error that a message tells, mend the cause, then redrive.`,
    metric: metric('FailedInvocations'),
    threshold: 1,
    tellsOfPeer: props.toPeers,
  });
  watch(scope, 'DeliveryLatency', {
    description: threshold => `${region} is slow in ${props.activity}: from being published to being taken, the slowest 1 % of events need ${threshold / 1000} s or more. `
      + 'Retries count as well: see whether the receiver is down or throttles, before you touch anything here.',
    metric: metric('IngestionToInvocationSuccessLatency'),
    threshold: Duration.minutes(1).toMilliseconds(),
    evaluationPeriods: 5,
    tellsOfPeer: props.toPeers,
    isDetail: true,
  });
}
