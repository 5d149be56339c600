import { lagOf, SampleSeries, slowestAnswers, statesOf } from '../../../../cli/rehearsal/page/series';
import { Sample, Vitals } from '../../../../cli/rehearsal/report/report';
import { Sent } from '../../../../cli/rehearsal/workload/workload';

const vitals = (openWorkflows: number): Vitals => ({
  replication: { b: { queued: 1, lagMs: 40 }, c: { queued: 2, lagMs: 700 } },
  openWorkflows,
  endedWorkflows: 0,
  takeovers: 0,
  deadLetters: 0,
  alarms: [],
});
const sample = (at: number, region: string, rest: Partial<Sample> = {}): Sample => ({ at, region, requests: 0, errors: 0, isHealthy: true, ...rest });

describe('Series of samples', () => {
  const series = new SampleSeries({
    regions: ['a', 'b'],
    samples: [
      sample(1000, 'a', { vitals: vitals(1), requests: 9 }), sample(1040, 'b', { vitals: vitals(5) }),
      sample(3000, 'a', { requests: 4, errors: 2 }), sample(3040, 'b', { vitals: vitals(6), requests: 1 }),
      sample(4000, 'b', { vitals: vitals(7), requests: 3 }),
      sample(5000, 'elsewhere', { requests: 99 }),
    ],
  });

  test('have the same times for all regions, and rates of a second', () => {
    expect(series.rate('requests')).toEqual({ times: [1, 3, 4], values: [[null, 2, undefined], [null, 0.5, 3]] });
    expect(series.rate('errors').values[0]).toEqual([null, 1, undefined]);
  });

  test('are interrupted where a region says nothing', () => {
    expect(series.vitals(({ openWorkflows }) => openWorkflows).values).toEqual([[1, null, undefined], [5, 6, 7]]);
  });

  test('have the worst lag of all peers, and none if there are no peers', () => {
    expect([lagOf(vitals(0)), lagOf({ ...vitals(0), replication: {} })]).toEqual([700, 0]);
  });

  test('of no samples are empty', () => {
    expect(new SampleSeries({ regions: ['a'], samples: [] }).rate('requests')).toEqual({ times: [], values: [[]] });
  });
});

test('the slowest answer of a second is shown, and silence interrupts the line', () => {
  const sent = (region: string, at: number, endedAt?: number): Sent => ({
    operation: { kind: 'read', action: 'read', key: 'k' }, customer: 'c', near: region, region, attempt: 0, at, ...endedAt === undefined ? {} : { endedAt },
  });
  const operations = [sent('a', 100, 150), sent('a', 100, 900), sent('b', 0, 950), sent('b', 1200, 1300), sent('b', 5000, 5100), sent('a', 8000, 8010), sent('a', 9000), sent('x', 0, 1)];
  expect(slowestAnswers(operations, ['a', 'b'])).toEqual({ times: [0, 1, 5, 8], values: [[800, undefined, null, 10], [950, 100, 100, undefined]] });
});

test('a region is in service, is left, or is silent, until the next sample says otherwise', () => {
  const samples = [
    sample(1000, 'a', { vitals: vitals(0) }), sample(2000, 'a', { vitals: vitals(0) }), sample(3000, 'a'), sample(4000, 'a', { isHealthy: false }),
    sample(5000, 'a', { isHealthy: false, vitals: vitals(0) }), sample(5000, 'b'),
  ];
  expect(statesOf('a', samples, 9)).toEqual([{ from: 1, until: 3, state: 'in' }, { from: 3, until: 5, state: 'silent' }, { from: 5, until: 9, state: 'out' }]);
  expect(statesOf('c', samples, 9)).toEqual([]);
});
