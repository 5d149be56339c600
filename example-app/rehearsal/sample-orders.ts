import { OrderRequest } from '../handlers/order';

/** An order, and what is to become of it. */
export interface SampleOrder {
  readonly name: string;
  /** The description of the order, as a customer would say it. */
  readonly story: string;
  readonly items: OrderRequest['items'];
  readonly endsAs: 'SHIPPED' | 'CANCELLED';
  /** The kinds of records that it leaves in the table, sorted, besides an index entry for each region. */
  readonly leaves: string[];
}

const line = (sku: string, quantity: number, unitPriceCents: number) => ({ sku, quantity, unitPriceCents });

/** Each limit of the example's payment provider, warehouse and carrier is met once: see `handlers/`. */
export const SAMPLE_ORDERS: SampleOrder[] = [
  {
    name: 'ordinary',
    story: 'two packs of tea and a pot',
    items: [line('tea', 2, 1250), line('pot', 1, 4900)],
    endsAs: 'SHIPPED',
    leaves: ['charge', 'notification', 'order', 'outcome', 'reservation', 'shipment'],
  },
  {
    name: 'declined',
    story: 'above the card\'s limit, so nothing is charged',
    items: [line('samovar', 1, 500_001)],
    endsAs: 'CANCELLED',
    leaves: ['notification', 'order', 'outcome'],
  },
  {
    name: 'out-of-stock',
    story: 'more than the warehouse has, so the charge is refunded',
    items: [line('tea', 101, 100)],
    endsAs: 'CANCELLED',
    leaves: ['charge', 'notification', 'order', 'outcome', 'refund'],
  },
  {
    name: 'too-bulky',
    story: 'more than the carrier takes, so goods are released and the charge is refunded',
    items: ['green', 'black', 'white', 'red', 'yellow', 'blue'].map(tea => line(`tea-${tea}`, 100, 50)),
    endsAs: 'CANCELLED',
    leaves: ['charge', 'notification', 'order', 'outcome', 'refund', 'release', 'reservation'],
  },
];
