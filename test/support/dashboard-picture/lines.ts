import { Widget } from './body';

/** The question to the sample: a metric of a region. */
export interface Asked {
  readonly metricName: string;
  readonly dimensions: { readonly [name: string]: string };
  readonly region: string;
  readonly statistic: string;
}

/** The value of a metric at a minute; nothing, if there is no data. */
export type Sample = (asked: Asked, minute: number) => number | undefined;

export interface Line {
  readonly label: string;
  readonly color?: string;
  readonly values: (number | undefined)[];
}

/** Returns the lines that a graph shows, with its expressions calculated. Only those that the dashboard uses are known. */
export function linesOf({ properties: { metrics = [], region: own = '' } }: Widget, sample: Sample, minutes: number): Line[] {
  const entries = metrics.map(metric => {
    const { id, expression, label = '', color, visible = true, region = own, stat = 'Average' } = options(metric);
    const names: string[] = metric.filter(part => typeof part === 'string');
    const dimensions = Object.fromEntries(names.slice(2).flatMap((name, i, all) => (i % 2 ? [] : [[name, all[i + 1]]])));
    const at = (minute: number): number | undefined => (expression === undefined
      ? sample({ metricName: names[1], dimensions, region, statistic: stat }, minute)
      : calculate(expression, region, minute));
    return { id, label, color, visible, at };
  });
  const byId = new Map(entries.map(entry => [entry.id, entry]));

  function calculate(expression: string, region: string, minute: number): number | undefined {
    const found = /^(SUM|MAX)\(SEARCH\('\{[^}]*\} MetricName="(\w+)" (.*)', '(\w+)', 60\)\)$/.exec(expression);
    if (found) return sample({ metricName: found[2], dimensions: { search: found[3] }, region, statistic: found[4] }, minute);
    const together = /^(SUM|MAX)\(\[(.*)\]\)$/.exec(expression);
    if (together) {
      const values = together[2].split(', ').map(id => byId.get(id)!.at(minute)).filter(value => value !== undefined);
      if (values.length === 0) return undefined;
      return together[1] === 'SUM' ? values.reduce((sum, value) => sum + value) : Math.max(...values);
    }
    const [first, ...others] = expression.split(' - ').map(term => {
      const filled = /^FILL\((\w+), 0\)$/.exec(term);
      return filled ? byId.get(filled[1])!.at(minute) ?? 0 : byId.get(term)!.at(minute);
    });
    return first === undefined ? undefined : others.reduce<number>((rest, value) => rest - value!, first);
  }

  return entries.filter(({ visible }) => visible).map(({ label, color, at }) => ({
    label, color, values: Array.from({ length: minutes }, (_, minute) => at(minute)),
  }));
}

function options(metric: any[]): any {
  const last = metric[metric.length - 1];
  return typeof last === 'object' ? last : {};
}
