import { setTimeout as sleep } from 'timers/promises';
import { HOST, things } from './region-servers';
import { eventually, Setting, startSetting, stopSetting } from './setting';
import { WorkloadMistake } from '../../../../cli/rehearsal/workload/mistakes';

jest.setTimeout(30_000);

let a: Setting['a'];
let ending: Setting['ending'];
let loadOf: Setting['loadOf'];
beforeEach(async () => { ({ a, ending, loadOf } = await startSetting()); });
afterEach(stopSetting);

describe('Load, of a workload with a mistake', () => {
  test('ends when the generator throws, and names the place', async () => {
    const { load, history } = loadOf({
      workload: things({
        generator: ({ number }) => {
          if (number === 2) throw new TypeError('no such thing');
          return { kind: 'put', action: 'write', key: String(number), value: 1 };
        },
      }),
    });
    load.start();
    await eventually(() => load.failed.aborted);
    await load.stop();
    expect(load.failed.reason).toBeInstanceOf(WorkloadMistake);
    expect(load.mistakes[0]).toMatch(/^the workload's generator threw TypeError: no such thing, at .*client\.test\.ts:\d+:\d+\)?/);
    const { length } = history.sent;
    await sleep(100);
    expect(history.sent).toHaveLength(length);
  });

  test.each([
    [{ kind: 'x' }, '{"kind":"x"}'],
    [Promise.resolve(undefined), 'a promise'],
    [null, 'null'],
    ['put', '"put"'],
    [{ kind: 'x', action: 'delete', key: 'k' }, '{"kind":"x","action":"delete","key":"k"}'],
  ])('ends when the generator returns %p', async (operation, shown) => {
    const { load } = loadOf({ workload: things({ generator: () => operation as never }) });
    load.start();
    await eventually(() => load.failed.aborted);
    expect((load.failed.reason as Error).message).toContain(`the workload's generator returned ${shown}; an operation has a kind`);
  });

  test.each<[string, () => Promise<unknown>, string, string[]]>([
    ['throws as code does that is wrong', async () => (undefined as never as { x: number }).x, 'its client threw TypeError: Cannot read', ['threw TypeError: Cannot read']],
    ['throws before it is asynchronous', () => { throw new ReferenceError('y is not defined'); }, 'its client threw ReferenceError: y', ['threw ReferenceError: y']],
    ['returns what is no outcome', async () => ({ type: 'OK' }), 'its client returned {"type":"OK"}, which is no outcome', ['returned {"type":"OK"}, which is no outcome']],
    ['returns nothing', async () => undefined, 'its client returned undefined', ['returned undefined, which is no outcome']],
    ['throws on purpose', async () => { throw new Error('409'); }, '409', []],
    ['never ends', async () => new Promise(() => {}), 'its client did not come to an end within 0.1 s', []],
  ])('a write is unknown and a read has failed when the client %s', async (_, client, outcome, mistakes) => {
    const { load, history } = loadOf({
      regions: [a],
      workload: things({
        timeoutMs: 100,
        rate: 20,
        client: client as never,
        generator: ({ number }) => (number < 2 ? { kind: 'act', action: number === 0 ? 'write' : 'read', key: 'k' } : undefined),
      }),
    });
    load.start();
    await eventually(() => history.sent.filter(sent => sent.outcome).length >= 2);
    ending.abort();
    await load.stop();
    const [write, read] = ['write', 'read'].map(action => history.sent.find(sent => sent.operation.action === action)!);
    expect(write.outcome).toEqual({ type: 'unknown', told: expect.stringContaining(outcome) });
    expect(read.outcome).toEqual({ type: 'fail', told: expect.stringContaining(outcome) });
    expect(load.mistakes).toEqual(mistakes.map(mistake => expect.stringMatching(new RegExp(`^the workload's client ${mistake.replace(/[{}]/g, '\\$&')}.*, for 'act' \\(\\d+ times\\)$`))));
    expect(load.failed.aborted).toBe(false);
  });
});

describe('a request of a client', () => {
  async function answerOf(body: unknown, headers?: Record<string, string>): Promise<unknown> {
    let answer: unknown;
    const { load } = loadOf({
      workload: things({
        client: async (_, { request, region, attempt }) => {
          answer = { ...await request('PUT', '/things/x', { body, headers }), region, attempt };
          return { type: 'ok' };
        },
      }),
    });
    await load.sendTo('a', { kind: 'put', action: 'write', key: 'x' }, 'c');
    return answer;
  }

  test('is JSON, and so is its answer', async () => {
    expect(await answerOf({ n: 1 }, { 'X-Trace': '7' })).toMatchObject({ status: 201, body: { n: 1 }, headers: { 'x-region': 'a' }, region: 'a', attempt: 0 });
    expect(a.asked[0].headers).toMatchObject({ 'content-type': 'application/json', 'x-trace': '7' });
  });

  test('is text as it is, with its own type if it has one, and cannot take another host', async () => {
    await answerOf('"text"');
    await answerOf('"text"', { 'Content-Type': 'application/x', 'Host': 'elsewhere' });
    expect(a.asked.map(({ headers }) => headers['content-type'])).toEqual(['text/plain; charset=utf-8', 'application/x']);
    expect(a.asked[1].host).toBe(`a.${HOST}`);
    expect(a.items.get('x')).toBe('text');
  });
});
