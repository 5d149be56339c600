import { refusal, tell } from './log';
import type { OrderPlaced } from './order';
import { once } from './table';

/** Stands in for a carrier: takes at most this many pieces. */
const MAX_PIECES = 500;

export async function ship({ detail }: OrderPlaced) {
  const pieces = detail.items.reduce((sum, item) => sum + item.quantity, 0);
  if (pieces > MAX_PIECES) {
    throw refusal('NoCarrier', `${pieces} pieces, at most ${MAX_PIECES} are taken`, detail);
  }
  const shipment = await once(detail.orderId, 'shipment', { trackingId: `T-${detail.orderId}`, region: process.env.AWS_REGION });
  tell('goods shipped', detail);
  return shipment;
}
