import { ExecutionStatus } from '@aws-sdk/client-sfn';
import { othersThatMay, reasonAgainst, regionsWith, risksOf, silentHolders } from '../../../cli/takeover/decisions';
import { KnownEntry } from '../../../cli/takeover/ledger-replica';
import { ReplicaView, Views } from '../../../cli/takeover/replica-views';

const [HOME, PEER, THIRD] = ['us-west-2', 'ap-southeast-2', 'eu-west-1'];
const SILENT = { problem: 'does not answer (no answer in time)', isSilent: true, isOfCredentials: false };

const entry = (region: string, status: KnownEntry['status'], more: Partial<KnownEntry> = {}): KnownEntry => ({
  region, status, origin: HOME, publishedAt: 1000, keepsEvent: status === 'WITNESSED' || status === 'STARTED', ...more,
});
/** What regions say that have all seen the same entries; those without an execution to tell of are silent. */
function views(entries: readonly KnownEntry[], executions: Readonly<Record<string, ExecutionStatus | 'NONE' | 'NO ANSWER'>>): Views {
  const regions = [HOME, PEER, THIRD].map((region): ReplicaView => {
    const status = executions[region];
    return {
      region,
      entries: status === undefined ? SILENT : { value: entries },
      heartbeats: status === undefined ? SILENT : { value: new Map() },
      execution: status === undefined || status === 'NO ANSWER' ? SILENT : { value: status },
    };
  });
  return { execution: 'o-1', regions };
}
const NONE = { [PEER]: 'NONE', [THIRD]: 'NONE' } as const;

describe('a region may be forced', () => {
  test.each<[string, Views]>([
    ['that has witnessed it, while its holder is silent', views([entry(HOME, 'STARTED'), entry(PEER, 'WITNESSED')], NONE)],
    ['that keeps the event of what has failed elsewhere', views([entry(HOME, 'FAILED'), entry(PEER, 'RESOLVED', { keepsEvent: true })], { ...NONE, [HOME]: 'FAILED' })],
    ['that has claimed it and has not started it', views([entry(PEER, 'STARTED')], NONE)],
  ])('%s', (_, all) => {
    expect(reasonAgainst('force', PEER, all)).toBeUndefined();
    expect(risksOf(PEER, all)).toEqual([]);
  });
});

describe('a region may not be forced', () => {
  test.each<[string, Views, string]>([
    ['that is silent', views([entry(HOME, 'STARTED')], { [HOME]: 'RUNNING' }), 'does not answer'],
    ['that has no entry', views([entry(HOME, 'STARTED')], NONE), 'has not looked at it yet'],
    ['that has an order and no entry', views([entry(PEER, undefined, { forced: true })], NONE), 'has not looked at it yet'],
    ['where it has failed', views([entry(PEER, 'FAILED')], { ...NONE, [PEER]: 'FAILED' }), 'FAILED: run it again by "aws stepfunctions redrive-execution"'],
    ['where it has succeeded', views([entry(PEER, 'SUCCEEDED')], { ...NONE, [PEER]: 'SUCCEEDED' }), 'has brought it to its end, SUCCEEDED'],
    ['that knows that it has succeeded', views([entry(HOME, 'SUCCEEDED'), entry(PEER, 'WITNESSED')], NONE), `has succeeded in ${HOME}: no region runs it again`],
    ['that has not kept the event', views([entry(PEER, 'RESOLVED')], NONE), 'has not kept the event'],
    ['that is forbidden', views([entry(PEER, 'WITNESSED', { forbidden: true })], NONE), 'take that back first'],
    ['that runs it', views([entry(PEER, 'STARTED')], { ...NONE, [PEER]: 'RUNNING' }), 'has an execution of it, which is RUNNING'],
  ])('%s', (_, all, reason) => {
    expect(reasonAgainst('force', PEER, all)).toContain(reason);
  });
});

describe('it would run twice', () => {
  test.each<[string, Views, string]>([
    ['while it runs elsewhere', views([entry(HOME, 'STARTED'), entry(PEER, 'WITNESSED')], { ...NONE, [HOME]: 'RUNNING' }), `it runs in ${HOME}`],
    ['after it has succeeded elsewhere', views([entry(HOME, 'STARTED'), entry(PEER, 'WITNESSED')], { ...NONE, [HOME]: 'SUCCEEDED' }), `it has succeeded in ${HOME}`],
    ['perhaps, if nobody can tell', views([entry(HOME, 'STARTED'), entry(PEER, 'WITNESSED')], { ...NONE, [HOME]: 'NO ANSWER' }), `${HOME} has started it, and cannot tell whether it runs`],
  ])('%s', (_, all, risk) => {
    expect(risksOf(PEER, all)).toEqual([expect.stringContaining(risk)]);
  });

  test('not because a region cannot tell that has never started it', () => {
    expect(risksOf(PEER, views([entry(PEER, 'WITNESSED'), entry(THIRD, 'WITNESSED')], { [PEER]: 'NONE', [THIRD]: 'NO ANSWER' }))).toEqual([]);
  });
});

test('a silent region that has started it is named, as the others know it', () => {
  expect(silentHolders(PEER, views([entry(HOME, 'STARTED'), entry(PEER, 'WITNESSED')], NONE))).toEqual([HOME]);
  expect(silentHolders(PEER, views([entry(HOME, 'WITNESSED'), entry(PEER, 'WITNESSED')], NONE))).toEqual([]);
});

describe('a region may be forbidden', () => {
  const all = views([entry(HOME, 'STARTED'), entry(PEER, 'WITNESSED'), entry(THIRD, 'WITNESSED', { forbidden: true })], { ...NONE, [HOME]: 'RUNNING' });

  test('that has witnessed or started it, and not one where there is nothing to take over', () => {
    expect([HOME, PEER].map(region => reasonAgainst('forbid', region, all))).toEqual([undefined, undefined]);
    expect(reasonAgainst('forbid', PEER, views([entry(PEER, 'RESOLVED', { keepsEvent: true })], NONE))).toContain('nothing to forbid');
  });

  test('and others may go on, unless they are forbidden as well', () => {
    expect(othersThatMay(PEER, all)).toEqual([HOME]);
    expect(othersThatMay(HOME, all)).toEqual([PEER]);
    expect(othersThatMay(PEER, views([entry(PEER, 'WITNESSED'), entry(THIRD, 'WITNESSED', { forbidden: true })], NONE))).toEqual([]);
  });

  test('and is found again to take that back', () => {
    expect([regionsWith('forbid', all), regionsWith('force', all)]).toEqual([[THIRD], []]);
  });
});
