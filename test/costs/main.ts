/** Prints what the example-app costs a month: npm run costs -- --rps 10 --regions 3 --orders 0.1 */
import { Command } from 'commander';
import { assume } from './assumptions';
import { billOf } from './bill';
import { factsOf } from './facts';
import { tableOfBills } from './tables';

const number = (text: string) => {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`${text} is not a number from 0 on`);
  return value;
};

const { rps, regions, orders } = new Command('npm run costs --')
  .description('Prints the monthly list price of the example-app by what causes it, in US dollars, from its synthesized templates. See docs/COSTS.md')
  .option('--rps <number>', 'requests a second, in all regions together', number, 10)
  .option('--regions <number>', 'regions, 1 to 10', number, 2)
  .option('--orders <share>', 'of the requests that place an order, 0 to 1; the others read one', number, assume('shareOfOrders'))
  .parse().opts<{ rps: number; regions: number; orders: number }>();

console.log(tableOfBills([`a month, ${rps}/s, ${regions} regions`], [billOf(factsOf(regions), rps, orders)]));
