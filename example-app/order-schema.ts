/**
 * The body of `POST /orders`, as JSON Schema (draft 4, which API Gateway uses). The client chooses the order's id, so that sending an
 * order again changes nothing.
 */
export const orderSchema = {
  type: 'object',
  required: ['orderId', 'customerId', 'items'],
  additionalProperties: false,
  properties: {
    orderId: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
    customerId: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
    items: {
      type: 'array',
      minItems: 1,
      maxItems: 50,
      items: {
        type: 'object',
        required: ['sku', 'quantity', 'unitPriceCents'],
        additionalProperties: false,
        properties: {
          sku: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
          quantity: { type: 'integer', minimum: 1, maximum: 1000 },
          unitPriceCents: { type: 'integer', minimum: 0, maximum: 10000000 },
        },
      },
    },
  },
};
