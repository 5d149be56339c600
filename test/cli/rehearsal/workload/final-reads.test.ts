import { RegionServer, startRegion, stopRegions, things } from './region-servers';
import { sent } from './runs';
import { finalReads, lostWrites } from '../../../../cli/rehearsal/workload/final-reads';
import { History } from '../../../../cli/rehearsal/workload/history';
import { WorkloadMistake } from '../../../../cli/rehearsal/workload/mistakes';
import { Workload } from '../../../../cli/rehearsal/workload/workload';

const STRICT: Workload['client'] = async ({ key }, { request }) => {
  const { status, body } = await request('GET', `/things/${key}`);
  return status === 200 ? { type: 'ok', value: body } : { type: 'fail', told: String(status) };
};

jest.setTimeout(30_000);

let a: RegionServer;
let b: RegionServer;
let history: History;
beforeEach(async () => {
  [a, b] = [await startRegion('a'), await startRegion('b')];
  history = new History();
});
afterEach(stopRegions);

function acknowledge(count: number): void {
  for (let i = 0; i < count; i++) {
    history.sent.push(sent({ key: `k-${i}`, at: i }));
    a.items.set(`k-${i}`, i);
    b.items.set(`k-${i}`, i);
  }
}

const read = async (changes: Partial<Workload> = {}, options = {}) => finalReads(
  things({ client: STRICT, timeoutMs: 5000, ...changes }), history, [a, b], { signal: new AbortController().signal, deadlineMs: 20_000, ...options },
);

describe('finalReads', () => {
  test('reads each acknowledged write from each region, by the region\'s own name', async () => {
    acknowledge(30);
    history.sent.push(sent({ key: 'owed', type: 'unknown' }));
    const reads = await read();
    expect(reads).toHaveLength(60);
    expect(reads!.every(({ outcome }) => outcome.type === 'ok')).toBe(true);
    expect(lostWrites(reads!).size).toBe(0);
    expect(new Set(b.asked.map(({ host, path }) => `${host}${path}`)).size).toBe(30);
    expect(b.asked[0].host).toBe(b.host);
    expect(a.mostOpen).toBeLessThanOrEqual(8);
    expect(history.sent.slice(31).every(({ isReadBack, operation }) => isReadBack === true && operation.kind === 'get back')).toBe(true);
    expect(history.sent).toHaveLength(31 + 60);
  });

  test('reads again what is not there yet, and finds it when it comes', async () => {
    acknowledge(3);
    b.items.delete('k-1');
    setTimeout(() => b.items.set('k-1', 1), 300);
    const reads = await read();
    expect(lostWrites(reads!).size).toBe(0);
    expect(b.asked.filter(({ path }) => path === '/things/k-1').length).toBeGreaterThan(1);
    // others were there at once
    expect(b.asked.filter(({ path }) => path === '/things/k-0')).toHaveLength(1);
    expect(history.sent.filter(({ operation, region, isReadBack }) => operation.key === 'k-1' && region === 'b' && isReadBack)).toHaveLength(1);
  });

  test('says what is lost where, when the time is over', async () => {
    acknowledge(3);
    b.items.delete('k-1');
    const lost = lostWrites((await read({}, { deadlineMs: 1500 }))!);
    expect([...lost].map(([{ operation: { key } }, where]) => [key, where.map(({ region, outcome }) => `${region} ${outcome.told}`)])).toEqual([['k-1', ['b 404']]]);
  });

  test('a region that is silent does not keep it for longer than its time, and tells nothing of what was not read', async () => {
    acknowledge(40);
    b.status = 0;
    const reads = await read({ timeoutMs: 700 }, { deadlineMs: 1500 });
    const silent = reads!.filter(({ region }) => region === 'b');
    expect(new Set(silent.map(({ outcome }) => `${outcome.type} ${outcome.told}`))).toEqual(new Set(['fail no answer within 0.7 s', 'unknown not read in time']));
    expect(reads!.filter(({ region }) => region === 'a').every(({ outcome }) => outcome.type === 'ok')).toBe(true);
  });

  test('reads only once if it is not to wait', async () => {
    acknowledge(3);
    b.items.delete('k-1');
    expect(lostWrites((await read({}, { waits: false }))!).size).toBe(1);
    expect(b.asked).toHaveLength(3);
  });

  test('reads what was written since a moment', async () => {
    acknowledge(5);
    expect(await read({}, { since: 3 })).toHaveLength(4);
  });

  test('needs readBack, and takes nothing else for a read', async () => {
    acknowledge(1);
    expect(await read({ readBack: undefined })).toBeUndefined();
    await expect(read({ readBack: write => write })).rejects.toThrow('readBack returned {"kind":"put","action":"write","key":"k-0"}, which is no operation whose action is \'read\'');
    await expect(read({ readBack: () => undefined as never })).rejects.toThrow('readBack returned undefined');
    await expect(read({ readBack: () => { throw new TypeError('oh'); } })).rejects.toThrow(/readBack threw TypeError: oh, at .*for \{"kind"/);
    await expect(read({ readBack: () => { throw new TypeError('oh'); } })).rejects.toBeInstanceOf(WorkloadMistake);
  });

  test('an interruption is no loss', async () => {
    acknowledge(1);
    a.status = 0;
    const interrupted = new AbortController();
    setTimeout(() => interrupted.abort(), 50);
    await expect(read({}, { signal: interrupted.signal })).rejects.toThrow('aborted');
    expect(history.sent.filter(({ isReadBack, outcome }) => isReadBack && outcome?.type !== 'ok')).toEqual([]);
  });

  test('nothing to read', async () => expect(await read()).toEqual([]));
});
