/**
 * Returns a search for all metrics of a name that have some dimensions, exactly so named, and some values of them.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 */
export function search(
  namespace: string, dimensions: string[], metricName: string, values: { [dimension: string]: string }, statistic: string,
): string {
  const terms = Object.entries({ MetricName: metricName, ...values }).map(([name, value]) => `${name}=${value.startsWith('(') ? value : `"${value}"`}`);
  return `SEARCH('{${[namespace, ...dimensions].join(',')}} ${terms.join(' ')}', '${statistic}', 60)`;
}

/** Returns the term for one of several values, in a search. */
export function anyOf(values: string[]): string {
  return `(${values.map(value => `"${value}"`).join(' OR ')})`;
}
