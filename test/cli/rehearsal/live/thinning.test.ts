import * as fc from 'fast-check';
import { thin } from '../../../../cli/rehearsal/live/thinning';
import { Sample, Vitals } from '../../../../cli/rehearsal/report/report';

const vitals = (queued: number): Vitals => (
  { replication: { b: { queued, lagMs: queued * 10 } }, openWorkflows: 0, endedWorkflows: 0, takeovers: 0, deadLetters: 0, alarms: [] }
);
const sum = (samples: readonly Sample[], what: 'requests' | 'errors') => samples.reduce((total, sample) => total + sample[what], 0);

/** Samples of some regions, of which each has one at each time. */
const SAMPLES = fc.record({ regions: fc.integer({ min: 1, max: 5 }), times: fc.integer({ min: 0, max: 120 }) }).chain(({ regions, times }) => (
  fc.array(fc.record({ requests: fc.nat(9), errors: fc.nat(3), isHealthy: fc.boolean(), queued: fc.option(fc.nat(50), { nil: undefined }) }), {
    minLength: regions * times, maxLength: regions * times,
  }).map(all => all.map(({ queued, ...sample }, i): Sample => ({
    ...sample, at: Math.floor(i / regions), region: `region-${i % regions}`, ...queued === undefined ? {} : { vitals: vitals(queued) },
  })))
));

describe('thin', () => {
  test('keeps the number of requests, the order, and all regions, and leaves room', () => {
    fc.assert(fc.property(SAMPLES, fc.integer({ min: 20, max: 200 }), (samples, most) => {
      const thinned = [...samples];
      thin(thinned, most);
      for (const what of ['requests', 'errors'] as const) expect(sum(thinned, what)).toBe(sum(samples, what));
      expect(thinned.map(({ at }) => at)).toEqual(thinned.map(({ at }) => at).sort((a, b) => a - b));
      expect(new Set(thinned.map(({ region }) => region))).toEqual(new Set(samples.map(({ region }) => region)));
      if (samples.length > most) expect(thinned.length).toBeLessThanOrEqual(samples.length - most / 4 + 5);
      else expect(thinned).toEqual(samples);
    }));
  });

  test('keeps an outage and a peak of a moment, however often it thins', () => {
    const samples: Sample[] = [];
    for (let at = 0; at < 5000; at++) {
      samples.push({ at, region: 'a', requests: 1, errors: 0, isHealthy: at !== 100, ...at === 200 ? {} : { vitals: vitals(at === 300 ? 77 : 0) } });
      thin(samples, 100);
    }
    expect(samples.length).toBeLessThanOrEqual(100);
    expect(samples.filter(({ isHealthy }) => !isHealthy)).toHaveLength(1);
    expect(samples.filter(sample => sample.vitals === undefined)).toHaveLength(1);
    // the older, the coarser: what is latest is as it was
    expect(samples.slice(-20).map(({ at }) => at)).toEqual(Array.from({ length: 20 }, (_, i) => 4980 + i));
  });

  test('keeps the larger of two backlogs', () => {
    const samples: Sample[] = [3, 40, 0, 0].map((queued, at) => ({ at, region: 'a', requests: 0, errors: 0, isHealthy: true, vitals: vitals(queued) }));
    thin(samples, 3);
    expect(samples[0].vitals!.replication).toEqual({ b: { queued: 40, lagMs: 400 } });
  });
});
