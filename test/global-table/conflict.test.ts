import * as fc from 'fast-check';
import { fingerprint, isConflict } from '../../src/global-table/conflict';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
console.info(`conflict: FC_SEED=${SEED}`);

const version = (n?: number | bigint | string) => (n === undefined ? {} : { v: { N: String(n) } });
/** What DynamoDB's numbers can be: up to 38 digits. */
const integers = fc.bigInt({ min: -(10n ** 38n - 1n), max: 10n ** 38n - 1n });

describe('a conflict', () => {
  test('is, with versions, a write whose version is not higher', () => {
    fc.assert(fc.property(integers, integers, (old, young) => {
      expect(isConflict(version(old), version(young), 'v')).toBe(young <= old);
    }), { seed: SEED });
  });

  test('is never a write that has seen what it replaces', () => {
    fc.assert(fc.property(integers, seen => {
      expect(isConflict(version(seen), version(seen + 1n), 'v')).toBe(false);
    }), { seed: SEED });
  });

  test('is at least one of two writes that have not seen each other, whichever wins', () => {
    fc.assert(fc.property(integers, integers, (a, b) => {
      expect(isConflict(version(a), version(b), 'v') || isConflict(version(b), version(a), 'v')).toBe(true);
    }), { seed: SEED });
  });

  test.each<[string, object, object, boolean]>([
    ['the same fraction', version('1.5'), version('1.5'), true],
    ['a higher fraction', version('1.5'), version('1.75'), false],
    ['an exponent', version('1E3'), version('1E4'), false],
    ['no version any more', version(1), version(), true],
    ['the first version', version(), version(1), false],
    ['no version at all', version(), version(), true],
    ['a version that is no number', version(1), { v: { S: '2' } }, true],
  ])('with %s is decided', (_, old, young, expected) => {
    expect(isConflict(old as any, young as any, 'v')).toBe(expected);
  });

  test('is every replacement, without versions', () => {
    fc.assert(fc.property(integers, integers, (old, young) => {
      expect(isConflict(version(old), version(young))).toBe(true);
    }), { seed: SEED });
  });
});

describe('a fingerprint of keys', () => {
  const keys = fc.dictionary(fc.string({ minLength: 1 }), fc.record({ S: fc.string() }), { minKeys: 1, maxKeys: 2 });

  test('is the same for the same keys in any order, another for others, and tells nothing of them', () => {
    fc.assert(fc.property(keys, keys, (a, b) => {
      expect(fingerprint(a)).toMatch(/^[0-9a-f]{16}$/);
      expect(fingerprint(Object.fromEntries(Object.entries(a).reverse()))).toBe(fingerprint(a));
      const sorted = (item: object) => JSON.stringify(Object.fromEntries(Object.entries(item).sort(([x], [y]) => (x < y ? -1 : 1))));
      expect(fingerprint(a) === fingerprint(b)).toBe(sorted(a) === sorted(b));
    }), { seed: SEED });
  });
});
