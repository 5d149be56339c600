import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** The body of `POST /orders`, see order-schema.ts. */
export interface OrderRequest {
  readonly orderId: string;
  readonly customerId: string;
  readonly items: { readonly sku: string; readonly quantity: number; readonly unitPriceCents: number }[];
}

/** An order as it is stored. */
export interface Order extends OrderRequest {
  readonly totalCents: number;
  /** The region that took it. */
  readonly region: string;
  readonly placedAt: string;
  /** Of the request that placed it. */
  readonly correlationId: string;
}

/**
 * The outcome of an order's workflow. It is an item of its own, so that a region that was frozen while it took the order does not overwrite it when it goes on:
 * the last writer wins, whatever it knew.
 */
export interface Outcome extends Pick<Order, 'orderId' | 'customerId' | 'correlationId'> {
  readonly status: 'SHIPPED' | 'CANCELLED';
  /** The region whose workflow ended so. */
  readonly region: string;
}

/** The status of an order. */
export type OrderStatus = 'PLACED' | Outcome['status'];

/** The event that starts the workflow. If the order's insertion starts it, its detail is the whole `Order`. */
export interface OrderPlaced {
  readonly region: string;
  readonly detail: OrderRequest & Pick<Order, 'totalCents' | 'correlationId'>;
}

/** The event about a new order or its outcome, as `GlobalTable.publishChangesTo` makes it of the new item. */
export interface OrderChanged {
  readonly region: string;
  readonly detail: { readonly dynamodb: { readonly NewImage: Record<string, AttributeValue> } };
}

export function totalCents({ items }: OrderRequest): number {
  return items.reduce((sum, item) => sum + item.quantity * item.unitPriceCents, 0);
}

export function isSameRequest(a: OrderRequest, b: OrderRequest): boolean {
  const line = (item: OrderRequest['items'][number]) => [item.sku, item.quantity, item.unitPriceCents];
  const essence = (order: OrderRequest) => JSON.stringify([order.customerId, order.items.map(line)]);
  return essence(a) === essence(b);
}
