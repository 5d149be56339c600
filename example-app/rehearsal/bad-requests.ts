/** A request that no client should make. */
export interface BadRequest {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
}

const item = { sku: 'tea', quantity: 1, unitPriceCents: 100 };
const good = { orderId: 'never-taken', customerId: 'customer-1', items: [item] };

const post = (name: string, body?: string, contentType?: string) => ({ name, method: 'POST', path: '/orders', body, contentType });
const order = (name: string, change: object) => post(name, JSON.stringify({ ...good, ...change }));
const withItem = (name: string, change: object) => order(name, { items: [{ ...item, ...change }] });

/** Each is answered with 4xx, and leaves no trace. */
export const BAD_REQUESTS: readonly BadRequest[] = [
  post('no body'),
  post('not JSON', '{"orderId":'),
  post('not JSON, and called text', 'two packs of tea', 'text/plain'),
  post('JSON, but null', 'null'),
  post('JSON, but a list', JSON.stringify([good])),
  order('no order id', { orderId: undefined }),
  order('a number for the order id', { orderId: 7 }),
  order('an order id with a path in it', { orderId: '../orders' }),
  order('an order id that is too long', { orderId: 'x'.repeat(65) }),
  order('no items', { items: [] }),
  order('text for the items', { items: 'tea' }),
  order('more items than are taken', { items: Array(51).fill(item) }),
  withItem('text for a quantity', { quantity: '1' }),
  withItem('a quantity of 0', { quantity: 0 }),
  withItem('half a piece', { quantity: 0.5 }),
  withItem('a negative price', { unitPriceCents: -1 }),
  order('a property that nobody asked for', { status: 'SHIPPED' }),
  post('a good order in an oversized body', JSON.stringify(good) + ' '.repeat(70 * 1024)),
  { name: 'an order that does not exist', method: 'GET', path: `/orders/${good.orderId}` },
  { name: 'an order whose id is longer than a key of DynamoDB', method: 'GET', path: `/orders/${'x'.repeat(5000)}` },
  { name: 'an order whose id has a space in it', method: 'GET', path: '/orders/o%201' },
  { name: 'an unknown route', method: 'GET', path: '/customers' },
  { name: 'an unknown method', method: 'DELETE', path: `/orders/${good.orderId}` },
];
