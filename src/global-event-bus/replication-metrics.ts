import { IMetric, MathExpression, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { IConstruct } from 'constructs';
import { heartbeatRuleName, replicationRuleName, TARGETS_PER_RULE } from './constants';
import { ruleMetric } from './rule-metrics';
import { metricIn, MetricSource } from '../system/metrics';
import { MultiRegionSystem } from '../system/multi-region-system';

/** A bus, as its metrics know it. */
export interface ReplicatedBus extends IConstruct {
  readonly eventBusName: string;
}

/** Returns a metric of each rule that sends a region's events to its peers: there is one rule up to 6 regions, and several beyond. */
export function replicationMetricsIn(bus: ReplicatedBus, region: string, metricName: string, options?: MetricOptions): Metric[] {
  const count = Math.max(1, Math.ceil(MultiRegionSystem.of(bus)._receiversOf(region).length / TARGETS_PER_RULE));
  return Array.from({ length: count }, (_, i) => metricIn(bus, region, ruleMetric(bus.eventBusName, replicationRuleName(i), metricName), options));
}

/** Returns the metric of all of them together. */
export function replicationMetricIn(bus: ReplicatedBus, region: string, metricName: string, together: 'SUM' | 'MAX', options: MetricOptions = {}): IMetric {
  const { label, color, ...ofEach } = options;
  const each = replicationMetricsIn(bus, region, metricName, ofEach);
  if (each.length === 1) return each[0].with({ label, color });

  // on one graph there may be other metrics, buses and regions
  const id = (i: number) => `r${bus.node.addr.slice(0, 8)}_${metricName}_${region.replace(/-/g, '_')}_${i}`;
  return new MathExpression({
    expression: `${together}([${each.map((_, i) => id(i)).join(', ')}])`,
    usingMetrics: Object.fromEntries(each.map((metric, i) => [id(i), metric])),
    period: each[0].period,
    label: label ?? `${metricName} ${region}`,
    color,
  });
}

/** Returns the heartbeats of a peer that arrived. */
export function heartbeatMetric(eventBusName: string, peer: string): MetricSource {
  return ruleMetric(eventBusName, heartbeatRuleName(peer), 'Invocations');
}
