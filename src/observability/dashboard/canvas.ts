import { Duration } from 'aws-cdk-lib';
import {
  Color, GraphWidget, HorizontalAnnotation, IMetric, IWidget, MathExpression, Metric, Row, TextWidget, TextWidgetBackground,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { colorAt } from './palette';
import { thresholdsOf } from './thresholds';
import { MultiRegionSystem } from '../../system/multi-region-system';

/** The width of a dashboard. */
const WIDTH = 24;

/** Side by side, so that a graph can still be read. */
export const MOST_IN_A_LINE = 5;

const MINUTE = Duration.minutes(1);

/** Up to here, each direction between two regions has a line of its own, 12 at most, and legends are short. */
const FEW_REGIONS = 4;

export interface GraphOptions {
  /** The unit of the y axis. */
  readonly unit: string;
  /** The alarms whose thresholds are red lines: the construct that has them, and their metric. */
  readonly alarms?: readonly (readonly [Construct, string])[];
  /** A value to compare with. */
  readonly reference?: HorizontalAnnotation;
  readonly max?: number;
}

/** The summary that is drawn instead of every direction. */
export interface InShort extends Pick<GraphOptions, 'reference'> {
  readonly title: string;
  expressionIn(region: string): string;
}

/** Something to be drawn as wide as there is room for it. */
export type Sized = (width: number) => IWidget;

/** Draws graphs in which a region has the same color everywhere, and the same place. */
export class Canvas {
  private readonly regions: string[];
  private ids = 0;

  constructor(private readonly system: MultiRegionSystem, private readonly viewedIn: string) {
    this.regions = system.regions;
  }

  /** Draws a graph of one line a region. */
  public byRegion(title: string, options: GraphOptions, lineIn: (region: string) => IMetric | undefined): Sized {
    return this.graph(title, options, this.regions.flatMap((region, place) => {
      const line = lineIn(region);
      return line ? [labelled(line, region, colorAt(place))] : [];
    }));
  }

  /**
   * Draws a graph of what goes from each region to each other one: of every direction in small systems. In larger ones of every region with the expression given for it, because
   * nobody can tell hundreds of lines apart.
   */
  public byDirection(
    title: string, options: GraphOptions, line: (from: string, to: string) => Metric, inShort: InShort,
  ): Sized {
    if (this.regions.length > FEW_REGIONS) {
      return this.byRegion(`${title}, ${inShort.title}`, { ...options, reference: inShort.reference }, region => this.searched(region, inShort.expressionIn(region)));
    }
    return this.graph(title, options, this.regions.flatMap((from, place) => this.system.peersOf(from).map(to => (
      labelled(line(from, to), `${from} → ${to}`, colorAt(place))
    ))));
  }

  /** Draws a graph of lines that are not of a region each. */
  public graph(title: string, { unit, alarms = [], reference, max }: GraphOptions, left: IMetric[]): Sized {
    const thresholds = [...new Set(alarms.flatMap(([owner, metricName]) => thresholdsOf(owner, metricName)))];
    return width => new GraphWidget({
      title,
      width,
      height: this.regions.length > FEW_REGIONS ? 7 : 6,
      region: this.viewedIn,
      left,
      leftYAxis: { label: unit, min: 0, max, showUnits: false },
      leftAnnotations: [
        ...thresholds.map(value => ({ value, color: Color.RED, label: 'alarm' })),
        ...reference ? [reference] : [],
      ],
    });
  }

  /** Combines several metrics into one; returns undefined if there are none. */
  public together(how: 'SUM' | 'MAX', metrics: Metric[]): IMetric | undefined {
    return metrics.length > 1 ? this.calculated(metrics, ids => `${how}([${ids.join(', ')}])`) : metrics[0];
  }

  /** Returns a metric calculated from others: in their own region, if they are all of one. */
  public calculated(metrics: Metric[], expression: (ids: string[]) => string): IMetric {
    const ids = metrics.map(() => `m${this.ids++}`);
    const [region, ...others] = new Set(metrics.map(metric => metric.region));
    return new MathExpression({
      expression: expression(ids),
      usingMetrics: Object.fromEntries(metrics.map((metric, i) => [ids[i], metric])),
      searchRegion: others.length === 0 ? region : undefined,
      period: MINUTE,
    });
  }

  /** Returns the metric of a search in one region. */
  public searched(region: string, expression: string): IMetric {
    return new MathExpression({ expression, usingMetrics: {}, searchRegion: region, period: MINUTE });
  }

  /** Draws a question, what to do about it, and under it what answers it; nothing, if nothing does. */
  public row(question: string, advice: string, ...answers: IWidget[][]): IWidget[] {
    const lines = answers.flat();
    if (lines.length === 0) return [];
    const heading = new TextWidget({ markdown: `## ${question}\n${advice}`, width: WIDTH, height: 2, background: TextWidgetBackground.TRANSPARENT });
    return [heading, ...lines];
  }

  /** Widgets beside each other, in as few lines as possible: graphs of many regions need room for their legends. */
  public beside(widgets: Sized[], most = this.regions.length > FEW_REGIONS ? 3 : MOST_IN_A_LINE): IWidget[] {
    return evenly(widgets, most).map(line => new Row(...widthsOf(line.length).map((width, i) => line[i](width))));
  }
}

/** Returns a metric by the name that the graph's legend shows. */
export function labelled(metric: IMetric, label: string, color?: string): IMetric {
  return metric instanceof Metric ? metric.with({ label, color }) : (metric as MathExpression).with({ label, color });
}

/** Splits items into as few lists as possible, of lengths that differ by one at most. */
function evenly<T>(items: T[], most: number): T[][] {
  const count = Math.ceil(items.length / most);
  const start = (i: number) => Math.ceil((i * items.length) / count);
  return Array.from({ length: count }, (_, i) => items.slice(start(i), start(i + 1)));
}

function widthsOf(count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 1) * WIDTH) / count) - Math.floor((i * WIDTH) / count));
}
