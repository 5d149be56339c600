import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { EventBusAlarmSettings } from './event-bus-alarm-settings';
import { ruleMetric } from './rule-metrics';
import { AlarmOverrides } from '../system/alarm-set';
import { RegionalScope } from '../system/regional-scope';

/** The settings of a bus' alarms, handed down to its rules. */
export type BusAlarmOverrides = AlarmOverrides<keyof EventBusAlarmSettings>;

export interface RuleAlarmsProps {
  readonly eventBusName: string;
  readonly ruleName: string;
  /** What the rule does, as the alarms' descriptions say it: `sending events to …`. */
  readonly activity: string;
  /**
   * Whether the receivers are other regions, which are then what is unhealthy. The alarms' ids end in the rule's name, since one scope has several such rules.
   * @default false
   */
  readonly toPeers?: boolean;
}

/**
 * Creates the two alarms of a rule: on deliveries that failed for good, and on deliveries that take long.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring-events-best-practices.html
 */
export function addRuleAlarms(where: Construct, scope: RegionalScope, overrides: BusAlarmOverrides, props: RuleAlarmsProps): void {
  const { eventBusName, ruleName, activity, toPeers: isAboutPeer } = props;
  const alarms = scope.alarms(overrides);
  const of = isAboutPeer ? ruleName : undefined;
  alarms.add(where, 'failedInvocations', {
    description: `${scope.region} failed at ${activity}. The events are in the dead-letter queue: see a message's ERROR_MESSAGE for the cause, fix it, then redrive. `
      + 'What the rule\'s metric InvocationsFailedToBeSentToDlq counts is lost.',
    metric: scope.metric(ruleMetric(eventBusName, ruleName, 'FailedInvocations')),
    threshold: 1,
    isAboutPeer,
  }, of);
  alarms.add(where, 'deliveryLatency', {
    description: threshold => `${scope.region} is slow in ${activity}: the slowest 1 % of events take ${threshold / 1000} s or more from being published to being taken. `
      + 'Retries count as well: see first whether the receiver is down or throttles.',
    metric: scope.metric(ruleMetric(eventBusName, ruleName, 'IngestionToInvocationSuccessLatency')),
    threshold: Duration.minutes(1).toMilliseconds(),
    evaluationPeriods: 5,
    isAboutPeer,
    isDetail: true,
  }, of);
}
