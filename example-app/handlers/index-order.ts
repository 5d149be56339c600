import { unmarshall } from '@aws-sdk/util-dynamodb';
import { tell } from './log';
import type { Order, OrderChanged } from './order';
import { create } from './table';

/** Enters an order into this region's search index, of which there is one in every region: stands in for it, and keeps a record in each. */
export async function handler({ detail }: OrderChanged): Promise<void> {
  const order = unmarshall(detail.dynamodb.NewImage) as Order;
  const here = process.env.AWS_REGION!;
  const before = await create(order.orderId, `indexed#${here}`, { region: here, placedIn: order.region, totalCents: order.totalCents });
  tell(before ? 'order indexed already' : 'order indexed', order, { placed_in: order.region });
}
