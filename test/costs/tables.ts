import { ASSUMPTIONS } from './assumptions';
import { Bill, billOf, byDriver, totalOf } from './bill';
import { Facts, factsOf } from './facts';
import { Lever, LEVERS } from './levers';
import { Item, priceOf, PRICES } from './prices';
import { ofOrders, ofReads } from './usage';

const row = (...cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
const line = (numbers: number, texts = 1) => row(...Array.from({ length: texts }, () => '---'), ...Array.from({ length: numbers }, () => '---:'));

/** US dollars, without cents above a hundred. */
export function money(amount: number): string {
  return amount >= 100 ? Math.round(amount).toLocaleString('en-US') : amount.toFixed(2);
}

/** Bills side by side: what costs most in the last one is first. */
export function tableOfBills(headings: readonly string[], bills: readonly Bill[]): string {
  const drivers = [...new Set(bills.flatMap(bill => [...bill.keys()]))].filter(driver => bills.some(bill => (bill.get(driver) ?? 0) > 0));
  const last = bills[bills.length - 1];
  drivers.sort((one, other) => (last.get(other) ?? 0) - (last.get(one) ?? 0));
  return [
    row('USD', ...headings),
    line(bills.length),
    ...drivers.map(driver => row(driver, ...bills.map(bill => money(bill.get(driver) ?? 0)))),
    row('**in all**', ...bills.map(bill => `**${money(totalOf(bill))}**`)),
  ].join('\n');
}

/** By the month, at each number of requests a second. */
export function tableByRegions(all: readonly Facts[], rates: readonly number[]): string {
  const columns = rates.flatMap(rate => all.map(facts => ({ rate, facts })));
  return tableOfBills(columns.map(({ rate, facts }) => `${rate.toLocaleString('en-US')}/s, ${facts.regions} regions`), columns.map(({ rate, facts }) => billOf(facts, rate)));
}

/** For a million orders, and for a million orders that are read. */
export function tableByUse(all: readonly Facts[]): string {
  return tableOfBills(
    [...all.map(({ regions }) => `a million orders, ${regions} regions`), 'a million reads'],
    [...all.map(facts => byDriver(ofOrders(1e6, facts))), byDriver(ofReads(1e6, all[0]))],
  );
}

/** What each lever saves a month, and all of them together. */
export function tableOfLevers(facts: Facts, rates: readonly number[]): string {
  const before = rates.map(rate => totalOf(billOf(facts, rate)));
  const savings = (changed: Facts) => rates.map((rate, i) => before[i] - totalOf(billOf(changed, rate)));
  const essential = factsOf(facts.regions, LEVERS.find(({ change }) => !change)!.props);
  const changed = ({ change }: Lever) => (change ? change(facts) : essential);
  const all = LEVERS.reduce((sum, { change }) => (change ? change(sum) : sum), essential);
  return [
    row('construct', 'prop', 'what it costs you', ...rates.map(rate => `saves at ${rate.toLocaleString('en-US')}/s, USD`)),
    line(rates.length, 3),
    ...LEVERS.map(lever => row(lever.construct, lever.code, lever.price, ...savings(changed(lever)).map(money))),
    row('**all of them**', '', '', ...savings(all).map((saved, i) => `**${money(saved)} of ${money(before[i])}**`)),
  ].join('\n');
}

export function tableOfPrices(): string {
  return [
    row('item', 'USD', 'for', 'evidence', 'dated', 'source'),
    row('---', '---:', '---', '---', '---', '---'),
    ...(Object.keys(PRICES) as Item[]).map(item => {
      const { usd, unit, evidence, dated, source } = priceOf(item);
      return row(item, usd >= 0.01 ? String(usd) : usd.toFixed(10).replace(/0+$/, ''), unit, evidence === 'unverified' ? '*unverified*' : evidence, dated, `[${new URL(source).hostname}](${source})`);
    }),
  ].join('\n');
}

export function tableOfAssumptions(): string {
  return [row('assumed', '', 'is'), row('---:', '---', '---'), ...Object.values(ASSUMPTIONS).map(({ value, unit, meaning }) => row(value, unit, meaning))].join('\n');
}
