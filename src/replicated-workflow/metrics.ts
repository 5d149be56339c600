import { METRIC_DIMENSION, METRIC_NAMESPACE } from './constants';

/**
 * A line of a log that CloudWatch makes metrics of.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricLine(stateMachineName: string, values: { readonly [metric: string]: number }, timestamp: number): string {
  const Metrics = Object.keys(values).map(Name => ({ Name, Unit: Name.endsWith('Seconds') ? 'Seconds' : 'Count' }));
  return JSON.stringify({
    _aws: { Timestamp: timestamp, CloudWatchMetrics: [{ Namespace: METRIC_NAMESPACE, Dimensions: [[METRIC_DIMENSION]], Metrics }] },
    [METRIC_DIMENSION]: stateMachineName,
    ...values,
  });
}
