import { setTimeout as sleep } from 'timers/promises';
import { eachAtMost } from './each-at-most';
import { History } from './history';
import { describeError, Mistakes, shown, WorkloadMistake } from './mistakes';
import { Sender } from './sender';
import { Target } from './target';
import { Operation, Outcome, Sent, Workload } from './workload';
import { Write, writesOf } from './writes';
import { Clock, WALL_CLOCK } from '../lag/clock';
import { Deadline } from '../lag/deadline';

/** The number of reads that are on their way to a region at once. */
const MOST_OPEN = 8;
/** Between two rounds of reads of what was not there. */
const ROUND_PAUSE_MS = 500;
const DEADLINE_MS = 60_000;

export interface FinalReadsOptions {
  readonly signal: AbortSignal;
  /**
   * The clock by which limits of time are measured.
   *
   * @default - the time that goes by
   */
  readonly clock?: Clock;
  /**
   * For how long to read, in milliseconds. The outcome of what was not read at all until then is `unknown`.
   *
   * @default 60000
   */
  readonly deadlineMs?: number;
  /**
   * Indicates whether what is not there yet is read again.
   *
   * @default true
   */
  readonly waits?: boolean;
  /**
   * Milliseconds since the start of the history: writes that were first sent earlier are left out.
   *
   * @default 0
   */
  readonly since?: number;
  /**
   * Takes what is wrong with the workload's client.
   *
   * @default - it is only an outcome
   */
  readonly mistakes?: Mistakes;
}

/** The state of an acknowledged write in a region. */
export interface FinalRead {
  readonly write: Write;
  readonly region: string;
  readonly outcome: Outcome;
}

/**
 * Reads what each acknowledged write has left, from each of some regions by its own name, again and again until it is there or the time is over. The last
 * reading of each is in the history, as one that no customer has sent.
 *
 * Throws a `WorkloadMistake` if `readBack` is of no use. Returns nothing if the workload has none.
 */
export async function finalReads(
  workload: Workload, history: History, regions: readonly Target[], options: FinalReadsOptions,
): Promise<FinalRead[] | undefined> {
  const { readBack } = workload;
  if (!readBack) return undefined;
  const { signal, clock = WALL_CLOCK, deadlineMs = DEADLINE_MS, waits = true, since = 0, mistakes = new Mistakes() } = options;
  const sender = new Sender({ workload, history, mistakes, clock, signal });
  const deadline = new Deadline(deadlineMs, clock);
  const asked = writesOf(history.sent)
    .filter(({ acknowledged, sendings }) => acknowledged && sendings[0].at >= since)
    .map(write => ({ write, operation: operationOf(readBack, write.operation) }));

  const all = await Promise.all(regions.map(async target => {
    const last = new Map<Write, Sent>();
    let left = asked;
    const goesOn = (attempt: number) => left.length > 0 && !signal.aborted && (attempt === 0 || (waits && !deadline.isOver));
    for (let attempt = 0; goesOn(attempt); attempt++) {
      if (attempt > 0) await sleep(ROUND_PAUSE_MS, undefined, { signal }).catch(() => {});
      await eachAtMost(MOST_OPEN, left, async ({ write, operation }) => {
        if (deadline.isOver) return;
        const at = history.now();
        const outcome = await sender.perform(operation, { target, host: target.host }, attempt);
        const here = { near: target.name, region: target.name };
        last.set(write, { operation, customer: write.customer, ...here, attempt, at, endedAt: history.now(), outcome, isReadBack: true });
      });
      left = left.filter(({ write }) => last.get(write)?.outcome?.type !== 'ok');
    }
    signal.throwIfAborted();
    history.sent.push(...last.values());
    history.changed();
    return asked.map(({ write }): FinalRead => ({ write, region: target.name, outcome: last.get(write)?.outcome ?? NOT_IN_TIME }));
  }));
  return all.flat();
}

/** Says nothing of the write. */
const NOT_IN_TIME: Outcome = { type: 'unknown', told: 'not read in time' };

function operationOf(readBack: NonNullable<Workload['readBack']>, write: Operation): Operation {
  let operation: Operation;
  try {
    operation = readBack(write);
  } catch (error) {
    throw new WorkloadMistake(`the workload's readBack threw ${describeError(error)}, for ${shown(write)}`);
  }
  if (operation?.action !== 'read') {
    throw new WorkloadMistake(`the workload's readBack returned ${shown(operation)}, which is no operation whose action is 'read', for ${shown(write)}`);
  }
  return operation;
}

/** Returns the acknowledged writes that some region does not have, with the regions that do not. */
export function lostWrites(reads: readonly FinalRead[]): Map<Write, FinalRead[]> {
  const lost = new Map<Write, FinalRead[]>();
  for (const read of reads) {
    if (read.outcome.type === 'fail') lost.set(read.write, [...lost.get(read.write) ?? [], read]);
  }
  return lost;
}
