import * as fc from 'fast-check';
import { takeoverOrder } from '../../src/replicated-workflow/takeover-order';

const REGIONS = ['eu-west-1', 'us-east-1', 'us-west-2', 'ap-southeast-2', 'sa-east-1'];

const regions = fc.shuffledSubarray(REGIONS, { minLength: 1 });

describe('takeoverOrder', () => {
  test('has every region once, the origin last, in whatever order they are given', () => {
    fc.assert(fc.property(fc.string(), regions, fc.nat(), (name, all, i) => {
      const origin = all[i % all.length];
      const order = takeoverOrder(name, origin, all);
      expect([...order].sort()).toEqual([...all].sort());
      expect(order.at(-1)).toBe(origin);
      expect(takeoverOrder(name, origin, [...all].reverse())).toEqual(order);
    }));
  });

  test('keeps the others in order when a region leaves', () => {
    fc.assert(fc.property(fc.string(), name => {
      const [origin, gone] = REGIONS;
      const order = takeoverOrder(name, origin, REGIONS);
      expect(takeoverOrder(name, origin, REGIONS.filter(region => region !== gone))).toEqual(order.filter(region => region !== gone));
    }));
  });

  test('is the only region of a workflow, whatever the origin', () => {
    expect(takeoverOrder('o-1', 'us-east-1', ['us-east-1'])).toEqual(['us-east-1']);
    expect(takeoverOrder('o-1', 'us-west-2', ['us-east-1'])).toEqual(['us-east-1']);
  });

  test('is of the peers alone when the origin has left', () => {
    expect(takeoverOrder('o-1', 'eu-central-1', ['us-east-1', 'us-west-2']).sort()).toEqual(['us-east-1', 'us-west-2']);
  });

  test('gives each peer its share of the first places', () => {
    const first = new Map<string, number>();
    for (let i = 0; i < 4000; i++) {
      const [region] = takeoverOrder(`o-${i}`, REGIONS[0], REGIONS);
      first.set(region, (first.get(region) ?? 0) + 1);
    }
    expect([...first.keys()].sort()).toEqual(REGIONS.slice(1).sort());
    first.forEach(count => expect(Math.abs(count - 1000)).toBeLessThan(150));
  });

  // All regions must come to the same order, whichever version of the library each of them runs: this must never change
  test('is this one', () => {
    expect(takeoverOrder('o-1', 'us-east-1', REGIONS)).toEqual(['sa-east-1', 'us-west-2', 'eu-west-1', 'ap-southeast-2', 'us-east-1']);
  });
});
