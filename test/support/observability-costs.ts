/** US dollars a month in US East (N. Virginia), before any free allowance. docs/OBSERVABILITY.md names the sources. */
export const PRICES = {
  'alarm': 0.10,
  'composite alarm': 0.50,
  'custom metric': 0.30,
  'dashboard': 3.00,
  'KMS key': 1.00,
};

export type Item = keyof typeof PRICES;
export type Counts = Record<Item, number>;

/** What in a synthesized template is billed by the month, whether or not anything happens. */
export function countIn(template: any): Counts {
  const resources = Object.values<any>(template.Resources ?? {});
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
  const alarms = ofType('AWS::CloudWatch::Alarm');
  return {
    'alarm': alarms.map(billedMetrics).reduce((sum, metrics) => sum + metrics, 0),
    'composite alarm': ofType('AWS::CloudWatch::CompositeAlarm').length,
    'custom metric': new Set(alarms.flatMap(customMetrics)).size + ofType('AWS::Logs::MetricFilter').length,
    'dashboard': ofType('AWS::CloudWatch::Dashboard').length,
    'KMS key': ofType('AWS::KMS::Key').length,
  };
}

export function add(all: Counts[]): Counts {
  return Object.fromEntries(items().map(item => [item, all.reduce((sum, counts) => sum + counts[item], 0)])) as Counts;
}

export function items(): Item[] {
  return Object.keys(PRICES) as Item[];
}

export function costOf(counts: Counts): number {
  return items().reduce((sum, item) => sum + counts[item] * PRICES[item], 0);
}

/** An alarm on an expression is billed for each metric in it. A query counts as one, though it may find none, or several. */
function billedMetrics({ Metrics = [] }: any): number {
  return Math.max(1, Metrics.filter(({ MetricStat }: any) => MetricStat).length);
}

/** The metrics an alarm looks at that no AWS service sends. */
function customMetrics({ Namespace, MetricName, Dimensions, Metrics = [] }: any): string[] {
  const looked = [{ Namespace, MetricName, Dimensions }, ...Metrics.map(({ MetricStat }: any) => MetricStat?.Metric ?? {})];
  return looked.filter(metric => metric.Namespace && !/^AWS\//.test(metric.Namespace)).map(metric => JSON.stringify(metric));
}
