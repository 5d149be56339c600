import { execution, fault, sent } from './runs';
import { measure, MeasuredDrill } from '../../../../cli/rehearsal/workload/measures';
import { Sent } from '../../../../cli/rehearsal/workload/workload';
import { writesOf } from '../../../../cli/rehearsal/workload/writes';

const drill = (changes: Partial<MeasuredDrill> = {}): MeasuredDrill => ({
  at: 0, until: 10_000, history: [], faults: [fault()], executions: [], workflows: [{ name: 'Fulfil', ownership: 'ORIGIN_REGION' }], slackMs: 100, ...changes,
});

const NOTHING_ELSE = { openWorkflows: 0, endedWorkflows: 0, takeovers: 0, deadLetters: 0, alarms: [] };

/** A request every 100 ms of a customer, from a moment on: `.` is good, `x` fails after 50 ms. */
const requests = (picture: string, from: number, changes: Partial<Sent> = {}) => [...picture].map((sign, i) => ({
  ...sent({ at: from + i * 100, key: `${from}-${i}`, type: sign === 'x' ? 'fail' : 'ok' }), endedAt: from + i * 100 + 50, ...changes,
}));

describe('measure', () => {
  test('nothing, where nothing happened', () => {
    expect(measure(drill({ faults: [] }))).toEqual({ requests: 0, failed: 0, doubled: 0, explained: 0, lost: 0 });
  });

  test('counts requests of customers in its time', () => {
    const history = [...requests('..x', 0), ...requests('.', 10_000), ...requests('x', 500, { isReadBack: true }), ...requests('xx', 600, { outcome: { type: 'unknown' } })];
    expect(measure(drill({ history, faults: [] }))).toMatchObject({ requests: 5, failed: 3 });
  });

  test('the recovery time is from the first fault until four good answers in a row, of all who are near', () => {
    const history = [
      ...requests('..........xxxx.x......', 0, { customer: 'c-1' }),
      ...requests('..........xx..........', 0, { customer: 'c-2' }),
      // noticed nothing, or is not near
      ...requests('......................', 0, { customer: 'c-3' }),
      ...requests('..........xxxxxxxxxxxx', 0, { customer: 'c-4', near: 'b' }),
    ];
    // c-1: fails at 1000 to 1300 and at 1500, so that it is served again by what it sent at 1600 and was answered at 1650
    expect(measure(drill({ history })).recoveryTimeMs).toBe(650);
    // those near b never are
    expect(measure(drill({ history, faults: [fault(), fault({ at: 3000, regions: ['b'] })] })).recoveryTimeMs).toBe(9000);
  });

  test('there is none if they always were served', () => {
    expect(measure(drill({ history: requests('xx........................', 0) }))).not.toHaveProperty('recoveryTimeMs');
  });

  test('a request that was under way when the fault came counts', () => {
    expect(measure(drill({ history: [...requests('.........', 70), ...requests('x', 970), ...requests('........', 1070)] })).recoveryTimeMs).toBe(120);
  });

  test('a failure on the way back is no part of it', () => {
    expect(measure(drill({ history: requests('..........xx...........x.....', 0) })).recoveryTimeMs).toBe(250);
  });

  test('it lasts until the end if they never were served again', () => {
    expect(measure(drill({ history: requests('..........xxxx', 0) })).recoveryTimeMs).toBe(9000);
  });

  test('the recovery point is what survivors did not have while the region was away', () => {
    const history = [
      sent({ key: 'k-1', at: 400 }), sent({ key: 'k-2', at: 700 }), sent({ key: 'k-3', at: 800 }),
      // by a survivor, and after the fault
      sent({ key: 'k-4', at: 500, region: 'b' }), sent({ key: 'k-5', at: 1500 }),
    ];
    const has = new Set(['k-1']);
    const readsWhileAway = writesOf(history).flatMap(write => [
      { write, region: 'b', outcome: { type: has.has(write.operation.key) ? 'ok' as const : 'fail' as const } },
      { write, region: 'a', outcome: { type: 'fail' as const } },
    ]);
    expect(measure(drill({ history, readsWhileAway })).recoveryPoint).toEqual({ ms: 290, writes: 2 });
    expect(measure(drill({ history, readsWhileAway: [] })).recoveryPoint).toEqual({ ms: 0, writes: 0 });
  });

  test('it is estimated by the lag before the fault where nothing was read', () => {
    const history = [sent({ key: 'k-1', at: 400 }), sent({ key: 'k-2', at: 700 }), sent({ key: 'k-3', at: 800 })];
    const sample = (at: number, lagMs: number, region = 'a') => ({
      at,
      region,
      requests: 0,
      errors: 0,
      isHealthy: true,
      vitals: { replication: { b: { queued: 1, lagMs }, c: { queued: 1, lagMs: 10 } }, ...NOTHING_ELSE },
    });
    const samples = [sample(100, 5000), sample(900, 300), sample(950, 9000, 'b'), sample(1100, 9000)];
    expect(measure(drill({ history, samples })).recoveryPoint).toEqual({ ms: 290, writes: 2 });
    // both are hit: only c is left to have seen anything
    expect(measure(drill({ history, samples, faults: [fault({ regions: ['a', 'b'] })] })).recoveryPoint).toEqual({ ms: 0, writes: 0 });
    expect(measure(drill({ history, samples: [] }))).not.toHaveProperty('recoveryPoint');
  });

  test('counts doubles, those that are explained, and what is lost', () => {
    const history = [sent({ key: 'k-1', at: 400 }), sent({ key: 'k-2', at: 700 }), sent({ key: 'old', at: -5 })];
    const reads = writesOf(history).map(write => ({ write, region: 'b', outcome: { type: write.operation.key === 'k-1' ? 'ok' as const : 'fail' as const } }));
    const executions = [
      execution(), execution({ region: 'b', startedAt: 1800 }),
      execution({ name: 'o-2', startedAt: 5000 }), execution({ name: 'o-2', region: 'b', startedAt: 5500 }),
      execution({ name: 'o-3', startedAt: 12_000 }), execution({ name: 'o-3', region: 'b', startedAt: 12_000 }),
    ];
    expect(measure(drill({ history, reads, executions }))).toMatchObject({ doubled: 2, explained: 1, lost: 1 });
  });
});
