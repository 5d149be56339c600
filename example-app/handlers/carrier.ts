import type { OrderPlaced } from './order';
import { once } from './table';

/** Stands in for a carrier: takes at most this many pieces. */
const MAX_PIECES = 500;

export async function ship({ detail }: OrderPlaced) {
  const pieces = detail.items.reduce((sum, item) => sum + item.quantity, 0);
  if (pieces > MAX_PIECES) {
    throw Object.assign(new Error(`${pieces} pieces, at most ${MAX_PIECES} are taken`), { name: 'NoCarrier' });
  }
  return once(detail.orderId, 'shipment', { trackingId: `T-${detail.orderId}`, region: process.env.AWS_REGION });
}
