import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct, IConstruct } from 'constructs';
import { invalidProp } from './errors';
import { AlarmProfile, AlarmSettings } from '../system/alarm-settings';
import { MultiRegionSystem } from '../system/multi-region-system';

export interface AlarmSpec {
  /** What it means, and what to do first. */
  readonly description: string | ((threshold: number) => string);
  readonly metric: IMetric;
  readonly threshold: number;
  /**
   * How many periods are looked at.
   * @default 1
   */
  readonly evaluationPeriods?: number;
  /**
   * How many of them must be beyond the threshold.
   * @default - all
   */
  readonly datapointsToAlarm?: number;
  /**
   * Whether values below the threshold are bad, rather than those that reach it.
   * @default false
   */
  readonly whenBelow?: boolean;
  /**
   * Whether no data is bad. Most metrics of AWS are not sent when there is nothing to count.
   * @default false
   */
  readonly whenMissing?: boolean;
  /**
   * Whether it tells of another region rather than of its own, so that it must not count against its own.
   * @default false
   */
  readonly tellsOfPeer?: boolean;
  /**
   * Whether a system with the essential alarms only goes without it.
   * @default false
   */
  readonly isDetail?: boolean;
}

/** What users say of the alarms of a construct, by the alarm's name. */
type SettingsByAlarm = { readonly [alarm: string]: AlarmSettings | undefined };

/** By construct. A construct's parts in the regions' stacks find it by their path, which repeats that within the system. */
const given = new WeakMap<IConstruct, SettingsByAlarm>();

/** Keeps what users say of the alarms of a construct, for those that `watch` makes of it. Throws if there is something that CloudWatch does not take. */
export function useAlarmSettings(owner: Construct, byAlarm: object = {}): void {
  Object.entries(byAlarm as SettingsByAlarm).forEach(([alarm, settings]) => requireValid(owner, `alarmSettings.${alarm}`, settings));
  given.set(owner, byAlarm as SettingsByAlarm);
}

/**
 * An alarm on something in one region's stack: it calls through the region's alarm topic, and counts against the region's health. The first part of the
 * id, up to a hyphen, is what `alarmSettings` call it. Nothing if it is not wanted.
 */
export function watch(scope: Construct, id: string, spec: AlarmSpec): Alarm | undefined {
  const system = MultiRegionSystem.of(scope);
  const settings = settingsOf(system, scope, id.charAt(0).toLowerCase() + id.slice(1).split('-')[0]);
  const isWanted = settings ? settings.enabled ?? true : !spec.isDetail || system.alarmProfile === AlarmProfile.COMPLETE;
  if (!isWanted) return undefined;

  const threshold = settings?.threshold ?? spec.threshold;
  const alarm = new Alarm(scope, id, {
    alarmDescription: typeof spec.description === 'string' ? spec.description : spec.description(threshold),
    metric: spec.metric,
    threshold,
    evaluationPeriods: settings?.evaluationPeriods ?? spec.evaluationPeriods ?? 1,
    datapointsToAlarm: settings?.datapointsToAlarm ?? (settings?.evaluationPeriods === undefined ? spec.datapointsToAlarm : undefined),
    comparisonOperator: spec.whenBelow ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: spec.whenMissing ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });
  system._alarmsOf(scope).add(alarm, !spec.tellsOfPeer);
  return alarm;
}

/** What is said of an alarm by the construct that it is of: the innermost that takes settings. */
function settingsOf(system: MultiRegionSystem, scope: Construct, alarm: string): AlarmSettings | undefined {
  const path = scope.node.scopes.slice(Stack.of(scope).node.scopes.length).map(({ node }) => node.id);
  let found: AlarmSettings | undefined;
  for (let owner = system as IConstruct | undefined; owner; owner = owner.node.tryFindChild(path.shift() ?? '')) {
    if (given.has(owner)) found = given.get(owner)![alarm];
  }
  return found;
}

function requireValid(owner: Construct, prop: string, { threshold, evaluationPeriods, datapointsToAlarm }: AlarmSettings = {}): void {
  if (threshold !== undefined && !(threshold > 0 && threshold < Infinity)) {
    throw invalidProp(owner, `${prop}.threshold`, threshold, 'a number above 0; to be without the alarm, enabled: false');
  }
  if (evaluationPeriods !== undefined && !(Number.isInteger(evaluationPeriods) && evaluationPeriods >= 1 && evaluationPeriods <= 1440)) {
    throw invalidProp(owner, `${prop}.evaluationPeriods`, evaluationPeriods, 'a whole number from 1 to 1440');
  }
  const most = evaluationPeriods ?? 1;
  if (datapointsToAlarm !== undefined && !(Number.isInteger(datapointsToAlarm) && datapointsToAlarm >= 1 && datapointsToAlarm <= most)) {
    throw invalidProp(owner, `${prop}.datapointsToAlarm`, datapointsToAlarm, `a whole number from 1 to evaluationPeriods, which is ${evaluationPeriods ?? 'not given'}`);
  }
}
