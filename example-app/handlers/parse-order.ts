import Ajv from 'ajv';
import type { OrderRequest } from './order';
import { orderSchema } from '../order-schema';

/** Far more than an order of 50 items needs, far less than an item of DynamoDB may hold. */
const MAX_BODY_BYTES = 64 * 1024;

const isOrder = new Ajv({ allErrors: true, strict: false }).compile<OrderRequest>(orderSchema);

export type Parsed = { readonly order: OrderRequest } | { readonly status: 400 | 413; readonly reason: string };

/**
 * Parses the body of an order. API Gateway has checked the body already, but only if its content type says JSON; so this is the check that counts.
 */
export function parseOrder(body: string | null, isBase64Encoded: boolean): Parsed {
  const text = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  if (text.length > MAX_BODY_BYTES) {
    return { status: 413, reason: `the body has ${text.length} bytes; at most ${MAX_BODY_BYTES} are taken` };
  }
  let value: unknown;
  try {
    value = JSON.parse(text.toString('utf8'));
  } catch {
    return { status: 400, reason: 'the body is not JSON' };
  }
  if (isOrder(value)) {
    return { order: value };
  }
  return { status: 400, reason: isOrder.errors!.map(error => `${error.instancePath || 'the order'} ${error.message}`).join('; ') };
}
