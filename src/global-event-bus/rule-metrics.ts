import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { MetricSource } from '../system/metrics';

/**
 * Returns a metric of one rule of a custom bus. EventBridge sends most of them only when they are not zero.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
export function ruleMetric(eventBusName: string, ruleName: string, metricName: string): MetricSource {
  const statistic = metricName.endsWith('Latency') ? 'p99' : Stats.SUM;
  return { namespace: 'AWS/Events', metricName, dimensionsMap: { EventBusName: eventBusName, RuleName: ruleName }, statistic };
}
