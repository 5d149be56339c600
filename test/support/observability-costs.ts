/** US dollars for what a million probes cause. docs/OBSERVABILITY.md names the sources. */
export const PRICES_OF_PROBES = {
  'API Gateway': 3.50,
  'AWS WAF': 0.60,
  'Lambda: requests and 5 ms of 128 MB': 0.21,
  'log lines of API and function, 0.8 GB': 0.40,
  'a trace of each': 5.00,
};

/** US dollars a month in US East (N. Virginia), before any free allowance. docs/OBSERVABILITY.md names the sources. */
export const PRICES = {
  'alarm': 0.10,
  'composite alarm': 0.50,
  'custom metric': 0.30,
  'dashboard': 3.00,
  'KMS key': 1.00,
  'metric of a route': 0.30,
  'health check by HTTPS, every 10 s': 2.50,
  'health check by HTTPS, every 30 s': 1.50,
  'calculated health check': 0.50,
  'million probes': Object.values(PRICES_OF_PROBES).reduce((sum, price) => sum + price, 0),
  'web ACL': 5.00,
  'rule of a web ACL': 1.00,
};

/** Of an API that is called: Count, Latency, IntegrationLatency, 4XXError and 5XXError. */
const METRICS_OF_A_ROUTE = 5;

/** With all 8 checker regions and 30 s, an endpoint gets a probe about every 2 s. */
const CHECKERS_IN_A_REGION = 2;
const SECONDS_IN_A_MONTH = 30 * 24 * 60 * 60;

export type Item = keyof typeof PRICES;
export type Counts = Record<Item, number>;

/** Counts what in a synthesized template is billed by the month, whether or not anything happens. */
export function countIn(template: any): Counts {
  const resources = Object.values<any>(template.Resources ?? {});
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
  const alarms = ofType('AWS::CloudWatch::Alarm');
  const webAcls = ofType('AWS::WAFv2::WebACL');
  const checks = ofType('AWS::Route53::HealthCheck').map(({ HealthCheckConfig }) => HealthCheckConfig);
  const every = (seconds: number) => checks.filter(({ RequestInterval }) => RequestInterval === seconds);
  return {
    'alarm': alarms.map(billedMetrics).reduce((sum, metrics) => sum + metrics, 0),
    'composite alarm': ofType('AWS::CloudWatch::CompositeAlarm').length,
    'custom metric': new Set(alarms.flatMap(customMetrics)).size + ofType('AWS::Logs::MetricFilter').length,
    'dashboard': ofType('AWS::CloudWatch::Dashboard').length,
    'KMS key': ofType('AWS::KMS::Key').length,
    'metric of a route': ofType('AWS::ApiGateway::Method').length * METRICS_OF_A_ROUTE,
    'health check by HTTPS, every 10 s': every(10).length,
    'health check by HTTPS, every 30 s': every(30).length,
    'calculated health check': checks.filter(({ Type }) => Type === 'CALCULATED').length,
    'million probes': [...every(10), ...every(30)].reduce((sum, check) => sum + millionProbes(check), 0),
    'web ACL': webAcls.length,
    'rule of a web ACL': webAcls.reduce((sum, { Rules }) => sum + Rules.length, 0),
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

/**
 * Counts the metrics of an alarm: one on an expression is billed for each metric in it. A query counts as one, though it may find none, or several.
 */
function billedMetrics({ Metrics = [] }: any): number {
  return Math.max(1, Metrics.filter(({ MetricStat }: any) => MetricStat).length);
}

/** Returns the metrics an alarm looks at that no AWS service sends. */
function customMetrics({ Namespace, MetricName, Dimensions, Metrics = [] }: any): string[] {
  const looked = [{ Namespace, MetricName, Dimensions }, ...Metrics.map(({ MetricStat }: any) => MetricStat?.Metric ?? {})];
  return looked.filter(metric => metric.Namespace && !/^AWS\//.test(metric.Namespace)).map(metric => JSON.stringify(metric));
}

/** Returns the requests that a health check makes in a month. */
function millionProbes({ Regions, RequestInterval }: any): number {
  return Regions.length * CHECKERS_IN_A_REGION * SECONDS_IN_A_MONTH / RequestInterval / 1e6;
}
