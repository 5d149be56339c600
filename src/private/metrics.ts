import { Duration } from 'aws-cdk-lib';
import { Metric, MetricOptions, MetricProps, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { IConstruct } from 'constructs';
import { invalidProp } from './errors';
import { MultiRegionSystem } from '../system/multi-region-system';

/** What a metric is, whatever its region. */
export type MetricSource = Pick<MetricProps, 'namespace' | 'metricName' | 'dimensionsMap' | 'statistic'>;

/**
 * A metric of one region, which any region's stack may draw: its dimensions must be literal, or made of pseudo parameters. Over a minute, as the alarms look at it.
 *
 * Throws if it is not a region of the owner's system.
 */
export function metricIn(owner: IConstruct, region: string, source: MetricSource, options?: MetricOptions): Metric {
  return new Metric({ period: Duration.minutes(1), ...source, ...options, region: MultiRegionSystem.of(owner).stackIn(region).region });
}

/** Throws unless two are different regions of the owner's system. */
export function requirePeer(owner: IConstruct, region: string, prop: string, peer: string): void {
  const peers = MultiRegionSystem.of(owner).peersOf(region);
  if (!peers.includes(peer)) {
    throw invalidProp(owner, prop, peer, `a region of this system other than ${region}: ${peers.join(', ') || 'there is none'}`);
  }
}

/**
 * How many messages a queue of one region holds, or how long its oldest has waited, in seconds.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export function queueMetricIn(
  owner: IConstruct, region: string, queueName: string, metricName: 'ApproximateNumberOfMessagesVisible' | 'ApproximateAgeOfOldestMessage', options?: MetricOptions,
): Metric {
  return metricIn(owner, region, { namespace: 'AWS/SQS', metricName, dimensionsMap: { QueueName: queueName }, statistic: Stats.MAXIMUM }, options);
}

/**
 * A metric of one rule of a custom bus. EventBridge sends most of them only when they are not zero.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
export function ruleMetricIn(
  owner: IConstruct, region: string, eventBusName: string, ruleName: string, metricName: string, options?: MetricOptions,
): Metric {
  const statistic = metricName.endsWith('Latency') ? 'p99' : Stats.SUM;
  return metricIn(owner, region, { namespace: 'AWS/Events', metricName, dimensionsMap: { EventBusName: eventBusName, RuleName: ruleName }, statistic }, options);
}
