import * as fc from 'fast-check';
import { RegisterOperation } from '../../../../../cli/rehearsal/workload/linearizability/register';

export const INITIAL = 0;

/** One client's next step: how long it waits, how long its request takes to arrive and its answer to come, what it does, and whether it hears of it. */
interface Step {
  readonly client: number;
  readonly wait: number;
  readonly there: number;
  readonly back: number;
  readonly write?: number;
  readonly fate: 'answered' | 'silent' | 'never arrived';
}

const step = fc.record({
  client: fc.integer({ min: 0, max: 3 }),
  wait: fc.integer({ min: 0, max: 3 }),
  there: fc.integer({ min: 1, max: 6 }),
  back: fc.integer({ min: 1, max: 6 }),
  write: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
  fate: fc.oneof({ weight: 8, arbitrary: fc.constant('answered' as const) }, fc.constant('silent' as const), fc.constant('never arrived' as const)),
}) satisfies fc.Arbitrary<Step>;

/** What happened to a register that does one thing at a time, as its clients saw it. */
export const historyOfARegister: fc.Arbitrary<RegisterOperation[]> = fc.array(step, { maxLength: 24 }).map(simulate);

function simulate(steps: Step[]): RegisterOperation[] {
  const free = [0, 0, 0, 0];
  const sent = steps.map((one, i) => {
    const call = free[one.client] + one.wait;
    const effect = call + one.there;
    // a client that hears nothing goes on, while its request may still be on its way
    free[one.client] = one.fate === 'answered' ? effect + one.back : call + 1;
    return { ...one, i, call, effect, end: effect + one.back };
  });
  let value = INITIAL;
  const seen: RegisterOperation[] = [];
  for (const { write, fate, call, end } of sent.sort((a, b) => a.effect - b.effect || a.i - b.i)) {
    const isHeard = fate === 'answered';
    if (write === undefined) {
      if (isHeard) seen.push({ action: 'read', value, call, end });
    } else {
      if (fate !== 'never arrived') value = write;
      seen.push({ action: 'write', value: write, call, end: isHeard ? end : Infinity });
    }
  }
  return seen;
}

/** Whether some order explains a history: tries all of them, of which there are too many for all but the shortest. */
export function isExplainedByAnyOrder(operations: readonly RegisterOperation[], state: number): boolean {
  if (operations.every(({ end }) => end === Infinity)) return true;
  return operations.some((one, i) => {
    const others = operations.filter((_, j) => j !== i);
    if (others.some(({ end }) => end < one.call)) return false;
    if (one.action === 'read' && one.value !== state) return false;
    return isExplainedByAnyOrder(others, one.action === 'write' ? one.value : state);
  });
}
