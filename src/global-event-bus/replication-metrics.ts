import { IMetric, MathExpression, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { replicationRuleName, TARGETS_PER_RULE } from './constants';
import type { GlobalEventBus } from './global-event-bus';
import { ruleMetricIn } from '../private/metrics';
import { MultiRegionSystem } from '../system/multi-region-system';

/** A metric of the first rule that sends a region's events to its peers: all such rules match the same events. */
export function firstReplicationMetricIn(bus: GlobalEventBus, region: string, metricName: string, options?: MetricOptions): Metric {
  return ruleMetricIn(bus, region, bus.eventBusName, replicationRuleName(0), metricName, options);
}

/** A metric of all rules that send a region's events to its peers: of one rule up to 6 regions, of several together beyond. */
export function replicationMetricIn(bus: GlobalEventBus, region: string, metricName: string, together: 'SUM' | 'MAX', options: MetricOptions = {}): IMetric {
  const count = Math.ceil(MultiRegionSystem.of(bus).peersOf(region).length / TARGETS_PER_RULE);
  if (count <= 1) return firstReplicationMetricIn(bus, region, metricName, options);

  const { label, color, period, ...ofEach } = options;
  const id = (i: number) => `r${bus.node.addr.slice(0, 8)}_${metricName}_${region.replace(/-/g, '_')}_${i}`;
  const each = Array.from({ length: count }, (_, i) => ruleMetricIn(bus, region, bus.eventBusName, replicationRuleName(i), metricName, { ...ofEach, ...period && { period } }));
  return new MathExpression({
    expression: `${together}([${each.map((_, i) => id(i)).join(', ')}])`,
    usingMetrics: Object.fromEntries(each.map((metric, i) => [id(i), metric])),
    period: each[0].period,
    label: label ?? `${metricName} ${region}`,
    color,
  });
}
