import { checker, defineWorkload, notDoubled } from '../../../../cli/rehearsal/workload';

/** The region that took each order: another one may not have it yet. */
const takenBy = new Map<string, string>();

export default defineWorkload({
  generator: ({ customer, number, acknowledged, random }) => {
    const known = acknowledged[Math.floor(random() * acknowledged.length)];
    if (number % 2 === 1 && known !== undefined) return { kind: 'read order', action: 'read', key: known };
    return { kind: 'place order', action: 'write', key: `${customer}-${number}`, value: { items: [{ sku: 'tea', quantity: 1 }] } };
  },

  client: async ({ kind, key, value }, { request, region }) => {
    if (kind === 'place order') {
      const { status } = await request('POST', '/orders', { body: { orderId: key, ...value as object } });
      if (status !== 200 && status !== 201) return { type: 'unknown', told: String(status) };
      takenBy.set(key, region);
      return { type: 'ok' };
    }
    const { status, body } = await request('GET', `/orders/${key}`);
    const mayBeLate = kind === 'read order' && status === 404 && region !== takenBy.get(key);
    return { type: status === 200 || mayBeLate ? 'ok' : 'fail', value: body, told: String(status) };
  },

  // asked of every region when all faults are over
  readBack: ({ key }) => ({ kind: 'find order', action: 'read', key }),

  checkers: [
    notDoubled({ table: 'Orders-Payments', effectOf: ({ type, orderId }) => (type === 'charge' ? `charge of ${String(orderId)}` : undefined) }),
    checker('every order is shipped', ({ tables, regions: [primary] }) => {
      const open = tables['Orders-Orders'][primary].filter(({ status }) => status !== 'SHIPPED');
      return { valid: open.length === 0, summary: `${open.length} are not`, details: open.map(({ orderId }) => String(orderId)) };
    }),
  ],
});
