import { refusal, tell } from './log';
import type { OrderPlaced } from './order';
import { once, undo } from './table';

/** Stands in for a payment provider: declines above this, and remembers what it charged. */
const LIMIT_CENTS = 500_000;

export async function charge({ detail }: OrderPlaced) {
  // each line is one request to the provider, which would know a repeated one by the order's id
  tell('charge requested', detail);
  if (detail.totalCents > LIMIT_CENTS) {
    throw refusal('CardDeclined', `${detail.totalCents} is above the limit of ${LIMIT_CENTS}`, detail);
  }
  return once(detail.orderId, 'charge', { amountCents: detail.totalCents, region: process.env.AWS_REGION });
}

export async function refund({ detail }: OrderPlaced) {
  const done = await undo(detail.orderId, 'charge', 'refund', { amountCents: detail.totalCents, region: process.env.AWS_REGION });
  if (done) tell('charge refunded', detail);
  return done;
}
