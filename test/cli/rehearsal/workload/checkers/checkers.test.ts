import { converged } from '../../../../../cli/rehearsal/workload/checkers/converged';
import { durable } from '../../../../../cli/rehearsal/workload/checkers/durable';
import { everyWriteAnswered } from '../../../../../cli/rehearsal/workload/checkers/every-write-answered';
import { judge } from '../../../../../cli/rehearsal/workload/checkers/judge';
import { noDeadLetters } from '../../../../../cli/rehearsal/workload/checkers/no-dead-letters';
import { notDoubled } from '../../../../../cli/rehearsal/workload/checkers/not-doubled';
import { nothingFailed } from '../../../../../cli/rehearsal/workload/checkers/nothing-failed';
import { runOnce } from '../../../../../cli/rehearsal/workload/checkers/run-once';
import { FinalRead } from '../../../../../cli/rehearsal/workload/final-reads';
import { Checker, Execution, Fault, Item, Outcome, Run, Sent, Verdict } from '../../../../../cli/rehearsal/workload/workload';
import { writesOf } from '../../../../../cli/rehearsal/workload/writes';
import { execution, fault, run, sent } from '../runs';

const verdict = async (one: Checker, changes: Partial<Run> = {}) => one.check(run(changes));

const ORDERS = { name: 'Orders', partitionKey: 'pk', sortKey: 'sk' };
const item = (pk: string, more: object = {}): Item => ({ pk, sk: 'order', ...more });
const tables = (a: Item[], b: Item[]): Run['tables'] => ({ Orders: { a, b } });

describe('durable', () => {
  const [write, other] = writesOf([sent({ key: 'k-1' }), sent({ key: 'k-2' })]);
  const read = (of: typeof write, region: string, outcome: Outcome = { type: 'ok' }): FinalRead => ({ write: of, region, outcome });

  test('holds if each write is in every region', async () => {
    expect(await verdict(durable([read(write, 'a'), read(write, 'b'), read(other, 'a'), read(other, 'b')]))).toEqual({
      valid: true, summary: '2 acknowledged writes read in 2 regions', details: [],
    });
  });

  test('does not hold if one region lacks one', async () => {
    expect(await verdict(durable([read(write, 'a'), read(write, 'b', { type: 'fail', told: '404' }), read(other, 'a'), read(other, 'b')]))).toEqual({
      valid: false, summary: '1 of 2 acknowledged writes are lost', details: ['put k-1, acknowledged by a: b 404'],
    });
  });

  test('cannot tell if something was not read, or nothing was written', async () => {
    expect(await verdict(durable([read(write, 'a'), read(write, 'b', { type: 'unknown' })]))).toMatchObject({ valid: false, isUnknown: true });
    expect(await verdict(durable([]))).toEqual({ valid: false, isUnknown: true, summary: 'no write was acknowledged' });
  });
});

describe('converged', () => {
  test('holds if replicas are equal, in whichever order their items and attributes are', async () => {
    const a = [item('1', { n: 1, tags: new Set(['x', 'y']), body: new Uint8Array([1]) }), item('2')];
    const b = [item('2'), { tags: new Set(['y', 'x']), n: 1, sk: 'order', body: new Uint8Array([1]), pk: '1' }];
    expect(await verdict(converged([ORDERS]), { tables: tables(a, b) })).toEqual({ valid: true, summary: '2 items in 1 tables, in 2 regions', details: [] });
  });

  test('names what differs, and in what', async () => {
    const a = [item('1', { n: 1, same: [1] }), item('2'), item('x', { sk: 'y / z' })];
    const b = [item('1', { n: 2, m: 0, same: [1] }), item('3'), item('x / y', { sk: 'z' })];
    expect(await verdict(converged([ORDERS]), { tables: tables(a, b) })).toEqual({
      valid: false,
      summary: '5 differences',
      details: [
        'Orders: 1 / order differs in n, m in a and in b',
        'Orders: 2 / order is in a, not in b',
        'Orders: x / y / z is in a, not in b',
        'Orders: 3 / order is in b, not in a',
        'Orders: x / y / z is in b, not in a',
      ],
    });
  });

  test('does not hold of what was not read', async () => {
    expect(await verdict(converged([ORDERS]))).toMatchObject({ valid: false, details: ['Orders was not read in a, b'] });
    expect(await verdict(converged([ORDERS]), { tables: { Orders: { a: [] } } })).toMatchObject({ valid: false, details: ['Orders was not read in b'] });
  });

  test('holds of one region', async () => {
    expect(await verdict(converged([ORDERS]), { regions: ['a'], tables: { Orders: { a: [item('1')] } } })).toMatchObject({ valid: true });
  });
});

describe('runOnce', () => {
  const once = (changes: object = {}) => runOnce({ workflows: [{ name: 'Fulfil', ownership: 'ORIGIN_REGION' }], slackMs: 100, ...changes });
  /** First in a from 1500 on, then in b from 1800 on. */
  const twice = [execution({ region: 'b', startedAt: 1800 }), execution()];
  const check = async (executions: Execution[], faults: Fault[] = []) => verdict(once(), { executions, faults });

  test('holds if each ran once', async () => {
    expect(await check([execution(), execution({ name: 'o-2', region: 'b' }), execution({ workflow: 'Other', region: 'b' })])).toEqual({
      valid: true, summary: '3 executions', details: [],
    });
  });

  test('a second run without a fault does not hold', async () => {
    expect(await check(twice)).toEqual({
      valid: false,
      summary: '2 executions, 1 ran in more than one region without a fault that explains it',
      details: ['Fulfil o-1 ran in a from 1.5 s and in b from 1.8 s'],
    });
  });

  test.each<[string, Partial<Fault>, boolean]>([
    ['that was there when both were started', {}, true],
    ['of the other region', { regions: ['b'] }, true],
    ['that came in between', { at: 1600, until: 1700 }, true],
    ['that is still there', { until: undefined }, true],
    ['that ended as long ago as an event may be on its way', { at: 1000, until: 1400 }, true],
    ['that ended earlier', { at: 1000, until: 1399 }, false],
    ['that came after the second start', { at: 1801, until: 1900 }, false],
    ['of a third region', { regions: ['c'] }, false],
    ['that does not let peers take over', { mayDouble: false }, false],
  ])('a fault %s explains it: %p %p', async (_, changes, valid) => {
    expect(await check(twice, [fault(changes)])).toMatchObject({ valid });
  });

  test('each later run needs a fault of its own time', async () => {
    const third = execution({ region: 'c', startedAt: 500 });
    // c from 500, a from 1500, b from 1800; the fault is there from 1000 to 2000, and 1500 and 1800 are after it began
    expect(await check([...twice, third], [fault()])).toMatchObject({ valid: true });
    expect(await check([...twice, third], [fault({ at: 1600 })])).toMatchObject({ valid: false });
  });

  test('says how many are explained, and by what', async () => {
    expect(((await check(twice, [fault()])) as Verdict).summary).toBe('2 executions, 1 ran in more than one region, because of a fault within 0.1 s of the first start');
  });

  test('a workflow of every region runs in each', async () => {
    expect(await verdict(once({ workflows: [{ name: 'Fulfil', ownership: 'EVERY_REGION' }] }), { executions: twice })).toMatchObject({ valid: true });
  });

  test.each(['FAILED', 'TIMED_OUT', 'ABORTED', 'RUNNING'])('one that is %s in the end does not hold', async status => {
    expect(await check([execution({ status })])).toEqual({ valid: false, summary: '1 executions, 1 did not succeed', details: [`Fulfil o-1 is ${status} in a`] });
  });

  test('one may fail if the workload says so, but not run forever', async () => {
    const lenient = once({ isExpectedToFail: ({ name }: Execution) => name === 'o-1' });
    expect(await verdict(lenient, { executions: [execution({ status: 'FAILED' })] })).toMatchObject({ valid: true });
    expect(await verdict(lenient, { executions: [execution({ status: 'RUNNING' })] })).toMatchObject({ valid: false });
    expect(await verdict(lenient, { executions: [execution({ name: 'o-2', status: 'FAILED' })] })).toMatchObject({ valid: false });
  });
});

describe('noDeadLetters', () => {
  test('holds if queues are empty', async () => expect(await verdict(noDeadLetters())).toEqual({ valid: true, summary: '0 messages', details: [] }));

  test('does not hold otherwise, or if a queue was not read', async () => {
    expect(await verdict(noDeadLetters(), { deadLetters: { a: [], b: ['{"n":1}'] } })).toEqual({ valid: false, summary: '1 messages', details: ['b: {"n":1}'] });
    expect(await verdict(noDeadLetters(), { deadLetters: { a: [] } })).toMatchObject({ valid: false, summary: 'the queues of b were not read' });
  });
});

describe('everyWriteAnswered', () => {
  test('holds if each was acknowledged by some sending', async () => {
    const history = [sent({ type: 'unknown' }), sent({ attempt: 1, region: 'b' }), sent({ action: 'read', type: 'fail' })];
    expect(await verdict(everyWriteAnswered(), { history })).toEqual({ valid: true, summary: '1 writes', details: [] });
  });

  test('does not hold of one that was not, or is still under way', async () => {
    const history = [
      sent({ key: 'k-1', type: 'unknown' }), sent({ key: 'k-1', attempt: 1, region: 'b', outcome: { type: 'fail', told: '500' } }),
      { ...sent({ key: 'k-2' }), outcome: undefined, endedAt: undefined }, sent({ key: 'k-3' }),
    ];
    expect(await verdict(everyWriteAnswered(), { history })).toEqual({
      valid: false,
      summary: '2 of 3 writes were not',
      details: ['put k-1, sent 2 times, last to b: 500', 'put k-2, sent 1 times, last to a: still under way'],
    });
  });
});

describe('nothingFailed', () => {
  const failed = (at: number, changes: Partial<Sent> = {}) => ({ ...sent({ at, type: 'fail' }), ...changes });
  const check = async (history: Sent[], ...faults: Fault[]) => verdict(nothingFailed(300), { history, faults });

  test('holds if nothing failed', async () => {
    expect(await check([sent()])).toEqual({ valid: true, summary: '0 of 1 requests failed, 0 of them without a fault that allows it', details: [] });
  });

  test.each<[string, Sent, Fault, boolean]>([
    ['while its region is hit', failed(1500), fault(), true],
    ['that was under way when its region was hit', failed(995), fault(), true],
    ['before its region was hit', failed(900), fault(), false],
    ['shortly afterwards', failed(2300), fault(), true],
    ['long afterwards', failed(2301), fault(), false],
    ['while another region is hit', failed(1500, { region: 'b' }), fault(), false],
    ['while its region is hit by what must not be noticed', failed(1500), fault({ mayFail: false }), false],
    ['of which nobody knows', { ...failed(2500), outcome: { type: 'unknown' } }, fault(), false],
    ['by no customer', { ...failed(2500), isReadBack: true }, fault(), true],
    ['while its region is hit for good', failed(9000), fault({ until: undefined }), true],
  ])('a request that fails %s: %#', async (_, one, of, valid) => {
    expect(await check([one, sent()], of)).toMatchObject({ valid });
  });

  test('says which', async () => {
    expect(await check([failed(2500, { outcome: { type: 'fail', told: '500' } })], fault())).toMatchObject({
      summary: '1 of 1 requests failed, 1 of them without a fault that allows it', details: ['put k at 2.5 s in a: 500'],
    });
  });
});

describe('notDoubled', () => {
  const charges = notDoubled({ table: 'Orders', effectOf: ({ sk, pk }) => (String(sk).startsWith('charge') ? `charge of ${String(pk)}` : undefined) });
  const charge = (pk: string, id: number) => ({ pk, sk: `charge#${id}` });

  test('holds if each effect is there once in each region', async () => {
    const items = [charge('1', 0), charge('2', 0), item('1')];
    expect(await verdict(charges, { tables: tables(items, items) })).toEqual({ valid: true, summary: '2 effects', details: [] });
  });

  test('two items of one effect do not hold, in whichever region they are', async () => {
    expect(await verdict(charges, { tables: tables([charge('1', 0)], [charge('1', 0), charge('1', 1)]) })).toEqual({
      valid: false, summary: '1 effects are doubled', details: ['charge of 1: 2 items in b'],
    });
  });

  test('cannot tell without any effect, and throws for a table that is not there', async () => {
    expect(await verdict(charges, { tables: tables([item('1')], [item('1')]) })).toMatchObject({ valid: false, isUnknown: true });
    expect(await judge(charges, run({ tables: { Payments: {} } }))).toMatchObject({ outcome: 'failed', summary: 'its checker threw there is no table Orders, but Payments' });
  });
});
