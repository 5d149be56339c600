import { ArnFormat, Aspects, Duration, Stack } from 'aws-cdk-lib';
import { CompositeAlarm, Dashboard, IAlarm, IWidget, PeriodOverride, Row } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { Canvas } from './canvas';
import { cloudWatchPage } from '../console';
import { DashboardRow } from './dashboard-row';
import { Inventory } from './inventory';
import { LateWidgets } from './late-widgets';
import { refusalsOf } from './limits';
import { overview } from './overview';
import { colorAt } from './palette';
import { costRow } from './rows/cost-row';
import { eventRows } from './rows/events-row';
import { functionsRow } from './rows/functions-row';
import { healthRow } from './rows/health-row';
import { queuesRow } from './rows/queues-row';
import { requestRows } from './rows/requests-row';
import { tablesRow } from './rows/tables-row';
import { workflowRows } from './rows/workflows-row';
import { invalidProp } from '../../system/errors';
import { Layout } from '../../system/layout';
import { NameRule } from '../../system/names';
import { PerRegion } from '../../system/per-region';
import { requireDuration } from '../../system/ranges';

/** Something of yours on a `MultiRegionDashboard`. */
export interface IDashboardWidgets {
  /**
   * Returns the widgets of one line, from left to right, on the copy of the dashboard that is in a region. Called at synthesis, once or more; new widgets each time, since a widget has
   * one place only.
   *
   * Use literal names, or the `metricXxx` methods of this library: a resource of one region's stack cannot be drawn on another's dashboard.
   */
  widgetsIn(region: string): IWidget[];
}

/** Properties of a `MultiRegionDashboard`. */
export interface MultiRegionDashboardProps {
  /**
   * The beginning of the name of each copy; a hyphen and the region follow, because a name can be used once in an account, not once in each region.
   *
   * @default - the system's name and the construct's id
   */
  readonly dashboardName?: string;

  /**
   * The heading.
   *
   * @default - the system's name
   */
  readonly title?: string;

  /**
   * Markdown of yours at the top, such as the place of your runbook.
   *
   * @default - none
   */
  readonly notes?: string;

  /**
   * The time range that it shows at first, in whole minutes, up to the 15 months that CloudWatch keeps metrics for.
   *
   * @default Duration.hours(3)
   */
  readonly defaultInterval?: Duration;

  /**
   * The questions that it answers. A question that the system gives no answer to is left out anyway.
   *
   * @default - all of them
   */
  readonly rows?: DashboardRow[];
}

/** The dashboard of one region, and what is drawn on it. */
interface Copy {
  readonly dashboard: Dashboard;
  readonly widgets: LateWidgets;
}

/**
 * A CloudWatch dashboard in every region, each of which shows all regions side by side.
 *
 * It finds the constructs of the system and its units by itself, whenever they are made. Each row answers a question: is a region unhealthy or evacuated, are customers served, do functions fail, is
 * data replicated, do events flow, do workflows run, what waits for a person, what drives the cost. A region has the same color everywhere; red lines are the thresholds of
 * alarms, where there are alarms. At the top are links to the alarms and to the other copies, and the command that evacuates a region.
 *
 * Each copy names all regions, so it is in the region's mesh stack. When a region is lost, the copies of all others go on; the lines of that region end. With more than 4 regions, a line is a region, not a direction between two: the
 * slowest of its peers, or all of its peers together.
 *
 * Each copy costs about 3 USD a month, beyond three dashboards of at most 50 metrics that are free in an account.
 *
 * Throws if the names are not ones that CloudWatch accepts; at synthesis, if there are more metrics than a dashboard takes: 2500, or 500 in a graph.
 *
 * An example, what it defines, what it costs, and its limits: [observability](https://github.com/cdk-multi-region/cdk-multi-region/blob/main/docs/constructs/observability.md).
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_xaxr_dashboard.html
 */
export class MultiRegionDashboard extends Construct {
  private readonly layout: Layout;
  private readonly copies: PerRegion<Copy>;
  private readonly name: string;
  private readonly added: IDashboardWidgets[] = [];

  constructor(scope: Construct, id: string, private readonly props: MultiRegionDashboardProps = {}) {
    super(scope, id);
    this.layout = Layout.of(this);
    const { system } = this.layout;
    this.name = props.dashboardName ?? this.layout.physicalName(NameRule.DASHBOARD);
    for (const region of system.regions) {
      if (this.name === '' || !NameRule.DASHBOARD.accepts(this.dashboardNameIn(region))) {
        throw invalidProp(this, 'dashboardName', this.name, `${NameRule.DASHBOARD.allowed}, with room for "-${region}" after it`);
      }
    }
    requireDuration(this, 'defaultInterval', props.defaultInterval, 'minutes', Duration.minutes(1), Duration.days(455));
    const unknown = props.rows?.find(row => !Object.values(DashboardRow).includes(row));
    if (unknown !== undefined) {
      throw invalidProp(this, 'rows', unknown, Object.values(DashboardRow).join(', '));
    }

    this.copies = this.layout.perRegion(({ mesh, region }) => this.copyIn(mesh, region));
    // constructs may still be added while aspects run, but not after them
    Aspects.of(this).add({ visit: node => node === this && this.copies.forEach(({ widgets }) => widgets.beginSynthesis()) });
    this.node.addValidation({ validate: () => this.refusals() });
  }

  /** Returns the dashboard of one region; throws if it is not a region of the system. */
  public inRegion(region: string): Dashboard {
    return this.copies.in(region).dashboard;
  }

  /** Returns the name of the copy in a region. */
  public dashboardNameIn(region: string): string {
    return `${this.name}-${region}`;
  }

  /**
   * Returns the URL of a region's copy in the console, or nothing in partitions whose console is not public; throws if it is not a region of the
   * system.
   */
  public urlIn(region: string): string | undefined {
    this.layout.system._requireRegion(region);
    return cloudWatchPage(region, `dashboards/dashboard/${this.dashboardNameIn(region)}`);
  }

  /** Returns the color of a region in all graphs, for widgets of yours, such as `#1f77b4`; throws if it is not a region of the system. */
  public colorOf(region: string): string {
    const { system } = this.layout;
    return colorAt(system.regions.indexOf(system._requireRegion(region)));
  }

  /** Adds a line of your own widgets below all others. */
  public addWidgets(widgets: IDashboardWidgets): void {
    if (typeof (widgets as Partial<IDashboardWidgets> | undefined)?.widgetsIn !== 'function') {
      throw invalidProp(this, 'widgets', widgets, 'an object with the method widgetsIn');
    }
    this.added.push(widgets);
  }

  private copyIn(mesh: Construct, region: string): Copy {
    const unhealthy = new PerRegion(this, this.layout.system.regions, each => this.unhealthyAlarm(mesh, each));
    const widgets = new LateWidgets(() => this.draw(region, each => unhealthy.in(each)));
    const dashboard = new Dashboard(mesh, 'Dashboard', {
      dashboardName: this.dashboardNameIn(region),
      defaultInterval: this.props.defaultInterval ?? Duration.hours(3),
      // else the thresholds of alarms, which are per minute, would be drawn beside sums of an hour
      periodOverride: PeriodOverride.INHERIT,
      widgets: [[widgets]],
    });
    return { widgets, dashboard };
  }

  /** Returns what CloudWatch would refuse of the copies. All show the same, so one is enough. */
  private refusals(): string[] {
    const { widgets, dashboard } = this.copies.in(this.layout.system.primaryRegion);
    return refusalsOf(Stack.of(dashboard).resolve(widgets.toJson()), this.node.path);
  }

  private draw(region: string, unhealthyAlarmOf: (region: string) => IAlarm): IWidget[] {
    const { system } = this.layout;
    const { title = system.systemName, notes, rows = Object.values(DashboardRow) } = this.props;
    const inventory = new Inventory(system);
    const canvas = new Canvas(system, region);
    const answers: Record<DashboardRow, () => IWidget[]> = {
      [DashboardRow.HEALTH]: () => healthRow(canvas, inventory, unhealthyAlarmOf),
      [DashboardRow.REQUESTS]: () => requestRows(canvas, inventory),
      [DashboardRow.FUNCTIONS]: () => functionsRow(canvas, inventory),
      [DashboardRow.TABLES]: () => tablesRow(canvas, inventory),
      [DashboardRow.EVENTS]: () => eventRows(canvas, inventory),
      [DashboardRow.WORKFLOWS]: () => workflowRows(canvas, inventory),
      [DashboardRow.QUEUES]: () => queuesRow(canvas, inventory),
      [DashboardRow.COST]: () => costRow(canvas, inventory),
    };
    return [
      overview(inventory, { title, region, notes, dashboardNameIn: each => this.dashboardNameIn(each) }),
      ...Object.values(DashboardRow).filter(row => rows.includes(row)).flatMap(row => answers[row]()),
      ...this.added.map(added => new Row(...added.widgetsIn(region))),
    ];
  }

  /** Returns the alarm by name, since it is of another stack. */
  private unhealthyAlarm(mesh: Construct, region: string): IAlarm {
    return CompositeAlarm.fromCompositeAlarmArn(mesh, `Unhealthy-${region}`, Stack.of(mesh).formatArn({
      service: 'cloudwatch', region, resource: 'alarm', resourceName: this.layout.system.unhealthyAlarmNameIn(region), arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }));
  }
}
