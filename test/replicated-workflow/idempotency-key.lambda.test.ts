import * as fc from 'fast-check';
import { executionName, idempotencyKey } from '../../src/replicated-workflow/idempotency-key.lambda';

const keyOf = (text: string, path = '$.detail.orderId') => idempotencyKey(JSON.parse(text), path, text);
/** The name of the execution for a key as an event's text has it; undefined if it is refused. */
const nameOf = (key: string): string | undefined => {
  try {
    return executionName(keyOf(`{"detail":{"orderId":${key}}}`));
  } catch (error) {
    expect((error as Error).message).toMatch(/^no idempotency key: /);
    return undefined;
  }
};

describe('idempotencyKey', () => {
  const event = JSON.stringify({ detail: { orderId: 'o-1', count: 7, nested: { key: 'deep' }, empty: '', nothing: null, list: ['a'], yes: true } });

  test.each([['$.detail.orderId', 'o-1'], ['$.detail.count', 7], ['$.detail.nested.key', 'deep']])('of %s is %s', (path, key) => {
    expect(keyOf(event, path)).toBe(key);
  });

  test.each(['$.detail.missing', '$.detail.empty', '$.detail.nothing', '$.detail.list', '$.detail.yes', '$.detail.nested', '$.detail.orderId.length', '$.detail.constructor.name', '$.nowhere.at.all'])(
    'of %s throws, naming the path', path => {
      expect(() => keyOf(event, path)).toThrow(`no idempotency key: ${path} is`);
    });

  test.each(['null', '"text"', '1'])('of something that is no event (%s) throws', text => {
    expect(() => keyOf(text)).toThrow('no idempotency key');
  });

  test.each(['0', '-1', '9007199254740991', '-9007199254740991'])('takes the number %s', text => expect(nameOf(text)).toBe(`number-${text}`));

  test.each([
    '1541815603606036480', '9007199254740992', '9007199254740993', '-9007199254740992', '9007199254740991.4', '1.0', '1.00000000000000000001', '1e3', '1E3', '0.1', '-0', '1e400', '1e-400',
  ])('refuses the number %s, which another one may look the same as', text => expect(nameOf(text)).toBeUndefined());

  test.each(['"\\ud800"', '"\\udc00"', '"a\\ud83d"'])('refuses the string %s, of which UTF-8 makes the same text as of others', text => expect(nameOf(text)).toBeUndefined());

  test('refuses a number whose name is there twice', () => {
    expect(() => keyOf('{"detail":{"orderId":1,"orderId":2}}')).toThrow('no idempotency key');
  });

  test('gives no two keys the same name, whatever their types', () => {
    const digits = fc.oneof(fc.bigInt(), fc.bigInt({ min: -5n, max: 5n }), fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n })).map(String);
    const number = fc.oneof(digits, fc.double({ noNaN: true, noDefaultInfinity: true }).map(String), fc.tuple(digits, fc.constantFrom('.0', 'e0', '.5', 'e1', '.0000000000000000001')).map(parts => parts.join('')));
    const text = fc.oneof(
      fc.string({ unit: 'binary' }), fc.string({ maxLength: 2 }), digits, digits.map(one => `number-${one}`), fc.constantFrom('\ud800', '\ud801', '\ufffd', 'true', 'null', ''),
      fc.string({ unit: 'grapheme' }).map(one => nameOf(JSON.stringify(one)) ?? ''),
    ).map(one => JSON.stringify(one));
    const key = fc.oneof(number, text, fc.json());
    fc.assert(fc.property(key, key, (a, b) => {
      const [nameOfA, nameOfB] = [nameOf(a), nameOf(b)];
      if (nameOfA === undefined || nameOfA !== nameOfB) return;
      expect([typeof JSON.parse(a), JSON.parse(a)]).toEqual([typeof JSON.parse(b), JSON.parse(b)]);
      // JSON has many texts for a string, and one for a number that is taken
      if (typeof JSON.parse(a) === 'number') expect(a.trim()).toBe(b.trim());
    }), { numRuns: 8_000 });
  });
});

describe('executionName', () => {
  test.each(['o-1', 'A_b-9', 'x'.repeat(80), '42'])('keeps %s, which Step Functions accepts', key => {
    expect(executionName(key)).toBe(key);
  });

  test.each(['x'.repeat(81), 'with space', 'Ünïcode', '订单', 'a/b', 'a:b', 'a.b', '\u0000', '😀'])('hashes %p', key => {
    expect(executionName(key)).toMatch(/^sha256-[0-9a-f]{64}$/);
    expect(executionName(key)).toBe(executionName(key));
  });

  test('gives different names to different keys, one of which looks like the other\'s name', () => {
    const hashed = executionName('a/b');
    expect(executionName(hashed)).not.toBe(hashed);
    expect(executionName('a/b')).not.toBe(executionName('a:b'));
    expect(executionName(42)).toBe('number-42');
    expect(new Set([executionName(42), executionName('42'), executionName('number-42')]).size).toBe(3);
  });
});
