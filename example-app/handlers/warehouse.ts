import type { OrderPlaced } from './order';
import { once, undo } from './table';

/** Stands in for a warehouse: has this many of everything, for each order. */
const IN_STOCK = 100;

export async function reserve({ detail }: OrderPlaced) {
  const missing = detail.items.find(item => item.quantity > IN_STOCK);
  if (missing) {
    throw Object.assign(new Error(`${missing.sku}: ${missing.quantity} wanted, ${IN_STOCK} there`), { name: 'OutOfStock' });
  }
  return once(detail.orderId, 'reservation', { items: detail.items, region: process.env.AWS_REGION });
}

export async function release({ detail }: OrderPlaced) {
  return undo(detail.orderId, 'reservation', 'release', { items: detail.items, region: process.env.AWS_REGION });
}
