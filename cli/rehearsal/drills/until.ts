import { setTimeout as sleep } from 'timers/promises';
import { Stage } from './stage';
import { Deadline } from '../lag/deadline';

const POLL_MS = 100;

export interface Wait {
  /** The subject of the sentence that says what does not happen otherwise: `the dead letter`. */
  readonly what: string;
  readonly withinMs: number;
  /**
   * The time between two looks.
   *
   * @default 100
   */
  readonly pollMs?: number;
  /**
   * The signal that ends it early.
   *
   * @default - that of the stage
   */
  readonly signal?: AbortSignal;
}

/** Waits until there is something to return, by the time that this machine has. */
export async function until<T>(
  { lag, signal: ofStage }: Pick<Stage, 'lag' | 'signal'>, { what, withinMs, pollMs = POLL_MS, signal = ofStage }: Wait, look: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const deadline = new Deadline(withinMs, lag);
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (deadline.isOver) throw deadline.failure(`${what} did not come`);
    await sleep(pollMs, undefined, { signal });
  }
}
