import { NamedRegions } from './operator-word';
import { inAlarmText, silentText } from './region-finding';

/** The answer of a region. */
export interface RegionReport {
  readonly region: string;
  /** The regions that are evacuated, as this one knows. */
  readonly evacuated: string[];
  /** The alarms that are in ALARM here. */
  readonly unhealthyAlarms: string[];
  /** The reason why it could not be asked. */
  readonly error?: string;
}

/**
 * Returns the reasons why some regions must not be deployed to now; none, if they may.
 *
 * A deployment is no emergency: what is not known counts against it. Only of regions that an operator has named as lost nothing needs to be known.
 */
export function refusals(targets: string[], { lost, unhealthy }: NamedRegions, reports: RegionReport[]): string[] {
  const evacuated = reports.flatMap(report => report.evacuated.map(region => ({ region, by: report.region })))
    .filter(({ region }) => !lost.includes(region) && !unhealthy.includes(region));
  return [
    ...targets.filter(target => !lost.includes(target)).flatMap(target => evacuated.filter(({ region }) => region !== target)
      .map(({ region, by }) => `${region} is evacuated, says ${by}: ${target} may be all that serves`)),
    ...reports.filter(({ region }) => !unhealthy.includes(region))
      .flatMap(({ region, unhealthyAlarms }) => unhealthyAlarms.map(alarm => inAlarmText(region, alarm))),
    ...reports.filter(({ error }) => error !== undefined).map(({ region, error }) => silentText(region, error)),
  ];
}

/** The state of a stage, as the pipeline tells it. */
export interface StageState {
  readonly stage: string;
  readonly executionId?: string;
  readonly isInProgress: boolean;
  readonly hasFailed: boolean;
}

/**
 * Returns the stage for whose execution the gate waits, if there is one.
 *
 * CodePipeline locks stages, not the pipeline: the next execution may be at the gate of the first region while the one before it is still in the last. It waits while anything of the system is being
 * deployed or watched, and while an execution that is further ahead is at a gate. So regions change one after the other, and never two gates wait for each other.
 *
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html
 */
export function occupied(stage: string, deploying: string[], gateOf: (stage: string) => string, states: StageState[]): StageState | undefined {
  const later = deploying.slice(deploying.indexOf(stage) + 1).map(gateOf);
  return states.find(state => state.isInProgress && (deploying.includes(state.stage) || later.includes(state.stage)));
}

/**
 * Returns the stage that may be rolled back in a moment, if there is one.
 *
 * Between the failure of a stage and the start of its rollback nothing is in progress, and nothing documents for how long. So where a stage has failed last, the gate must find nothing in progress twice in a row.
 */
export function mayBeRolledBack(deploying: string[], states: StageState[]): StageState | undefined {
  return states.find(state => state.hasFailed && deploying.includes(state.stage));
}
