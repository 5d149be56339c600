import { Duration } from 'aws-cdk-lib';
import { IMetric, MathExpression, Metric, MetricOptions, MetricProps } from 'aws-cdk-lib/aws-cloudwatch';
import { IConstruct } from 'constructs';
import { invalidProp } from './errors';
import { MultiRegionSystem } from './multi-region-system';

/** The identity of a metric, whatever its region. */
export type MetricSource = Pick<MetricProps, 'namespace' | 'metricName' | 'dimensionsMap' | 'statistic'>;

/**
 * Returns a metric of one region, which any region's stack may draw: its dimensions must be literal, or made of pseudo parameters. Over a minute, as the alarms look at it.
 *
 * Throws if it is not a region of the owner's system.
 */
export function metricIn(owner: IConstruct, region: string, source: MetricSource, options?: MetricOptions): Metric {
  return regionalMetric(MultiRegionSystem.of(owner)._requireRegion(region), source, options);
}

/** Returns the metric of a region that is known to be one. */
export function regionalMetric(region: string, source: MetricSource, options?: MetricOptions): Metric {
  return new Metric({ period: Duration.minutes(1), ...source, ...options, region });
}

/**
 * Returns the result of a Metrics Insights query, over a minute, for an alarm in the region of the metrics. The alarm is billed for each metric that
 * the query finds.
 */
export function metricsQuery(expression: string): IMetric {
  return new MathExpression({ expression, usingMetrics: {}, period: Duration.minutes(1) });
}

/** Throws unless two are different regions of the owner's system. */
export function requirePeer(owner: IConstruct, region: string, prop: string, peer: string): void {
  const peers = MultiRegionSystem.of(owner).peersOf(region);
  if (!peers.includes(peer)) {
    throw invalidProp(owner, prop, peer, `a region of this system other than ${region}: ${peers.join(', ') || 'there is none'}`);
  }
}
