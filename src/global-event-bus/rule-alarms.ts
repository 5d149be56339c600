import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { EventBusAlarmSettings } from './event-bus-alarm-settings';
import { ruleMetric } from './rule-metrics';
import { AlarmOverrides } from '../system/alarm-set';
import { metricsQuery } from '../system/metrics';
import { RegionalScope } from '../system/regional-scope';

/** The settings of a bus' alarms, handed down to its rules. */
export type BusAlarmOverrides = AlarmOverrides<keyof EventBusAlarmSettings>;

export interface RuleAlarmsProps {
  readonly eventBusName: string;
  readonly ruleName: string;
  /** The activity of the rule, as the alarms' descriptions say it: `sending events to …`. */
  readonly activity: string;
  /**
   * Indicates whether the receivers are other regions, which are then what is unhealthy. The alarms' ids end in the rule's name, since one scope has
   * several such rules.
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
    description: `${scope.region} failed at ${activity}. The events are in the dead-letter queue: see a message's ERROR_MESSAGE for the cause, fix it, then redrive.`,
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

/**
 * Creates the alarm of a region's bus on events that are lost, whatever rule they were for.
 *
 * EventBridge counts them by rule only. An alarm for each rule would cost as much as those on failed deliveries, and there is almost never anything to count: a query adds up the rules that have lost any.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
export function addLossAlarm(scope: RegionalScope, overrides: BusAlarmOverrides, eventBusName: string): void {
  scope.alarms(overrides).add(scope.regional, 'lostEvents', {
    description: `${scope.region} lost events of ${eventBusName}: a target did not take them, nor did the dead-letter queue. Check the resource policy of the queue, then look for the rule in the metric `
      + 'InvocationsFailedToBeSentToDlq, and publish its events again or replay them from the archive.',
    metric: metricsQuery(`SELECT SUM(InvocationsFailedToBeSentToDlq) FROM SCHEMA("AWS/Events", EventBusName, RuleName) WHERE EventBusName = '${eventBusName}'`),
    threshold: 1,
  });
}
