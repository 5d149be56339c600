import * as fc from 'fast-check';
import { MUTATIONS } from './mutations';
import { play } from './promise';

const RUNS = 5000;
// always the same, since how soon the model notices is a matter of chance
const SEED = Number(process.env.MODEL_SEED ?? 1);

// by npm run test:long
const proof = process.env.LONG ? describe : describe.skip;

proof('the model', () => {
  test.each(MUTATIONS)('notices it when %s', async (name, within, variant) => {
    const broken: string[] = [];
    const result = await fc.check(fc.asyncProperty(within, async one => {
      broken.push(...(await play(one, variant)).broken);
      return broken.length === 0;
    }), { numRuns: RUNS, seed: SEED, endOnFailure: true });
    process.stdout.write(`${name}: noticed in run ${result.numRuns}: ${broken[0]}\n`);
    expect(result.failed).toBe(true);
    // and it is the mutation that breaks the promise there
    expect((await play(result.counterexample![0])).broken).toEqual([]);
  }, RUNS * 100);
});
