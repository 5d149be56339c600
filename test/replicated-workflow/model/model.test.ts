import * as fc from 'fast-check';
import { Outcome, play } from './promise';
import { alone, scenario } from './scenario';

// For a longer search: MODEL_RUNS=100000. To repeat one that failed: its MODEL_SEED, which is printed.
const RUNS = Number(process.env.MODEL_RUNS ?? (process.env.MODEL ? 60_000 : 1000));
const SEED = Number(process.env.MODEL_SEED ?? Date.now() % 2 ** 31);
const TIMEOUT = RUNS * 100;

describe('the ledger', () => {
  test('brings each event that a surviving region has seen to an end, once unless the region that held it failed', async () => {
    const begun = Date.now();
    const outcomes: Outcome[] = [];
    try {
      await fc.assert(fc.asyncProperty(scenario, async one => {
        const outcome = await play(one);
        outcomes.push(outcome);
        expect(outcome.broken).toEqual([]);
      }), { numRuns: RUNS, seed: SEED });
    } finally {
      process.stdout.write(`${statistics(outcomes, (Date.now() - begun) / 1000)}\n`);
    }
    // a model in which nothing happens would keep every promise
    expect(total(outcomes, ({ takeovers }) => takeovers)).toBeGreaterThanOrEqual(Math.floor(RUNS / 5));
    expect(total(outcomes, ({ duplicates }) => duplicates)).toBeGreaterThanOrEqual(Math.floor(RUNS / 20));
  }, TIMEOUT);

  test('brings each event that the only region has seen to an end, once whatever fails, and nothing is taken over', async () => {
    let ends = 0;
    await fc.assert(fc.asyncProperty(alone, async one => {
      const { broken, duplicates, takeovers, runs } = await play(one);
      ends += runs;
      expect({ broken, duplicates, takeovers }).toEqual({ broken: [], duplicates: 0, takeovers: 0 });
    }), { numRuns: Math.ceil(RUNS / 4), seed: SEED });
    expect(ends).toBeGreaterThan(RUNS / 4);
  }, TIMEOUT);
});

function statistics(outcomes: readonly Outcome[], seconds: number): string {
  const of = (count: (outcome: Outcome) => number) => total(outcomes, count);
  return `model: seed ${SEED}, ${outcomes.length} runs in ${seconds.toFixed(1)} s: ${of(({ events }) => events)} events, `
    + `${of(({ takeovers }) => takeovers)} takeovers, ${of(({ runs }) => runs)} executions; `
    + `without a failure ${of(({ calm, events }) => (calm ? events : 0))} events and ${of(({ calm, duplicates }) => (calm ? duplicates : 0))} duplicates, `
    + `with failures ${of(({ calm, events }) => (calm ? 0 : events))} and ${of(({ calm, duplicates }) => (calm ? 0 : duplicates))}; `
    + `none later than ${(100 * Math.max(...outcomes.map(({ patience, bound }) => patience / bound))).toFixed()} % of what is allowed`;
}

function total(outcomes: readonly Outcome[], count: (outcome: Outcome) => number): number {
  return outcomes.reduce((sum, outcome) => sum + count(outcome), 0);
}
