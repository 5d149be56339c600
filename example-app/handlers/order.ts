import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** What `POST /orders` takes, see order-schema.ts. */
export interface OrderRequest {
  readonly orderId: string;
  readonly customerId: string;
  readonly items: { readonly sku: string; readonly quantity: number; readonly unitPriceCents: number }[];
}

/** An order as it is stored. */
export interface Order extends OrderRequest {
  readonly totalCents: number;
  readonly status: 'PLACED' | 'SHIPPED' | 'CANCELLED';
  /** The region that writes it: the one that took the order and runs its workflow, until another has to take over. */
  readonly region: string;
  readonly placedAt: string;
  /** Of the request that placed it. */
  readonly correlationId?: string;
}

/** The event that starts the workflow. */
export interface OrderPlaced {
  readonly region: string;
  readonly detail: OrderRequest & Pick<Order, 'totalCents' | 'correlationId'>;
}

/** The event that tells of a change of an order's item, as `GlobalTable.publishChangesTo` makes it. */
export interface OrderChanged {
  readonly region: string;
  readonly detail: { readonly newImage: Record<string, AttributeValue> };
}

export function totalCents({ items }: OrderRequest): number {
  return items.reduce((sum, item) => sum + item.quantity * item.unitPriceCents, 0);
}

export function isSameRequest(a: OrderRequest, b: OrderRequest): boolean {
  const line = (item: OrderRequest['items'][number]) => [item.sku, item.quantity, item.unitPriceCents];
  const essence = (order: OrderRequest) => JSON.stringify([order.customerId, order.items.map(line)]);
  return essence(a) === essence(b);
}
