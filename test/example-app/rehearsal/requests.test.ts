import { parseOrder } from '../../../example-app/handlers/parse-order';
import { badRequests } from '../../../example-app/rehearsal/bad-requests';
import { SAMPLE_ORDERS } from '../../../example-app/rehearsal/sample-orders';

const customer = (orderId: string) => ({ orderId, customerId: 'customer-1' });

describe('the requests of the rehearsal', () => {
  test.each(SAMPLE_ORDERS)('sample order $name is acceptable', ({ name, items }) => {
    expect(parseOrder(JSON.stringify({ ...customer(name), items }), false)).toHaveProperty('order');
  });

  test.each(badRequests('bad', { ...customer('good'), items: SAMPLE_ORDERS[0].items }).filter(({ method }) => method === 'POST'))(
    'bad request is bad: $name', ({ name, body }) => {
      // An id that is taken is nothing that can be seen from the request
      expect('order' in parseOrder(body ?? null, false)).toBe(name === 'another order under an id that is taken');
    });
});
