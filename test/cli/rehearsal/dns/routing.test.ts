import { answer, Asker, Situation } from '../../../../cli/rehearsal/dns/routing';
import { AliasRecord, Endpoint, GeoLocation, Policy } from '../../../../cli/rehearsal/dns/zone';

const HOST = 'api.example.com';
const NEAREST = 'nearest.api.example.com';

const at = (region: string): Endpoint => ({ region, host: HOST });

function record(target: string, policy: Policy, more: Partial<AliasRecord> = {}): AliasRecord {
  return { name: HOST, type: 'A', policy, target: at(target), evaluateTargetHealth: true, healthCheckId: target, ...more };
}

const latency = (region: string, more: Partial<AliasRecord> = {}) => record(region, { kind: 'latency', region }, more);
const weighted = (region: string, weight: number) => record(region, { kind: 'weighted', weight });
const geo = (region: string, location: GeoLocation, more: Partial<AliasRecord> = {}) => (
  record(region, { kind: 'geolocation', location }, more)
);

/** @param sick the health checks that fail */
function ask(records: AliasRecord[], sick: string[] = [], asker: Partial<Asker> = {}, random?: () => number, name = HOST): string | undefined {
  const situation: Situation = { records, isHealthy: id => !sick.includes(id), random };
  return answer(situation, name, 'A', { nearestFirst: [], ...asker })?.region;
}

describe('every policy', () => {
  test('has no answer for an unknown name', () => {
    expect(ask([latency('a')], [], {}, undefined, 'other.example.com')).toBeUndefined();
  });

  test('has no answer for another type', () => {
    expect(ask([latency('a', { type: 'AAAA' })])).toBeUndefined();
  });

  test('takes a record without a health check as healthy', () => {
    expect(ask([latency('a', { healthCheckId: undefined }), latency('b')], ['a'], { nearestFirst: ['a', 'b'] })).toBe('a');
  });

  test('takes an endpoint\'s own health as good, so that only the record\'s health check counts', () => {
    expect(ask([latency('a', { evaluateTargetHealth: true }), latency('b')], [], { nearestFirst: ['a', 'b'] })).toBe('a');
  });
});

describe('simple routing', () => {
  test('answers with the one record', () => {
    expect(ask([record('a', { kind: 'simple' })])).toBe('a');
  });

  test('answers with it even if it is not healthy', () => {
    expect(ask([record('a', { kind: 'simple' })], ['a'])).toBe('a');
  });
});

describe('latency routing', () => {
  const records = ['a', 'b', 'c'].map(region => latency(region));
  const asker = { nearestFirst: ['b', 'c', 'a'] };

  test('leads to the nearest', () => {
    expect(ask(records, [], asker)).toBe('b');
  });

  test('leads to the nearest that is healthy', () => {
    expect(ask(records, ['b'], asker)).toBe('c');
    expect(ask(records, ['b', 'c'], asker)).toBe('a');
  });

  test('leads to the nearest if none is healthy', () => {
    expect(ask(records, ['a', 'b', 'c'], asker)).toBe('b');
  });

  test('puts regions of which nothing is known last', () => {
    expect(ask(records, [], { nearestFirst: ['c'] })).toBe('c');
    expect(ask(records, ['c'], { nearestFirst: ['c'] })).toBe('a');
  });
});

describe('weighted routing', () => {
  /** What is answered how often, when the random numbers are spread evenly over all pairs. */
  function shares(records: AliasRecord[], sick: string[] = []): Record<string, number> {
    const counts: Record<string, number> = {};
    const steps = 60;
    for (let i = 0; i < steps; i++) {
      for (let j = 0; j < steps; j++) {
        for (let k = 0; k < steps; k++) {
          const numbers = [i, j, k].map(step => (step + 0.5) / steps);
          const region = ask(records, sick, {}, () => numbers.pop()!)!;
          counts[region] = (counts[region] ?? 0) + 1 / steps ** 3;
        }
      }
    }
    return Object.fromEntries(Object.entries(counts).map(([region, share]) => [region, Math.round(share * 20) / 20]));
  }

  test('leads to each in proportion to its weight', () => {
    expect(shares([weighted('a', 2), weighted('b', 1), weighted('c', 1)])).toEqual({ a: 0.5, b: 0.25, c: 0.25 });
  });

  test('leads to those that are healthy in proportion to their weights', () => {
    expect(shares([weighted('a', 2), weighted('b', 3), weighted('c', 1)], ['a'])).toEqual({ b: 0.75, c: 0.25 });
  });

  test('leads by weight if none is healthy', () => {
    expect(shares([weighted('a', 3), weighted('b', 1), weighted('c', 0)], ['a', 'b', 'c'])).toEqual({ a: 0.75, b: 0.25 });
  });

  test('considers weight 0 only when all others are unhealthy', () => {
    const records = [weighted('a', 1), weighted('b', 0), weighted('c', 0)];
    expect(shares(records)).toEqual({ a: 1 });
    expect(shares(records, ['b'])).toEqual({ a: 1 });
    expect(shares(records, ['a'])).toEqual({ b: 0.5, c: 0.5 });
    expect(shares(records, ['a', 'b'])).toEqual({ c: 1 });
    expect(shares(records, ['a', 'b', 'c'])).toEqual({ a: 1 });
  });

  test('leads to all in equal parts if all weights are 0', () => {
    expect(shares([weighted('a', 0), weighted('b', 0)])).toEqual({ a: 0.5, b: 0.5 });
  });

  test('never prefers weight 0, even at the ends of chance', () => {
    const records = [weighted('b', 0), weighted('a', 1)];
    for (const number of [0, 1 - Number.EPSILON / 2]) expect(ask(records, [], {}, () => number)).toBe('a');
  });
});

describe('geolocation routing', () => {
  const records = [
    geo('default', { countryCode: '*' }),
    geo('europe', { continentCode: 'EU' }),
    geo('america', { continentCode: 'NA' }),
    geo('usa', { countryCode: 'US' }),
    geo('oregon', { countryCode: 'US', subdivisionCode: 'OR' }),
  ];
  const oregon = { location: { continentCode: 'NA', countryCode: 'US', subdivisionCode: 'OR' } };

  test.each([
    ['a subdivision', { continentCode: 'NA', countryCode: 'US', subdivisionCode: 'OR' }, 'oregon'],
    ['a country', { continentCode: 'NA', countryCode: 'US', subdivisionCode: 'WA' }, 'usa'],
    ['a continent', { continentCode: 'NA', countryCode: 'CA', subdivisionCode: 'ON' }, 'america'],
    ['nothing but the default', { continentCode: 'OC', countryCode: 'AU' }, 'default'],
    ['a subdivision of the same code elsewhere', { continentCode: 'EU', countryCode: 'XX', subdivisionCode: 'OR' }, 'europe'],
  ])('leads by the most specific location: %s', (_, location, expected) => {
    expect(ask(records, [], { location })).toBe(expected);
  });

  test('leads those who are nowhere to the default', () => {
    expect(ask(records)).toBe('default');
  });

  test('goes on to the next wider location that is healthy', () => {
    expect(ask(records, ['oregon'], oregon)).toBe('usa');
    expect(ask(records, ['oregon', 'usa'], oregon)).toBe('america');
    expect(ask(records, ['oregon', 'usa', 'america'], oregon)).toBe('default');
  });

  test('never leads to a location that the asker is not in', () => {
    expect(ask(records, ['oregon', 'usa', 'america', 'default'], oregon)).toBe('oregon');
  });

  test('has no answer without a location for the asker and without a default', () => {
    expect(ask(records.slice(1), [], { location: { continentCode: 'OC', countryCode: 'AU' } })).toBeUndefined();
  });
});

describe('a record that leads to others of the zone', () => {
  const nearest = ['a', 'b'].map(region => latency(region, { name: NEAREST }));
  const toNearest = geo('default', { countryCode: '*' }, { target: NEAREST, healthCheckId: undefined });
  const records = [geo('a', { continentCode: 'EU' }), toNearest, ...nearest];
  const europe = { nearestFirst: ['b', 'a'], location: { continentCode: 'EU' } };

  test('answers as those do', () => {
    expect(ask(records, [], { nearestFirst: ['b', 'a'] })).toBe('b');
    expect(ask(records, ['b'], { nearestFirst: ['b', 'a'] })).toBe('a');
  });

  test('is reached from a location whose region is not healthy', () => {
    expect(ask(records, [], europe)).toBe('a');
    expect(ask(records, ['a'], europe)).toBe('b');
  });

  test('is not healthy when none of them is', () => {
    const fallback = [latency('x', { target: NEAREST, healthCheckId: undefined }), latency('y'), ...nearest];
    const asker = { nearestFirst: ['x', 'y', 'a', 'b'] };
    expect(ask(fallback, ['a'], asker)).toBe('b');
    expect(ask(fallback, ['a', 'b'], asker)).toBe('y');
    expect(ask(fallback, ['a', 'b', 'y'], asker)).toBe('a');
  });

  test('is taken as healthy whatever they are, if it does not evaluate them', () => {
    const blind = [latency('x', { target: NEAREST, healthCheckId: undefined, evaluateTargetHealth: false }), latency('y'), ...nearest];
    expect(ask(blind, ['a', 'b'], { nearestFirst: ['x', 'y', 'a', 'b'] })).toBe('a');
  });

  test('needs its own health check as well', () => {
    const both = [latency('x', { target: NEAREST }), latency('y'), ...nearest];
    expect(ask(both, ['x'], { nearestFirst: ['x', 'y'] })).toBe('y');
  });

  test('is not healthy if there are none', () => {
    expect(ask([latency('x', { target: NEAREST, healthCheckId: undefined }), latency('y')], [], { nearestFirst: ['x', 'y'] })).toBe('y');
  });

  test('throws if it leads back to itself', () => {
    const circle = [record('x', { kind: 'simple' }, { target: NEAREST, evaluateTargetHealth: false }), record('y', { kind: 'simple' }, {
      name: NEAREST, target: HOST, evaluateTargetHealth: false,
    })];
    expect(() => ask(circle)).toThrow(`records lead in a circle: ${HOST} to ${NEAREST} to ${HOST}`);
  });
});
