import { HealthChecks } from '../../../../cli/rehearsal/dns/health-checks';
import { HealthCheck } from '../../../../cli/rehearsal/dns/zone';

const endpoint = (failureThreshold: number, inverted = false): HealthCheck => (
  { kind: 'endpoint', host: 'a.example.com', path: '/health', interval: 10, failureThreshold, inverted }
);
const calculated = (children: string[], threshold: number, inverted = false): HealthCheck => ({ kind: 'calculated', children, threshold, inverted });

function observed(checks: HealthChecks, id: string, successes: boolean[]): boolean[] {
  return successes.map(success => {
    checks.observe(id, success);
    return checks.isHealthy(id);
  });
}

describe('a health check of an endpoint', () => {
  test('is healthy at first', () => {
    expect(new HealthChecks(new Map([['x', endpoint(3)]])).isHealthy('x')).toBe(true);
  });

  test('turns after as many failures in a row as its threshold, and back after as many successes', () => {
    const checks = new HealthChecks(new Map([['x', endpoint(3)]]));
    expect(observed(checks, 'x', [false, false, false, false])).toEqual([true, true, false, false]);
    expect(observed(checks, 'x', [true, true, true, true])).toEqual([false, false, true, true]);
  });

  test('begins to count anew when a probe says otherwise', () => {
    const checks = new HealthChecks(new Map([['x', endpoint(3)]]));
    expect(observed(checks, 'x', [false, false, true, false, false, true])).toEqual(Array(6).fill(true));
    observed(checks, 'x', [false, false, false]);
    expect(observed(checks, 'x', [true, true, false, true, true, false])).toEqual(Array(6).fill(false));
  });

  test('turns at once with a threshold of 1', () => {
    expect(observed(new HealthChecks(new Map([['x', endpoint(1)]])), 'x', [false, true, false])).toEqual([false, true, false]);
  });
});

describe('an inverted health check', () => {
  test('is unhealthy until there is enough to go by', () => {
    const checks = new HealthChecks(new Map([['x', endpoint(2, true)]]));
    expect(checks.isHealthy('x')).toBe(false);
    expect(observed(checks, 'x', [false, false])).toEqual([false, true]);
  });

  test('is healthy as long as its endpoint fails, and turns by the same threshold', () => {
    const checks = new HealthChecks(new Map([['x', endpoint(2, true)]]));
    observed(checks, 'x', [false, false]);
    expect(observed(checks, 'x', [true, true, false, false])).toEqual([true, false, false, true]);
  });
});

describe('a calculated health check', () => {
  const children = (...healthy: boolean[]) => healthy.map((_, i) => `child${i}`);
  function withChildren(threshold: number, healthy: boolean[], inverted = false): boolean {
    const checks = new HealthChecks(new Map<string, HealthCheck>([
      ...children(...healthy).map((id): [string, HealthCheck] => [id, endpoint(1)]),
      ['parent', calculated(children(...healthy), threshold, inverted)],
    ]));
    healthy.forEach((success, i) => checks.observe(`child${i}`, success));
    return checks.isHealthy('parent');
  }

  test.each([
    [0, [false, false, false], true],
    [1, [false, false, false], false],
    [1, [true, false, false], true],
    [2, [true, false, false], false],
    [2, [true, true, false], true],
    [3, [true, true, false], false],
    [3, [true, true, true], true],
    [4, [true, true, true], false],
  ])('with threshold %d of %j is healthy: %s', (threshold, healthy, expected) => {
    expect(withChildren(threshold, healthy)).toBe(expected);
    expect(withChildren(threshold, healthy, true)).toBe(!expected);
  });

  test('counts children by what they say, inverted and calculated ones too', () => {
    const checks = new HealthChecks(new Map<string, HealthCheck>([
      ['serves', endpoint(1)], ['evacuated', endpoint(1, true)], ['region', calculated(['serves', 'evacuated'], 2)], ['all', calculated(['region'], 1)],
    ]));
    const say = (serves: boolean, evacuated: boolean) => {
      checks.observe('serves', serves);
      checks.observe('evacuated', evacuated);
      return checks.isHealthy('all');
    };
    // A peer that is down looks like one that says no
    expect([say(true, false), say(true, true), say(false, false), say(false, true)]).toEqual([true, false, false, false]);
  });

  test('throws if a child is unknown', () => {
    expect(() => new HealthChecks(new Map([['parent', calculated(['gone'], 1)]])).isHealthy('parent')).toThrow('no health check gone');
  });
});
