import { executionName, idempotencyKey, KEY_PATH } from '../../src/replicated-workflow/idempotency-key';

describe('idempotencyKey', () => {
  const event = { detail: { orderId: 'o-1', count: 7, nested: { key: 'deep' }, empty: '', nothing: null, list: ['a'], yes: true } };

  test.each([['$.detail.orderId', 'o-1'], ['$.detail.count', '7'], ['$.detail.nested.key', 'deep']])('of %s is %s', (path, key) => {
    expect(idempotencyKey(event, path)).toBe(key);
  });

  test.each(['$.detail.missing', '$.detail.empty', '$.detail.nothing', '$.detail.list', '$.detail.yes', '$.detail.nested', '$.detail.orderId.length', '$.detail.constructor.name', '$.nowhere.at.all'])(
    'of %s throws, naming the path', path => {
      expect(() => idempotencyKey(event, path)).toThrow(`no idempotency key: ${path} is`);
    });

  test.each([undefined, null, 'text', 1])('of something that is no event (%p) throws', value => {
    expect(() => idempotencyKey(value, '$.detail.orderId')).toThrow('no idempotency key');
  });
});

describe('executionName', () => {
  test.each(['o-1', 'A_b-9', 'x'.repeat(80)])('keeps %s, which Step Functions accepts', key => {
    expect(executionName(key)).toBe(key);
  });

  test.each(['x'.repeat(81), 'with space', 'Ünïcode', '订单', 'a/b', 'a:b', 'a.b', '\u0000', '😀'])('hashes %p', key => {
    expect(executionName(key)).toMatch(/^sha256-[0-9a-f]{64}$/);
    expect(executionName(key)).toBe(executionName(key));
  });

  test('gives different names to different keys, one of which looks like the other\'s hash', () => {
    const hashed = executionName('a/b');
    expect(executionName(hashed)).not.toBe(hashed);
    expect(executionName('a/b')).not.toBe(executionName('a:b'));
  });
});

describe('KEY_PATH', () => {
  test.each(['$.detail', '$.detail.orderId', '$.detail.order-id', '$.detail._x.y1'])('accepts %s', path => expect(path).toMatch(KEY_PATH));
  test.each(['', '$', '$.', 'detail.orderId', '$.detail[0]', '$..orderId', '$.detail.*', '$.detail.order id', '$.1a'])('refuses %p', path => expect(path).not.toMatch(KEY_PATH));
});
