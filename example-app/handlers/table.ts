import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { bounded, clientSettings } from './clients';
import type { OrderStatus, Outcome } from './order';

const TableName = process.env.TABLE_NAME!;
const table = bounded(DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings)));

/**
 * An order and what was done for it: one item each, under the order's id. Each item is written by one region only, the one that took the
 * order (or whose index it is in), because a global table keeps the last of two concurrent writes and drops the other.
 */
export type Kind = 'order' | 'outcome' | 'charge' | 'refund' | 'reservation' | 'release' | 'shipment' | 'notification' | 'contact' | `indexed#${string}`;

/** Writes an item unless it is there. Returns the one that was there before, if any. */
export async function create<T extends object>(orderId: string, kind: Kind, item: T): Promise<T | undefined> {
  try {
    await table.send(new PutCommand({ TableName, Item: { ...item, pk: orderId, sk: kind }, ConditionExpression: 'attribute_not_exists(pk)' }));
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return find<T>(orderId, kind);
  }
}

export async function find<T extends object>(orderId: string, kind: Kind): Promise<T | undefined> {
  const { Item } = await table.send(new GetCommand({ TableName, Key: { pk: orderId, sk: kind }, ConsistentRead: true }));
  return Item as T | undefined;
}

/** Returns the status of an order, as this region's replica knows it. */
export async function statusOf(orderId: string): Promise<OrderStatus> {
  return (await find<Outcome>(orderId, 'outcome'))?.status ?? 'PLACED';
}

/** Does something once per order, however often Step Functions retries it: the first record of it stands. */
export async function once<T extends object>(orderId: string, kind: Kind, item: T): Promise<T> {
  return await create(orderId, kind, item) ?? item;
}

/** Does something once per order to undo another thing, if that was done. */
export async function undo<T extends object>(orderId: string, done: Kind, kind: Kind, item: T): Promise<T | undefined> {
  return await find(orderId, done) && once(orderId, kind, item);
}
