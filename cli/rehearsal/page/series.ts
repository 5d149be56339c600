import { Report, Sample } from '../report/report';
import { Sent } from '../workload/workload';

/** The series of a plot: times in seconds, and for each region its values; `null` interrupts a line, `undefined` does not. */
export interface Series {
  readonly times: readonly number[];
  readonly values: readonly (readonly (number | null | undefined)[])[];
}

/** Regions are asked one after the other: samples within this time are of one moment. */
const MOMENT_MS = 100;

/** The slowest of so many milliseconds is shown. */
const ANSWERS_MS = 1000;
/** A line is interrupted where there was no answer for longer. */
const SILENCE_MS = 3000;

/** The samples of a region, by their moments. */
type Line = ReadonlyMap<number, readonly Sample[]>;

/** Samples as series, whose regions all have the same times. */
export class SampleSeries {
  private readonly moments: readonly number[];
  private readonly lines: readonly Line[];

  constructor({ samples, regions }: Pick<Report, 'samples' | 'regions'>) {
    const lines = regions.map(() => new Map<number, Sample[]>());
    const numbers = new Map(regions.map((region, index) => [region, index]));
    for (const sample of samples) {
      const line = lines[numbers.get(sample.region) ?? -1];
      const moment = Math.round(sample.at / MOMENT_MS);
      const there = line?.get(moment);
      if (there) there.push(sample);
      else line?.set(moment, [sample]);
    }
    this.moments = [...new Set(lines.flatMap(line => [...line.keys()]))].sort((a, b) => a - b);
    this.lines = lines;
  }

  /** Requests of a second, all of them or those that failed. */
  public rate(what: 'requests' | 'errors'): Series {
    return this.series(line => {
      let before: number | undefined;
      return this.moments.map(moment => {
        const samples = line.get(moment);
        if (!samples) return undefined;
        // of the first sample nobody knows what time it is about
        const seconds = before === undefined ? undefined : (moment - before) * MOMENT_MS / 1000;
        before = moment;
        return seconds === undefined ? null : samples.reduce((sum, sample) => sum + sample[what], 0) / seconds;
      });
    });
  }

  /** Returns the series of what regions say of themselves; a region that does not answer says nothing. */
  public vitals(read: (vitals: NonNullable<Sample['vitals']>) => number): Series {
    return this.series(line => this.moments.map(moment => {
      const samples = line.get(moment);
      if (!samples) return undefined;
      const { vitals } = samples[samples.length - 1];
      return vitals ? read(vitals) : null;
    }));
  }

  private series(valuesOf: (line: Line) => (number | null | undefined)[]): Series {
    return { times: this.moments.map(moment => moment * MOMENT_MS / 1000), values: this.lines.map(valuesOf) };
  }
}

/** Returns the age in milliseconds of the oldest row or event that is on its way from a region. */
export function lagOf({ replication }: NonNullable<Sample['vitals']>): number {
  return Math.max(0, ...Object.values(replication).map(({ lagMs }) => lagMs));
}

/** Returns the slowest answer of each second, in milliseconds, by the region that was asked. */
export function slowestAnswers(operations: readonly Sent[], regions: readonly string[]): Series {
  const numbers = new Map(regions.map((region, index) => [region, index]));
  const slots = new Map<number, (number | undefined)[]>();
  for (const { region, at, endedAt, isReadBack } of operations) {
    const number = numbers.get(region);
    if (number === undefined || endedAt === undefined || isReadBack) continue;
    const slot = Math.floor(endedAt / ANSWERS_MS);
    let values = slots.get(slot);
    if (!values) slots.set(slot, values = regions.map(() => undefined));
    values[number] = Math.max(values[number] ?? 0, endedAt - at);
  }
  const times = [...slots.keys()].sort((a, b) => a - b);
  return {
    times: times.map(slot => slot * ANSWERS_MS / 1000),
    values: regions.map((_, number) => {
      let last: number | undefined;
      return times.map(slot => {
        const value = slots.get(slot)![number];
        if (value === undefined) return last !== undefined && (slot - last) * ANSWERS_MS > SILENCE_MS ? null : undefined;
        last = slot;
        return value;
      });
    }),
  };
}

/** The state in which customers and operators found a region for some time. */
export interface RegionState {
  readonly from: number;
  readonly until: number;
  /** `in`: Route 53 leads customers to it; `out`: it does not; `silent`: it does not answer. */
  readonly state: 'in' | 'out' | 'silent';
}

/** Returns the states of a region, one after the other; times in seconds. */
export function statesOf(region: string, samples: readonly Sample[], end: number): RegionState[] {
  const states: { from: number; until: number; state: RegionState['state'] }[] = [];
  for (const { at, region: own, isHealthy, vitals } of samples) {
    if (own !== region) continue;
    const state = vitals ? isHealthy ? 'in' : 'out' : 'silent';
    const last = states[states.length - 1];
    if (last) last.until = at / 1000;
    if (last?.state !== state) states.push({ from: at / 1000, until: at / 1000, state });
  }
  if (states.length > 0) states[states.length - 1].until = Math.max(end, states[states.length - 1].until);
  return states;
}
