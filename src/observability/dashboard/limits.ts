import { DashboardRow } from './dashboard-row';

/**
 * The limits of CloudWatch. Metrics count even if they are only calculated with.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
 */
const MOST_WIDGETS = 500;
const MOST_METRICS = 2500;
const MOST_METRICS_OF_A_WIDGET = 500;

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html */
const LONGEST_SEARCH = 1024;

/** A widget as it is rendered: a line ends with its options, if it has any. */
export interface RenderedWidget {
  readonly properties: { readonly title?: string; readonly metrics?: any[][] };
}

/** Returns the reasons for which CloudWatch would refuse a dashboard, each with a remedy. */
export function refusalsOf(widgets: RenderedWidget[], path: string): string[] {
  const graphs = widgets.map(({ properties: { title, metrics = [] } }) => ({ title, count: metrics.length, searches: metrics.map(searchOf) }));
  const total = graphs.reduce((sum, { count }) => sum + count, 0);
  const refuse = (what: string, most: number) => `${what}; allowed: ${most}. Leave out some of ${Object.values(DashboardRow).join(', ')} `
    + `by rows, which may be on a MultiRegionDashboard of their own [${path}]`;
  return [
    ...widgets.length > MOST_WIDGETS ? [refuse(`the dashboard has ${widgets.length} widgets`, MOST_WIDGETS)] : [],
    ...total > MOST_METRICS ? [refuse(`the dashboard has ${total} metrics`, MOST_METRICS)] : [],
    ...graphs.filter(({ count }) => count > MOST_METRICS_OF_A_WIDGET).map(({ title, count }) => (
      refuse(`the graph "${title}" has ${count} metrics`, MOST_METRICS_OF_A_WIDGET)
    )),
    ...graphs.filter(({ searches }) => searches.some(search => search.length > LONGEST_SEARCH)).map(({ title }) => (
      refuse(`the graph "${title}" searches by names that are too long together, in characters`, LONGEST_SEARCH)
    )),
  ];
}

function searchOf(line: any[]): string {
  return /SEARCH\('([^']*)'/.exec(line[line.length - 1]?.expression ?? '')?.[1] ?? '';
}
