/** The namespace of all that this library's handlers measure. */
export const METRIC_NAMESPACE = 'cdk-multi-region';

/**
 * Returns a line of a log that CloudWatch makes metrics of, with one set of dimensions. What else is to be read in the line does not become a metric.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricLine(
  dimensions: { readonly [name: string]: string }, values: { readonly [metric: string]: number }, timestamp: number, fields: object = {},
): string {
  const Metrics = Object.keys(values).map(Name => ({ Name, Unit: Name.endsWith('Seconds') ? 'Seconds' : 'Count' }));
  return JSON.stringify({
    _aws: { Timestamp: timestamp, CloudWatchMetrics: [{ Namespace: METRIC_NAMESPACE, Dimensions: [Object.keys(dimensions)], Metrics }] },
    ...dimensions,
    ...values,
    ...fields,
  });
}
