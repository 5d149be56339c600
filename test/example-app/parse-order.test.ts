import { parseOrder } from '../../example-app/handlers/parse-order';

const item = { sku: 'book', quantity: 1, unitPriceCents: 1999 };
const order = { orderId: 'o-1', customerId: 'c-1', items: [item] };
const parse = (value: unknown) => parseOrder(JSON.stringify(value), false);

describe('parseOrder', () => {
  test('takes an order, as text or in base 64', () => {
    expect(parse(order)).toEqual({ order });
    expect(parseOrder(Buffer.from(JSON.stringify(order)).toString('base64'), true)).toEqual({ order });
  });

  test.each<[string, unknown, string]>([
    ['null', null, 'must be object'],
    ['a list', [order], 'must be object'],
    ['an order without id', { ...order, orderId: undefined }, 'orderId'],
    ['an empty id', { ...order, orderId: '' }, '/orderId must match'],
    ['an id that is a number', { ...order, orderId: 1 }, '/orderId must be string'],
    ['an id with a slash', { ...order, orderId: 'a/b' }, '/orderId must match'],
    ['an id of 65 characters', { ...order, orderId: 'x'.repeat(65) }, '/orderId must match'],
    ['an order without items', { ...order, items: [] }, 'fewer than 1'],
    ['51 items', { ...order, items: Array(51).fill(item) }, 'more than 50'],
    ['a negative quantity', { ...order, items: [{ ...item, quantity: -1 }] }, '>= 1'],
    ['half a piece', { ...order, items: [{ ...item, quantity: 0.5 }] }, 'integer'],
    ['a price as text', { ...order, items: [{ ...item, unitPriceCents: '5' }] }, 'integer'],
    ['a field that is not known', { ...order, status: 'SHIPPED' }, 'additional properties'],
  ])('refuses %s', (_, value, reason) => {
    expect(parse(value)).toEqual({ status: 400, reason: expect.stringContaining(reason) });
  });

  test.each([null, '', '{', 'order'])('refuses a body that is not JSON: %p', body => {
    expect(parseOrder(body, false)).toEqual({ status: 400, reason: 'the body is not JSON' });
  });

  test('refuses a body of more than 64 KiB', () => {
    expect(parse({ ...order, customerId: 'x'.repeat(65536) })).toEqual({ status: 413, reason: expect.stringContaining('at most 65536') });
  });
});
