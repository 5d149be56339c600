import { tell } from './log';
import type { OrderPlaced } from './order';
import { create } from './table';

/** Enters an order into this region's search index, of which there is one in every region: stands in for it, and keeps a record in each. */
export async function handler({ region, detail }: OrderPlaced): Promise<void> {
  const here = process.env.AWS_REGION!;
  const before = await create(detail.orderId, `indexed#${here}`, { region: here, placedIn: region, totalCents: detail.totalCents });
  tell(before ? 'order indexed already' : 'order indexed', detail, { placed_in: region });
}
