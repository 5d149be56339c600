import { setTimeout as sleep } from 'timers/promises';
import { Turn } from '../../../../cli/rehearsal/dns/route53';
import { Sampler } from '../../../../cli/rehearsal/live/sampler';
import { Sample, Vitals } from '../../../../cli/rehearsal/report/report';
import { History } from '../../../../cli/rehearsal/workload/history';
import { Outcome, Sent } from '../../../../cli/rehearsal/workload/workload';

const VITALS: Vitals = { replication: {}, openWorkflows: 1, endedWorkflows: 2, takeovers: 3, deadLetters: 4, alarms: ['an-alarm'] };

let history: History;
let stop: AbortController;
beforeEach(() => {
  history = new History();
  stop = new AbortController();
});
afterEach(() => stop.abort());

const answering = (name: string) => ({ name, vitals: async () => VITALS });
const of = (region: string): Sample[] => history.samples.filter(sample => sample.region === region);

function send(region: string, outcome?: Outcome['type']): { -readonly [K in keyof Sent]: Sent[K] } {
  const sent: Sent = {
    operation: { kind: 'read', action: 'read', key: 'k' },
    customer: 'c',
    near: region,
    region,
    attempt: 0,
    at: history.now(),
    ...outcome ? { endedAt: history.now(), outcome: { type: outcome } } : {},
  };
  history.sent.push(sent);
  return sent;
}

async function eventually(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !condition(); i++) await sleep(25);
  expect(condition()).toBe(true);
}

describe('Sampler', () => {
  test('counts requests by the region that they are sent to, and errors when they are known', async () => {
    new Sampler({ regions: [answering('a'), answering('b')], history, signal: stop.signal }).start();
    send('a', 'ok');
    send('a', 'unknown');
    const slow = send('b');
    await eventually(() => of('b').length === 1);
    expect(of('a')).toMatchObject([{ requests: 2, errors: 1, isHealthy: true, vitals: VITALS }]);
    expect(of('b')).toMatchObject([{ requests: 1, errors: 0 }]);

    slow.outcome = { type: 'fail' };
    slow.endedAt = history.now();
    await eventually(() => of('b').length === 2);
    expect(of('a')[1]).toMatchObject({ requests: 0, errors: 0 });
    expect(of('b')[1]).toMatchObject({ requests: 0, errors: 1 });
  });

  test('is in time for others while a region does not answer, which it asks once at a time', async () => {
    let [asked, isFrozen] = [0, false];
    let thaw = () => {};
    const frozen = {
      name: 'frozen',
      vitals: async () => {
        asked++;
        if (isFrozen) await new Promise<void>(resolve => { thaw = resolve; });
        return VITALS;
      },
    };
    new Sampler({ regions: [frozen, answering('well')], history, signal: stop.signal }).start();
    await eventually(() => of('frozen').length === 1);
    expect(of('frozen')[0].vitals).toEqual(VITALS);

    isFrozen = true;
    const askedBefore = asked;
    await eventually(() => of('frozen').at(-1)!.vitals === undefined);
    const since = of('well').length;
    await eventually(() => of('well').length === since + 3);
    expect(of('well').every(({ vitals }) => vitals !== undefined)).toBe(true);
    const times = of('well').map(({ at }) => at);
    times.slice(1).forEach((at, i) => expect(at - times[i]).toBeLessThan(1000));
    expect(asked - askedBefore).toBe(1);

    isFrozen = false;
    thaw();
    await eventually(() => of('frozen').at(-1)!.vitals !== undefined);
  }, 20_000);

  test('has no vitals of a region that fails to tell them', async () => {
    const broken = { name: 'broken', vitals: async () => { throw new Error('no such endpoint'); } };
    new Sampler({ regions: [broken], history, signal: stop.signal }).start();
    await eventually(() => of('broken').length === 2);
    expect(of('broken').map(sample => 'vitals' in sample)).toEqual([false, false]);
  });

  test('notes each turn of health when it happened, and none of before', async () => {
    const turns: Turn[] = [{ at: performance.now(), region: 'a', healthy: true }];
    new Sampler({ regions: [answering('a')], history, route53: { turns, isHealthy: () => false }, signal: stop.signal }).start();
    const at = history.now();
    turns.push({ at: performance.now(), region: 'a', healthy: false }, { at: performance.now() + 100, region: 'a', healthy: true });
    await eventually(() => of('a').length === 1);
    expect(of('a')[0].isHealthy).toBe(false);
    expect(history.moments).toMatchObject([{ kind: 'health', region: 'a', text: /unhealthy/ }, { kind: 'health', region: 'a' }].map(moment => ({
      ...moment, text: expect.stringMatching(moment.text ?? / is healthy/),
    })));
    expect(Math.abs(history.moments[0].at - at)).toBeLessThan(50);
    expect(history.moments[1].at - history.moments[0].at).toBeCloseTo(100, -1);
  });

  test('stops with the signal', async () => {
    new Sampler({ regions: [answering('a')], history, signal: stop.signal }).start();
    await eventually(() => of('a').length === 1);
    stop.abort();
    await sleep(700);
    expect(of('a')).toHaveLength(1);
  });
});
