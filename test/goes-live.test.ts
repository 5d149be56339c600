/**
 * Every prop that can change takes effect when the change is deployed: a resource is updated, and where AWS serves a snapshot or a version of it, that is made anew. Each prop of each public interface has an entry in
 * one of the tables in goes-live/, and a new prop without one fails.
 *
 * GOES_LIVE=1 changes all of them, else a fifth of the tables. GOES_LIVE_SEED chooses which.
 */
import * as fc from 'fast-check';
import { APIS } from './goes-live/apis';
import { BUSES_AND_TABLES } from './goes-live/buses-and-tables';
import { FUNCTIONS_AND_QUEUES } from './goes-live/functions-and-queues';
import { OBSERVABILITY } from './goes-live/observability';
import { PIPELINES } from './goes-live/pipelines';
import { deployed, OnlyAtSynthesis, Subject } from './goes-live/subject';
import { SYSTEMS } from './goes-live/systems';
import { WORKFLOWS } from './goes-live/workflows';
import { notLive } from './support/goes-live';
import { publicInterfaces } from './support/public-interfaces';

const SUBJECTS = [...FUNCTIONS_AND_QUEUES, ...APIS, ...BUSES_AND_TABLES, ...WORKFLOWS, ...SYSTEMS, ...OBSERVABILITY, ...PIPELINES];

const seed = Number(process.env.GOES_LIVE_SEED ?? Date.now() % 2 ** 31);
const isWhole = process.env.GOES_LIVE === '1';
const some = Math.ceil(SUBJECTS.length / 5);
const [chosen] = isWhole ? [SUBJECTS] : fc.sample(fc.shuffledSubarray(SUBJECTS, { minLength: some, maxLength: some }), { seed, numRuns: 1 });

/** Interfaces whose props are not of what is deployed. */
const NOT_DEPLOYED: Record<string, string> = {
  MermaidOptions: 'a diagram is written at synthesis',
  ComplianceReportProps: 'a report is written at synthesis',
  FunctionBundling: 'an entry is bundled at synthesis',
  SubscriptionDelivery: 'the library hands it to a target',
};

test('every prop of every public interface is changed, or excepted with a reason', () => {
  const changed = (name: string) => SUBJECTS.filter(subject => subject.of === name).flatMap(({ changes }) => Object.keys(changes));
  const missing = Object.entries(publicInterfaces()).filter(([name]) => !(name in NOT_DEPLOYED))
    .flatMap(([name, props]) => props.filter(prop => !changed(name).includes(prop)).map(prop => `${name}.${prop}`));
  expect(missing).toEqual([]);
});

test('and none that there is not', () => {
  const known = publicInterfaces();
  expect(SUBJECTS.filter(({ of }) => !of.includes('.')).flatMap(({ of, changes }) => Object.keys(changes).filter(prop => !known[of]?.includes(prop)).map(prop => `${of}.${prop}`))).toEqual([]);
  expect(Object.keys(NOT_DEPLOYED).filter(name => !(name in known))).toEqual([]);
});

describe.each(chosen.map((subject): [string, Subject] => [
  `${subject.of}${subject.when ? `, ${subject.when}` : ''}`, subject,
]))(`%s${isWhole ? '' : ` (GOES_LIVE_SEED=${seed})`}`, (_, subject) => {
  let before: Record<string, any>;
  beforeAll(() => { before = deployed(subject); });

  test('changes nothing when nothing is changed', () => {
    expect(notLive(before, deployed(subject))).toEqual(['nothing changes']);
  });

  test.each(Object.entries(subject.changes))('%s goes live', (prop, change) => {
    if (change instanceof OnlyAtSynthesis) return;
    expect(notLive(before, deployed(subject, [prop, change]))).toEqual([]);
  });
});
