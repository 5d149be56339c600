import { setTimeout as sleep } from 'timers/promises';

/** The time that a pipeline goes by. Whatever real programs are waited for takes as long as it takes. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Ends early, without an error, when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** What makes the clock of an invoked handler go as this one. */
  environment(): NodeJS.ProcessEnv;
}

/** Node's timers take no more. */
const LONGEST_MS = 2 ** 31 - 1;

export interface ScaledClockProps {
  /**
   * By how much it is faster than real time.
   *
   * @default 1
   */
  readonly scale?: number;
  /**
   * What it shows at first.
   *
   * @default - the real time
   */
  readonly startsAt?: Date;
}

/** A clock that goes faster than real time, so that minutes take seconds. */
export class ScaledClock implements Clock {
  private readonly scale: number;
  private readonly realOrigin = Date.now();
  private readonly origin: number;

  constructor({ scale = 1, startsAt }: ScaledClockProps = {}) {
    this.scale = scale;
    this.origin = startsAt?.getTime() ?? this.realOrigin;
  }

  public now(): number {
    return this.origin + (Date.now() - this.realOrigin) * this.scale;
  }

  public async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await sleep(Math.min(ms / this.scale, LONGEST_MS), undefined, { ref: false, signal }).catch(() => {});
  }

  /**
   * A handler that measures for how long something has lasted asks `Date`, so that is all that is changed (scaled-date.js). Its timers guard real connections, and stay as they are. The
   * times in what a local region answers stay real as well: compare them with each other only.
   */
  public environment(): NodeJS.ProcessEnv {
    if (this.scale === 1 && this.origin === this.realOrigin) return {};
    return { REHEARSAL_CLOCK: JSON.stringify({ scale: this.scale, realOrigin: this.realOrigin, origin: this.origin }) };
  }
}
