import { setTimeout as sleep } from 'timers/promises';
import { HOST, startRegion, things } from './region-servers';
import { eventually, Setting, startSetting, stopSetting } from './setting';
import { Sent } from '../../../../cli/rehearsal/workload/workload';
import { writesOf } from '../../../../cli/rehearsal/workload/writes';

jest.setTimeout(30_000);

let a: Setting['a'];
let b: Setting['b'];
let leadsTo: Setting['leadsTo'];
let ending: Setting['ending'];
let loadOf: Setting['loadOf'];
beforeEach(async () => { ({ a, b, leadsTo, ending, loadOf } = await startSetting()); });
afterEach(stopSetting);

const told = (sent: Sent[]) => sent.map(({ outcome }) => outcome?.told);

describe('Load', () => {
  test('sends operations of customers near each region to where the name leads, under that name', async () => {
    const { load, history } = loadOf();
    load.start();
    await eventually(() => a.asked.length >= 6 && b.asked.length >= 6);
    await load.stop();
    expect(new Set(a.asked.map(({ host }) => host))).toEqual(new Set([HOST]));
    expect(a.asked[0]).toMatchObject({ method: 'PUT', path: '/things/run-a-0-0' });
    expect(a.asked.some(({ method }) => method === 'GET')).toBe(true);
    expect(history.sent.every(({ near, region, outcome, endedAt, at }) => near === region && outcome?.type === 'ok' && endedAt! >= at)).toBe(true);
    expect(history.sent).toHaveLength(a.asked.length + b.asked.length);
    expect([...load.acknowledged].sort()).toEqual(writesOf(history.sent).map(({ operation }) => operation.key).sort());
    expect(load.mistakes).toEqual([]);
  });

  test('without a name, customers stay with their own region and ask it by its own', async () => {
    const { load } = loadOf({ names: undefined });
    load.start();
    await eventually(() => a.asked.length >= 2 && b.asked.length >= 2);
    await load.stop();
    expect(new Set(b.asked.map(({ host }) => host))).toEqual(new Set([`b.${HOST}`]));
  });

  test('begins paths with what the region is behind', async () => {
    const staged = await startRegion('a', '/prod');
    const { load } = loadOf({ names: undefined, regions: [staged] });
    load.start();
    await eventually(() => staged.asked.length >= 1);
    expect(staged.asked[0].path).toBe('/prod/things/run-a-0-0');
  });

  test('sends a write again that was not acknowledged, with the same key and value, once the name leads elsewhere', async () => {
    a.status = 503;
    const { load, history } = loadOf({ regions: [a, b] });
    load.start();
    await eventually(() => writesOf(history.sent).filter(({ customer }) => customer === 'run-a-0').length >= 3);
    // not to the region that has just refused it
    expect(history.sent.every(({ attempt }) => attempt === 0)).toBe(true);
    leadsTo.a = 'b';
    await eventually(() => writesOf(history.sent).slice(0, 3).every(({ acknowledged }) => acknowledged));
    await load.stop();
    const [{ sendings }] = writesOf(history.sent).filter(({ customer }) => customer === 'run-a-0');
    expect(sendings).toMatchObject([
      { region: 'a', attempt: 0, outcome: { type: 'unknown', told: '503' } },
      { region: 'b', attempt: 1, outcome: { type: 'ok' } },
    ]);
    expect(sendings[1].operation).toBe(sendings[0].operation);
    expect(b.items.get('run-a-0-0')).toEqual({ number: 0 });
  });

  test('sends what is owed again when it stops, until it is acknowledged', async () => {
    a.status = 503;
    const { load, history } = loadOf({ regions: [a] });
    load.start();
    await eventually(() => history.sent.length >= 3);
    const stopped = load.stop();
    a.status = undefined;
    await stopped;
    expect(writesOf(history.sent).every(({ acknowledged }) => acknowledged)).toBe(true);
  });

  test('gives a write up after six sendings', async () => {
    a.status = 500;
    let count = 0;
    const { load, history } = loadOf({
      regions: [a], workload: things({ generator: () => (count++ === 0 ? { kind: 'put', action: 'write', key: 'only', value: 1 } : undefined) }),
    });
    load.start();
    await eventually(() => history.sent.length >= 1);
    await load.stop();
    expect(history.sent.map(({ attempt, operation: { key } }) => [key, attempt])).toEqual([0, 1, 2, 3, 4, 5].map(attempt => ['only', attempt]));
    expect(load.acknowledged).toEqual([]);
  });

  test('gives a request up after the timeout: a write may have happened, a read has failed', async () => {
    const { load, history } = loadOf({ regions: [a] });
    load.start();
    await eventually(() => load.acknowledged.length > 0);
    a.status = 0;
    const since = history.now();
    await eventually(() => history.sent.filter(({ at, outcome }) => at > since && outcome).length >= 4);
    const silent = history.sent.filter(({ at, outcome }) => at > since && outcome);
    expect(new Set(silent.map(({ operation: { action }, outcome }) => `${action} ${outcome!.type}`))).toEqual(new Set(['write unknown', 'read fail']));
    expect(new Set(told(silent))).toEqual(new Set(['no answer within 0.5 s']));
    expect(silent.every(({ at, endedAt }) => endedAt! - at >= 499)).toBe(true);
    a.status = undefined;
  });

  test('a timeout counts only the time for which this machine was there', async () => {
    a.status = 0;
    // lost all but a fifth
    const clock = { elapsed: (start: number) => (performance.now() - start) / 5 };
    const { load, history } = loadOf({ regions: [a], clock, workload: things({ timeoutMs: 200 }) });
    load.start();
    await eventually(() => history.sent[0]?.outcome !== undefined);
    expect(history.sent[0].endedAt! - history.sent[0].at).toBeGreaterThan(900);
    a.status = undefined;
  });

  test('bounds what is open at once', async () => {
    a.status = 0;
    const { load, history } = loadOf({ regions: [a], clock: { elapsed: () => 0 }, workload: things({ rate: 200, timeoutMs: 100 }) });
    load.start();
    await sleep(1000);
    // 2 a beat for as long as the timeout
    expect(history.sent).toHaveLength(40);
    ending.abort();
  });

  test('begins operations at their rate, however long each takes', async () => {
    a.delayMs = 80;
    const { load, history } = loadOf({ regions: [a], workload: things({ rate: 10 }) });
    const start = performance.now();
    load.start();
    await sleep(2000);
    const due = (performance.now() - start) / 100;
    expect(history.sent.length).toBeGreaterThan(due * 0.75);
    expect(history.sent.length).toBeLessThanOrEqual(due + 1);
  });

  test('leaves out beats that are over instead of beginning all at once', async () => {
    const { load, history } = loadOf({ regions: [a] });
    load.start();
    await eventually(() => history.sent.length >= 2);
    const end = performance.now() + 600;
    while (performance.now() < end);
    const [before, start] = [history.sent.length, performance.now()];
    await sleep(100);
    // 30 beats went by
    expect(history.sent.length - before).toBeLessThanOrEqual((performance.now() - start) / 20 + 3);
  });

  test('the same seed gives the same choices, another seed others, and no two customers the same', async () => {
    const choices = async (seed: number) => {
      const chosen: Record<string, number[]> = {};
      const workload = things({
        customers: 2,
        generator: ({ customer, random }) => {
          if ((chosen[customer] ??= []).length < 5) chosen[customer].push(random());
          return undefined;
        },
      });
      const { load } = loadOf({ workload, seed, prefix: 'p' });
      load.start();
      await eventually(() => Object.values(chosen).length === 4 && Object.values(chosen).every(({ length }) => length === 5));
      await load.stop();
      return chosen;
    };
    const first = await choices(7);
    expect(Object.keys(first).sort()).toEqual(['p-a-0', 'p-a-1', 'p-b-0', 'p-b-1']);
    expect(new Set(Object.values(first).flat()).size).toBe(20);
    expect(Object.values(first).flat().every(value => value >= 0 && value < 1)).toBe(true);
    expect(await choices(7)).toEqual(first);
    expect(await choices(8)).not.toEqual(first);
  });

  test('tells who listens of each sending and each outcome', async () => {
    const { load, history } = loadOf({ regions: [a] });
    let changes = 0;
    history.listen(() => changes++);
    load.start();
    await eventually(() => history.sent.length >= 3);
    await load.stop();
    expect(changes).toBe(2 * history.sent.length);
  });

  test('is served where it is wanted when the last answers were good and nothing hangs elsewhere', async () => {
    a.status = 0;
    const { load, history } = loadOf();
    const [customer] = load.customersNear('a');
    load.start();
    await eventually(() => a.asked.length >= 1);
    leadsTo.a = 'b';
    await eventually(() => history.sent.filter(({ near, region, outcome }) => near === 'a' && region === 'b' && outcome).length >= 4);
    expect(customer.isServedBy(region => region === 'b', 0)).toBe(false);
    await eventually(() => customer.isServedBy(region => region === 'b', 0));
    expect(customer.servedSince(0)).toBeGreaterThan(customer.sent[0].at);
    a.status = undefined;
  });

  test('a request that cannot be sent because the name leads nowhere has failed', async () => {
    const { load, history } = loadOf({ regions: [a] });
    load.start();
    await eventually(() => history.sent.length >= 1);
    leadsTo.a = undefined;
    await eventually(() => history.sent.some(({ region }) => region === 'nowhere'));
    leadsTo.a = 'a';
    await load.stop();
    expect(history.sent.find(({ region }) => region === 'nowhere')!.outcome).toEqual({ type: 'fail', told: 'the name leads nowhere' });
    expect(writesOf(history.sent).every(({ acknowledged }) => acknowledged)).toBe(true);
  });

  test('does not begin if the name leads nowhere', () => {
    leadsTo.b = undefined;
    const { load } = loadOf();
    expect(() => load.start()).toThrow(`no answer for ${HOST}`);
  });

  test('sends one operation to one region, which is not sent again', async () => {
    a.status = 500;
    const { load, history } = loadOf();
    const sent = await load.sendTo('a', { kind: 'poison', action: 'write', key: 'p', value: 0 }, 'run-poison');
    expect(sent).toMatchObject({ customer: 'run-poison', near: 'a', region: 'a', attempt: 0, outcome: { type: 'unknown' } });
    await load.stop();
    expect(history.sent).toEqual([sent]);
    expect(a.asked.map(({ host }) => host)).toEqual([`a.${HOST}`]);
    await expect(load.sendTo('c', sent.operation, 'x')).rejects.toThrow('there is no region c, but a, b');
  });

  test('ends at once when the run is interrupted', async () => {
    a.status = 0;
    const { load, history } = loadOf({ regions: [a], workload: things({ timeoutMs: 60_000 }) });
    load.start();
    await eventually(() => a.asked.length >= 1);
    ending.abort();
    await load.stop();
    expect(new Set(told(history.sent))).toEqual(new Set(['interrupted']));
  });
});
