import { execFile } from 'child_process';
import { setTimeout as sleep } from 'timers/promises';

/** A region, and whether somebody has stopped it on purpose. */
export interface ProbedRegion {
  readonly name: string;
  /** The address of the region. */
  readonly address: string;
  /** The time for which it was last frozen, in milliseconds as of `performance.now()`; without an end if it still is. */
  readonly frozen?: { readonly since: number; readonly until?: number };
}

/** The lateness of something. */
export interface Lateness {
  readonly lateMs: number;
  /**
   * The share of the time for which something that had work to do waited for its turn, from 0 to below 1.
   *
   * @default - this probe cannot tell
   */
  readonly lostShare?: number;
}

/** Something whose time is known, done again and again. */
export interface LagProbe {
  /** The name of what came late, as the subject of a sentence. */
  readonly name: string;
  /** The time between two looks, in milliseconds. */
  readonly pauseMs: number;
  /** Returns nothing if it cannot tell. */
  look(signal: AbortSignal): Promise<Lateness | undefined>;
}

/** The time to start a process and to hear of its end, besides the time that the process itself runs: 10 ms on an idle machine. */
const START_MS = 20;
/** A process without a turn for so long says enough. */
const LONGEST_MS = 30_000;
/** The time that a region that goes on may be busy with what came meanwhile. */
const CATCH_UP_MS = 3000;

const TIMER_MS = 100;

/** A timer of this process. */
export const TIMER_PROBE: LagProbe = {
  name: 'a timer of the rehearsal',
  pauseMs: 0,
  look: async signal => {
    const start = performance.now();
    await sleep(TIMER_MS, undefined, { signal });
    return { lateMs: Math.max(0, performance.now() - start - TIMER_MS) };
  },
};

/** A process that tells for how long it ran: for the rest of the time it waited. */
export const CHILD_PROBE: LagProbe = {
  name: 'a process',
  pauseMs: 1500,
  look: async signal => {
    const start = performance.now();
    const ran = await new Promise<number>(resolve => {
      execFile(process.execPath, ['-e', 'const { user, system } = process.cpuUsage(); process.stdout.write(String((user + system) / 1000))'], {
        env: {}, signal, timeout: LONGEST_MS, killSignal: 'SIGKILL',
      }, (_, stdout) => resolve(Number(stdout)));
    });
    signal.throwIfAborted();
    return waited(performance.now() - start, ran);
  },
};

/** Returns the lateness of a process that was there for some milliseconds, and ran for some of them. */
export function waited(tookMs: number, ranMs: number): Lateness {
  const lateMs = Math.max(0, tookMs - ranMs - START_MS);
  return { lateMs, lostShare: lateMs / tookMs };
}

/** Returns the probe of a region's process: its answer to the simplest of questions. One that is frozen on purpose is not late. */
export function regionProbe(region: ProbedRegion): LagProbe {
  return {
    name: `an answer of ${region.name}`,
    pauseMs: 500,
    look: async signal => {
      const start = performance.now();
      await fetch(`${region.address}/_local-region/status`, { signal }).catch(() => undefined);
      signal.throwIfAborted();
      const { frozen } = region;
      const isCatchingUp = frozen && (frozen.until === undefined || frozen.until + CATCH_UP_MS > start);
      return isCatchingUp ? undefined : { lateMs: performance.now() - start };
    },
  };
}
