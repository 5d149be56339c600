import { refusal, tell } from './log';
import type { OrderPlaced } from './order';
import { once, undo } from './table';

/** Stands in for a warehouse: has this many of everything, for each order. */
const IN_STOCK = 100;

export async function reserve({ detail }: OrderPlaced) {
  const missing = detail.items.find(item => item.quantity > IN_STOCK);
  if (missing) {
    throw refusal('OutOfStock', `${missing.sku}: ${missing.quantity} wanted, ${IN_STOCK} there`, detail);
  }
  const reservation = await once(detail.orderId, 'reservation', { items: detail.items, region: process.env.AWS_REGION });
  tell('goods reserved', detail);
  return reservation;
}

export async function release({ detail }: OrderPlaced) {
  const done = await undo(detail.orderId, 'reservation', 'release', { items: detail.items, region: process.env.AWS_REGION });
  if (done) tell('goods released', detail);
  return done;
}
