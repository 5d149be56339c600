import { setTimeout as sleep } from 'timers/promises';
import { Clock } from './clock';
import { Lateness, LagProbe } from './lag-probes';
import { TooSlow } from './too-slow';
import { Section } from '../telling/transcript';

/** No machine is taken to be slower than a tenth: what comes even later has failed. */
const MOST_LOST = 0.9;
/** Less is not worth keeping. */
const KEPT_LATE_MS = 20;
/** The lag that is worth reporting. */
const TELL_LATE_MS = 500;
const TELL_LOST_MS = 1000;

/** One look at how late something came. */
export interface LagSample extends Lateness {
  readonly name: string;
  /** The start and the end, in milliseconds as of `performance.now()`. */
  readonly start: number;
  readonly end: number;
}

/**
 * The lag of this machine with what it is to do, because it is busy with something else as well.
 *
 * Limits of time are for a machine that is there: what others take of it does not count. What depends on the app's own times, which are scaled down, cannot be judged at all on a machine that is
 * later than these can bear.
 */
export class MachineLag implements Clock {
  private readonly samples: LagSample[] = [];
  private readonly startedAt = performance.now();

  /** Looks by each probe, again and again, until the signal is aborted. */
  public watch(probes: LagProbe[], signal: AbortSignal): void {
    probes.forEach(probe => {
      void this.repeat(probe, signal).catch(error => {
        if (!signal.aborted) throw error;
      });
    });
  }

  /** Takes in a look. Of those that say that all is well, only what is needed is kept. */
  public add(sample: LagSample): void {
    if (sample.lateMs >= KEPT_LATE_MS || sample.lostShare !== undefined) this.samples.push(sample);
  }

  /** Waits for a time that this machine has for what it is to do. */
  public async sleep(ms: number, signal: AbortSignal): Promise<void> {
    const start = performance.now();
    for (let left = ms; left > 1; left = ms - this.elapsed(start)) {
      await sleep(left, undefined, { signal });
    }
  }

  /** Returns the latest that anything came of what was going on at a moment or later. */
  public worstSince(start: number): LagSample | undefined {
    return this.samples.filter(({ end }) => end >= start).reduce<LagSample | undefined>(
      (worst, sample) => (worst && worst.lateMs >= sample.lateMs ? worst : sample), undefined,
    );
  }

  /**
   * Returns the milliseconds of a time that somebody else had this machine. From one look to the next, it is taken to be as busy as at the last look.
   */
  public lostSince(start: number): number {
    const now = performance.now();
    const looks = this.samples.filter(({ lostShare }) => lostShare !== undefined);
    return looks.reduce((lost, look, i) => {
      const from = Math.max(start, i === 0 ? look.start : looks[i - 1].end);
      const until = i === looks.length - 1 ? now : look.end;
      return lost + Math.max(0, until - from) * Math.min(look.lostShare!, MOST_LOST);
    }, 0);
  }

  public elapsed(start: number): number {
    return performance.now() - start - this.lostSince(start);
  }

  /**
   * Proves what is true only of a machine that is in time: on one that was not, neither outcome proves anything.
   *
   * @param bearableMs how late anything may come
   * @param since when what it is about began
   */
  public async inTime<T>(bearableMs: number, since: number, prove: () => Promise<T> | T): Promise<T> {
    let outcome: { readonly value: T } | { readonly error: unknown };
    try {
      outcome = { value: await prove() };
    } catch (error) {
      outcome = { error };
    }
    const worst = this.worstSince(since);
    if (worst && worst.lateMs > bearableMs) {
      const seen = 'error' in outcome ? `; it failed: ${outcome.error instanceof Error ? outcome.error.message : String(outcome.error)}` : '; it held';
      throw new TooSlow(`${worst.name} came ${seconds(worst.lateMs)} late, and ${seconds(bearableMs)} can be borne${seen}`);
    }
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  /** Says how late this machine was, if that is worth telling. */
  public tell(section: Section, since: number): void {
    const [worst, lost] = [this.worstSince(since), this.lostSince(since)];
    if (!worst || (worst.lateMs < TELL_LATE_MS && lost < TELL_LOST_MS)) return;
    section.note(`This machine was late: ${worst.name} came up to ${seconds(worst.lateMs)} late. `
      + `Limits of time are longer by the ${seconds(lost)} of ${seconds(performance.now() - Math.max(since, this.startedAt))} that it lost.`);
  }

  private async repeat(probe: LagProbe, signal: AbortSignal): Promise<void> {
    for (;;) {
      const start = performance.now();
      const lateness = await probe.look(signal);
      if (lateness) this.add({ ...lateness, name: probe.name, start, end: performance.now() });
      await sleep(probe.pauseMs, undefined, { signal });
    }
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
