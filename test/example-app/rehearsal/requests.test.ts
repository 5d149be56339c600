import { parseOrder } from '../../../example-app/handlers/parse-order';
import { BAD_REQUESTS } from '../../../example-app/rehearsal/bad-requests';
import { SAMPLE_ORDERS } from '../../../example-app/rehearsal/sample-orders';

describe('the requests of the rehearsal', () => {
  test.each(SAMPLE_ORDERS)('sample order $name is acceptable', ({ name, items }) => {
    expect(parseOrder(JSON.stringify({ orderId: name, customerId: 'customer-1', items }), false)).toHaveProperty('order');
  });

  test.each(BAD_REQUESTS.filter(({ method }) => method === 'POST'))('bad request is bad: $name', ({ body }) => {
    expect(parseOrder(body ?? null, false)).not.toHaveProperty('order');
  });
});
