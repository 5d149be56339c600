/**
 * One odd value of its type at a time, in every public prop and parameter: it is refused by an error of ours, which names the prop, what is allowed and where, or
 * it makes templates that the CDK's validation and the stateless checks of a local region take.
 *
 * FUZZ=1 tries all of them, else as many as there is time for. FUZZ_SEED chooses the order and the values made by chance.
 */
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import * as fc from 'fast-check';
import { ACCEPTED } from './accepted';
import { allCases, Case, describeCase, idOf, uncovered } from './cases';
import { localRefusals } from './local-refusals';
import { isDescribed } from './public-api';
import { OF_STRUCT } from './valid-systems';
import { judge } from './verdict';

const isWhole = process.env.FUZZ === '1';
const BUDGET_MS = isWhole ? Infinity : 8_000;
/** Cases whose templates are checked together, so that they do not fill the memory. */
const BATCH = 200;
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

/** Where the CDK makes a folder for each app. */
const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
const { TMPDIR } = process.env;
beforeAll(() => { process.env.TMPDIR = folder; });
afterAll(() => {
  process.env.TMPDIR = TMPDIR ?? '';
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  rmSync(folder, { recursive: true });
});

function* inOrder(cases: Case[]): Generator<Case> {
  const end = Date.now() + BUDGET_MS;
  const [shuffled] = fc.sample(fc.shuffledSubarray(cases, { minLength: cases.length }), { seed, numRuns: 1 });
  for (const fuzzed of isWhole ? cases : shuffled) {
    if (Date.now() > end) return;
    yield fuzzed;
  }
}

/** What is wrong with the accepted ones by the local region's checks. */
async function refusedLocally(accepted: { description: string; templates: string[] }[]): Promise<string[]> {
  const refusals = await localRefusals(accepted.flatMap(({ templates }) => templates));
  return accepted.flatMap(({ description, templates }) => refusals.splice(0, templates.length).flat().slice(0, 1).map(reason => `${description} => accepted, but a local region says ${reason}`));
}

const isAccepted = (problem: string) => ACCEPTED.some(({ what }) => what.test(problem));

/** Skipped, for all to see, in a checkout that has not been compiled. */
const described = isDescribed ? test : test.skip;

described('every struct and method of the public API has a valid system to put odd values in', () => {
  expect(uncovered()).toEqual([]);
});

described(`an odd value in any public prop is refused by an error of ours, or deployable (FUZZ_SEED=${seed})`, async () => {
  const counts = { refused: 0, accepted: 0, wrong: 0 };
  const problems: string[] = [];
  const inputs = new Set<string>();
  let accepted: { description: string; templates: string[] }[] = [];
  const check = async () => {
    problems.push(...await refusedLocally(accepted));
    accepted = [];
  };
  for (const fuzzed of inOrder(allCases(seed))) {
    const { kind, problem, templates } = judge(fuzzed);
    counts[kind]++;
    inputs.add(idOf(fuzzed.input));
    if (problem) problems.push(`${describeCase(fuzzed)} => ${problem}`);
    if (templates) accepted.push({ description: describeCase(fuzzed), templates });
    if (accepted.length >= BATCH) await check();
  }
  await check();
  process.stdout.write(`fuzz: FUZZ_SEED=${seed}, ${inputs.size} inputs, ${JSON.stringify(counts)}\n`);
  expect(problems.filter(problem => !isAccepted(problem)).map(problem => problem.replace(/\s+/g, ' '))).toEqual([]);
}, isWhole ? 3_600_000 : 60_000);

(isWhole ? test : test.skip).each(isWhole ? Object.keys(OF_STRUCT) : ['each struct'])('the valid system of %s is deployable', async struct => {
  const verdict = judge({ input: { owner: struct, name: '', type: {}, isOptional: true }, value: undefined, isTyped: true, run: () => OF_STRUCT[struct]({}) });
  expect(verdict).toMatchObject({ kind: 'accepted' });
  expect((await localRefusals(verdict.templates!)).flat()).toEqual([]);
});
