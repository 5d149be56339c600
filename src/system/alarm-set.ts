import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { AlarmProfile, AlarmSettings } from './alarm-settings';
import { invalidProp } from './errors';
import { RegionAlarms } from './region-alarms';

const HOUR = Duration.hours(1);

export interface AlarmSpec {
  /** The fact, the cause, the first step. */
  readonly description: string | ((threshold: number) => string);
  readonly metric: IMetric;
  readonly threshold: number;
  /**
   * The number of periods that are evaluated.
   * @default 1
   */
  readonly evaluationPeriods?: number;
  /**
   * The number of periods that must be beyond the threshold.
   * @default - all
   */
  readonly datapointsToAlarm?: number;
  /**
   * Indicates whether values below the threshold are bad, rather than those that reach it.
   * @default false
   */
  readonly whenBelow?: boolean;
  /**
   * Indicates whether missing data is bad. Most metrics of AWS are not sent when there is nothing to count.
   * @default false
   */
  readonly whenMissing?: boolean;
  /**
   * Indicates whether the alarm is about another region rather than its own, so that it must not count against its own.
   * @default false
   */
  readonly isAboutPeer?: boolean;
  /**
   * Indicates whether a system with the essential alarms only goes without this alarm.
   * @default false
   */
  readonly isDetail?: boolean;
}

type Overrides<Key extends string> = { readonly [key in Key]?: AlarmSettings };

/**
 * The settings of a construct's alarms, by the alarm's key. They are handed down to whatever makes the alarms.
 *
 * Throws if a setting is not one that CloudWatch takes. A setting that matches no alarm stops the synthesis: it would change nothing, and nobody would notice.
 */
export class AlarmOverrides<Key extends string> {
  private readonly matched = new Set<string>();

  /** @param owner the construct whose alarms they are */
  constructor(
    public readonly owner: Construct,
    private readonly settings: Overrides<Key> = {},
    private readonly profile: AlarmProfile = AlarmProfile.COMPLETE,
  ) {
    const given = Object.entries<AlarmSettings | undefined>(settings).flatMap(([key, each]) => (each === undefined ? [] : [{ key, each }]));
    given.forEach(({ key, each }) => requireValid(owner, `alarmSettings.${key}`, each));
    owner.node.addValidation({
      validate: () => given.filter(({ key, each }) => each.enabled !== false && !this.matched.has(key)).map(({ key, each }) => (
        invalidProp(owner, `alarmSettings.${key}`, each, 'settings of alarms that there are; other properties, or what was not added, leave this one out').message
      )),
    });
  }

  /** Notes alarms of which there is one for each pair of regions: with a single region there are none, and their settings are for the day when there are more. */
  public expectPairs(...keys: Key[]): void {
    keys.forEach(key => this.matched.add(key));
  }

  /** Returns the settings of one alarm, which is about to be made; `enabled` says whether it is wanted. */
  public take(key: Key, isDetail: boolean): AlarmSettings & { readonly enabled: boolean } {
    this.matched.add(key);
    const settings = this.settings[key] as AlarmSettings | undefined;
    return { ...settings, enabled: settings ? settings.enabled ?? true : !isDetail || this.profile === AlarmProfile.COMPLETE };
  }
}

/** The alarms of a construct in one region. */
export class AlarmSet<Key extends string> {
  constructor(private readonly region: RegionAlarms, private readonly overrides: AlarmOverrides<Key>) {}

  /**
   * Creates an alarm that notifies the region's topic and feeds the region's composite alarm. Returns undefined if it is not wanted.
   *
   * @param scope where it is made, in the region's stack or in its mesh stack
   * @param key of the settings, and, with a capital, the first part of the id
   * @param of what of several things of one kind it is about: the rest of the id
   */
  public add(scope: Construct, key: Key, spec: AlarmSpec, of?: string): Alarm | undefined {
    const settings = this.overrides.take(key, spec.isDetail ?? false);
    if (!settings.enabled) return undefined;

    requireWindow(this.overrides.owner, `alarmSettings.${key}.evaluationPeriods`, settings.evaluationPeriods, periodOf(spec.metric));
    const threshold = settings.threshold ?? spec.threshold;
    const id = key.charAt(0).toUpperCase() + key.slice(1);
    const alarm = new Alarm(scope, of === undefined ? id : `${id}-${of}`, {
      alarmDescription: typeof spec.description === 'string' ? spec.description : spec.description(threshold),
      metric: spec.metric,
      threshold,
      evaluationPeriods: settings.evaluationPeriods ?? spec.evaluationPeriods ?? 1,
      datapointsToAlarm: settings.datapointsToAlarm ?? (settings.evaluationPeriods === undefined ? spec.datapointsToAlarm : undefined),
      comparisonOperator: spec.whenBelow ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: spec.whenMissing ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    this.region.add(alarm, { owner: this.overrides.owner, countsAgainstRegion: !spec.isAboutPeer });
    return alarm;
  }
}

/** Returns the period of a metric, or of an expression, whose metrics have its period. */
function periodOf(metric: IMetric): Duration {
  const { metricStat, mathExpression } = metric.toMetricConfig();
  return metricStat?.period ?? Duration.seconds(mathExpression!.period);
}

/**
 * Throws if an alarm would look further back than CloudWatch does: a day, or a week if its periods are an hour or longer.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
function requireWindow(owner: Construct, prop: string, evaluationPeriods: number | undefined, period: Duration): void {
  if (evaluationPeriods === undefined) return;
  const window = period.toSeconds() < HOUR.toSeconds() ? Duration.days(1) : Duration.days(7);
  const most = Math.floor(window.toSeconds() / period.toSeconds());
  if (!(Number.isInteger(evaluationPeriods) && evaluationPeriods >= 1 && evaluationPeriods <= most)) {
    throw invalidProp(owner, prop, evaluationPeriods, `a whole number from 1 to ${most}, because alarms on periods of ${period.toHumanString()} look at ${window.toDays()} day${window.toDays() > 1 ? 's' : ''} at most`);
  }
}

function requireValid(owner: Construct, prop: string, { threshold, evaluationPeriods, datapointsToAlarm }: AlarmSettings): void {
  if (threshold !== undefined && !(threshold > 0 && threshold < Infinity)) {
    throw invalidProp(owner, `${prop}.threshold`, threshold, 'a number above 0; to be without the alarm, enabled: false');
  }
  // the most that any alarm takes, which are minutes; that of the alarm is known when it is made
  requireWindow(owner, `${prop}.evaluationPeriods`, evaluationPeriods, Duration.minutes(1));
  const most = evaluationPeriods ?? 1;
  if (datapointsToAlarm !== undefined && !(Number.isInteger(datapointsToAlarm) && datapointsToAlarm >= 1 && datapointsToAlarm <= most)) {
    throw invalidProp(owner, `${prop}.datapointsToAlarm`, datapointsToAlarm, `a whole number from 1 to evaluationPeriods, which is ${evaluationPeriods ?? 'not given'}`);
  }
}
