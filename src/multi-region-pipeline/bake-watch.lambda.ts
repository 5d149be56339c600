import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { alarmStates, AskedSystem, clientsIn } from './asked-regions.lambda';
import { AlarmReport, BakeVerdict, judge } from './bake-decision';
import { NamedRegions } from './operator-word';

/** The progress that a bake must know the next time that it looks: moments, in milliseconds. */
export interface BakeProgress {
  readonly since: number;
  /** Since when some region has not answered. */
  readonly silentSince?: number;
}

/** The result of a bake's look: what it has seen, and what it must know the next time. */
export interface BakeStep {
  readonly verdict: BakeVerdict;
  readonly progress: BakeProgress;
}

export interface WatchedDeployment {
  /** The regions that were deployed to. */
  readonly targets: string[];
  readonly minutes: number;
  /** Indicates whether the alarms are ones that somebody has named, which must be there. */
  readonly areNamed: boolean;
  readonly isRollback: boolean;
  readonly named: NamedRegions;
}

/** Looks once at the regions that were deployed to, and says whether the bake goes on. */
export async function watch(system: AskedSystem, deployment: WatchedDeployment, progress?: BakeProgress): Promise<BakeStep> {
  const { targets, minutes, areNamed, isRollback, named: { lost, unhealthy } } = deployment;
  const now = Date.now();
  const { since, silentSince } = progress ?? { since: now };
  // a rollback deploys to regions that were lost in the execution that it goes back to, and has that execution's variables
  const watched = targets.filter(region => isRollback || !lost.includes(region));
  if (watched.length === 0) return { verdict: { succeeds: `${targets.join(', ')} is named as lost: nothing was deployed there` }, progress: { since } };
  const reports = await Promise.all(watched.map(async region => report(system, region, areNamed)));
  const silentNow = reports.some(({ error }) => error !== undefined) ? silentSince ?? now : undefined;
  const verdict = judge({
    minutes, isRollback, unhealthy, elapsedMinutes: (now - since) / 60_000, silentMinutes: silentNow === undefined ? 0 : (now - silentNow) / 60_000,
  }, reports);
  return { verdict, progress: { since, silentSince: silentNow } };
}

async function report(system: AskedSystem, region: string, areNamed: boolean): Promise<AlarmReport> {
  try {
    const names = system.alarmNames[region];
    const clientOf = await clientsIn(system, region);
    const states = await alarmStates(clientOf(CloudWatchClient), names);
    return {
      region,
      inAlarm: names.filter(name => states.get(name) === 'ALARM'),
      // a region without alarms has no composite alarm
      missing: areNamed ? names.filter(name => !states.has(name)) : [],
    };
  } catch (error) {
    return { region, inAlarm: [], missing: [], error: (error as Error).name };
  }
}
