import { unmarshall } from '@aws-sdk/util-dynamodb';
import { tell } from './log';
import type { OrderChanged, Outcome } from './order';
import { create, find } from './table';

/**
 * Tells the customer what became of an order, once: stands in for a mail service, and keeps a record of what it sent. A customer whom an operator has given a contact that
 * cannot be used makes it fail until that is fixed.
 */
export async function handler({ detail }: OrderChanged): Promise<void> {
  const outcome = unmarshall(detail.dynamodb.NewImage) as Outcome;
  const { orderId, customerId, status } = outcome;
  const contact = await find<{ email: unknown }>(`customer#${customerId}`, 'contact');
  if (contact && !/^[^@\s]+@[^@\s]+$/.test(String(contact.email))) {
    throw Object.assign(new Error('the contact has no e-mail address that can be used'), { name: 'UnusableContact' });
  }
  const before = await create(orderId, 'notification', { told: status, by: contact ? 'e-mail' : 'post', region: process.env.AWS_REGION });
  tell(before ? 'customer knows already' : 'customer told', outcome, { status });
}
