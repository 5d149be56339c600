import * as fc from 'fast-check';
import { exactNumber } from '../../src/replicated-workflow/exact-number';

describe('exactNumber', () => {
  test.each(['0', '-1', '12.50', '1E+2', '1e21', '0.1', '9007199254740991', '9007199254740992', '1e-130', '-0.000001'])('is the number %s', text => {
    expect(exactNumber(text)).toBe(Number(text));
  });

  test.each([
    '9007199254740993', '1541815603606036481', '-1541815603606036481', '0.10000000000000000001', '12345678901234567890123456789012345678', '9.9999999999999999999999999999999999999E+125', '1e400', '', 'NaN', '0x10', '1,5', ' 1',
  ])('is undefined for %j, which no double is', text => {
    expect(exactNumber(text)).toBeUndefined();
  });

  test('is every number that JavaScript writes', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), number => {
      expect(exactNumber(String(number))).toBe(number === 0 ? Number(String(number)) : number);
    }), { numRuns: 1000 });
  });

  test('makes no two numbers one', () => {
    fc.assert(fc.property(fc.bigInt({ min: 2n ** 53n, max: 10n ** 38n }), fc.bigInt({ min: 1n, max: 1000n }), (number, more) => {
      const [one, other] = [number, number + more].map(each => exactNumber(String(each)));
      if (one !== undefined) expect(one).not.toBe(other);
    }), { numRuns: 1000 });
  });
});
