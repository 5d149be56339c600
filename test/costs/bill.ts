import { assume } from './assumptions';
import { Facts } from './facts';
import { usd } from './prices';
import { Line, ofOrders, ofReads, standing } from './usage';

const SECONDS_IN_A_MONTH = 30 * 24 * 60 * 60;

/** US dollars by driver. */
export type Bill = ReadonlyMap<string, number>;

/** The monthly bill at so many requests a second, in all regions together. */
export function billOf(facts: Facts, requestsPerSecond: number, shareOfOrders = assume('shareOfOrders')): Bill {
  const requests = requestsPerSecond * SECONDS_IN_A_MONTH;
  return byDriver([...standing(facts), ...ofOrders(requests * shareOfOrders, facts), ...ofReads(requests * (1 - shareOfOrders), facts)]);
}

export function byDriver(lines: readonly Line[]): Bill {
  const bill = new Map<string, number>();
  for (const { driver, item, quantity } of lines) bill.set(driver, (bill.get(driver) ?? 0) + usd(item, quantity));
  return bill;
}

export function totalOf(bill: Bill): number {
  return [...bill.values()].reduce((sum, amount) => sum + amount, 0);
}
