import { Report } from '../report/report';
import { Fault } from '../workload/workload';

/** Returns all faults, of drills and others, each once. */
export function faultsOf({ faults, drills }: Pick<Report, 'faults' | 'drills'>): readonly Fault[] {
  const all = [...faults, ...drills.flatMap(drill => drill.faults)];
  return [...new Map(all.map(fault => [JSON.stringify([fault.nemesis, fault.regions, fault.at]), fault])).values()];
}

/** Returns the second that the time line ends with. */
export function lastMoment({ durationMs, samples, moments }: Pick<Report, 'durationMs' | 'samples' | 'moments'>): number {
  const last = [samples, moments].map(list => list.length === 0 ? 0 : list[list.length - 1].at);
  return Math.max(1000, durationMs, ...last) / 1000;
}
