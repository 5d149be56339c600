import { checker } from '../../../../../cli/rehearsal/workload/checkers/checker';
import { defaultCheckers, timedCheckers } from '../../../../../cli/rehearsal/workload/checkers/default-checkers';
import { judge } from '../../../../../cli/rehearsal/workload/checkers/judge';
import { nothingFailed } from '../../../../../cli/rehearsal/workload/checkers/nothing-failed';
import { runOnce } from '../../../../../cli/rehearsal/workload/checkers/run-once';
import { since } from '../../../../../cli/rehearsal/workload/checkers/since';
import { Checker, Run, Verdict } from '../../../../../cli/rehearsal/workload/workload';
import { execution, run, sent } from '../runs';

const verdict = async (one: Checker, changes: Partial<Run> = {}) => one.check(run(changes));

describe('judge', () => {
  const check = async (found: Checker['check']) => judge(checker('all is well', found), run());

  test('reports what a checker found', async () => {
    expect(await check(() => ({ valid: true, summary: 'fine' }))).toEqual({ claim: 'all is well', outcome: 'passed', summary: 'fine' });
    expect(await check(async () => ({ valid: false, summary: 'bad', details: ['x'] }))).toEqual({ claim: 'all is well', outcome: 'failed', summary: 'bad', details: ['x'] });
    expect(await check(() => ({ valid: false, isUnknown: true, summary: 'who knows' }))).toMatchObject({ outcome: 'unknown' });
  });

  test('shows as many details as help', async () => {
    const { details } = await check(() => ({ valid: false, summary: '', details: Array.from({ length: 100 }, (_, i) => `${i}`) }));
    expect(details).toHaveLength(21);
    expect(details!.at(-1)).toBe('and 80 more');
  });

  test('one that throws, or returns no verdict, has not found that all is well', async () => {
    expect(await check(() => { throw new Error('no charge of order 1'); })).toEqual({ claim: 'all is well', outcome: 'failed', summary: 'its checker threw no charge of order 1' });
    expect((await check(() => (undefined as never as { x: Verdict }).x)).summary).toMatch(/^its checker threw TypeError: .*, at .*default-checkers\.test\.ts/);
    expect(await check(() => true as never)).toMatchObject({ outcome: 'failed', summary: 'its checker returned true, which is no verdict' });
    expect(await check(() => undefined as never)).toMatchObject({ outcome: 'failed' });
  });
});

describe('since', () => {
  test('leaves out what was sent and started earlier', async () => {
    const history = [sent({ type: 'fail', at: 10 }), sent({ at: 50 })];
    expect(await verdict(nothingFailed(0), { history })).toMatchObject({ valid: false });
    expect(await verdict(since(50, nothingFailed(0)), { history })).toMatchObject({ valid: true, summary: expect.stringContaining('of 1 requests') });
    const failed = [execution({ status: 'FAILED' })];
    const once = runOnce({ workflows: [], slackMs: 0 });
    expect(await verdict(since(1500, once), { executions: failed })).toMatchObject({ valid: false });
    expect(await verdict(since(1501, once), { executions: failed })).toMatchObject({ valid: true, summary: '0 executions' });
  });

  test('but not the first run of a workflow that ran again', async () => {
    const executions = [execution(), execution({ region: 'b', startedAt: 9000 })];
    expect(await verdict(since(5000, runOnce({ workflows: [], slackMs: 0 })), { executions })).toMatchObject({ valid: false });
  });
});

describe('defaultCheckers and timedCheckers', () => {
  const system = {
    tables: [{ path: 'Orders', isStrong: false, publishesChanges: false, detectsConflicts: false, name: 'Orders', partitionKey: 'pk' }],
    workflows: [{ path: 'F', name: 'Fulfil', ownership: 'ORIGIN_REGION' as const, alias: 'live', isExpress: false }],
  };
  const times = { recoveryMs: 0, slackMs: 0, since: 100 };
  const names = (checkers: Checker[]) => checkers.map(({ name }) => name);

  test('are what must hold of any application, and then what the workload claims', () => {
    const workload = { checkers: [checker('mine', () => ({ valid: true, summary: '' }))] };
    expect(names(defaultCheckers({ system, workload, reads: [], since: 0 }))).toEqual([
      'every write was acknowledged in the end', 'nothing acknowledged is lost', 'all replicas are equal', 'no dead-letter queue holds anything', 'mine',
    ]);
    expect(names(timedCheckers({ system, workload: {}, ...times }))).toEqual(['no request failed but where a fault allows it', 'every workflow ran to its end, once']);
  });

  test('judge what was done since a moment', async () => {
    const history = [sent({ type: 'fail', at: 10 })];
    const timed = timedCheckers({ system: { workflows: [] }, workload: {}, ...times });
    const all = [...defaultCheckers({ system: { tables: [] }, workload: {}, since: 100 }), ...timed];
    expect(await Promise.all(all.map(async one => verdict(one, { history })))).toMatchObject(all.map(() => ({ valid: true })));
    const [whole] = timedCheckers({ system: { workflows: [] }, workload: {}, ...times, since: 0 });
    expect(await verdict(whole, { history })).toMatchObject({ valid: false });
  });

  test('let workflows fail that the workload expects to', async () => {
    const executions = [execution({ status: 'FAILED' })];
    const [once] = timedCheckers({ system, ...times });
    expect(await verdict(once, { executions })).toMatchObject({ valid: false });
    const [, lenient] = timedCheckers({ system, workload: { isExpectedToFail: () => true }, ...times });
    expect(await verdict(lenient, { executions })).toMatchObject({ valid: true });
  });

  test('claim nothing of what is not there', () => {
    expect(names(defaultCheckers({ system: { tables: [] }, since: 0 }))).toEqual(['no dead-letter queue holds anything']);
    expect(timedCheckers({ system: { workflows: [] }, ...times })).toEqual([]);
  });
});
