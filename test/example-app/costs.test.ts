/** What observability of the example-app costs, as docs/OBSERVABILITY.md says. To write it there: UPDATE_DOCS=1 npx jest test/example-app/costs */
import { AlarmProfile } from '../../src';
import { expectDocumented } from '../support/docs';
import { add, costOf, Counts, countIn, items, PRICES, PRICES_OF_PROBES } from '../support/observability-costs';
import { orderSystem } from '../support/order-system';
import { templates, testApp } from '../support/synth';

const PROFILES = [AlarmProfile.COMPLETE, AlarmProfile.ESSENTIAL];

const known = new Map<string, Counts[]>();

/** What exists once, then each region: its stack and its mesh stack together. */
function counted(regions: number, alarmProfile: AlarmProfile): Counts[] {
  const key = `${regions} ${alarmProfile}`;
  if (!known.has(key)) {
    const system = orderSystem(testApp(), regions, { alarmProfile });
    const { global, ...others } = templates(system);
    known.set(key, [countIn(global), ...system.regions.map(region => add([region, `${region}-mesh`].map(stack => countIn(others[stack] ?? {}))))]);
  }
  return known.get(key)!;
}

const usd = (amount: number) => amount.toFixed(2);
/** A number of things, which need not be whole. */
const number = (count: number) => String(Math.round(count * 100) / 100);
const row = (...cells: (string | number)[]) => `| ${cells.join(' | ')} |`;

// by npm run test:long
const proof = process.env.LONG || process.env.UPDATE_DOCS ? describe : describe.skip;

proof('observability of the example-app', () => {
  test('costs what docs/OBSERVABILITY.md says, item by item', () => {
    const all = PROFILES.map(profile => counted(2, profile));
    const rows = items().map(item => row(item, usd(PRICES[item]), ...all.flatMap(([global, region, ...more]) => [
      number(global[item]), number(region[item]), usd(PRICES[item] * add([global, region, ...more])[item]),
    ])));
    const total = row('**in all**', '', ...all.flatMap(stacks => [usd(costOf(stacks[0])), usd(costOf(stacks[1])), `**${usd(costOf(add(stacks)))}**`]));
    expectDocumented('docs/OBSERVABILITY.md', 'costs', [
      row('', 'USD a month each', ...PROFILES.flatMap(profile => [`${profile}: once`, 'in each region', 'USD a month, two regions'])),
      row(...Array.from({ length: 8 }, (_, i) => (i === 0 ? '---' : '---:'))),
      ...rows,
      total,
    ].join('\n'));
  });

  test('costs what docs/OBSERVABILITY.md says, by number of regions', () => {
    const rows = [1, 2, 3, 4].map(regions => row(regions, ...PROFILES.map(profile => usd(costOf(add(counted(regions, profile)))))));
    expectDocumented('docs/OBSERVABILITY.md', 'costs by regions', [row('regions', ...PROFILES.map(profile => `${profile}, USD a month`)), row('---:', '---:', '---:'), ...rows].join('\n'));
  });

  test('and its health checks cost what docs/OBSERVABILITY.md says, by number of regions', () => {
    const [global, first, second] = counted(2, AlarmProfile.ESSENTIAL);
    const [own, both] = [counted(1, AlarmProfile.ESSENTIAL)[1], add([global, first, second])];
    const rows = [1, 2, 5, 10, 20].map(regions => {
      const pairs = regions * (regions - 1);
      const countOf = (item: keyof Counts) => regions * own[item] + pairs * (both[item] - 2 * own[item]) / 2;
      const cost = (...of: (keyof Counts)[]) => of.reduce((sum, item) => sum + PRICES[item] * countOf(item), 0);
      const checks = cost('health check by HTTPS, every 10 s', 'health check by HTTPS, every 30 s', 'calculated health check');
      const probes = cost('million probes');
      return row(regions, regions * (regions + 1), usd(checks), usd(probes), usd(checks + probes));
    });
    expectDocumented('docs/OBSERVABILITY.md', 'costs of health checks', [
      row('regions', 'health checks', 'USD a month', 'what they ask, USD a month', 'in all'), row('---:', '---:', '---:', '---:', '---:'), ...rows,
    ].join('\n'));
    const parts = Object.entries(PRICES_OF_PROBES).map(([part, price]) => `${part} ${usd(price)}`).join('; ');
    expectDocumented('docs/OBSERVABILITY.md', 'price of probes', `A million probes cost ${usd(PRICES['million probes'])} USD at most: ${parts}.`);
  });

  test.each(PROFILES)('costs the same in every region, with %s alarms', profile => {
    const [, first, ...others] = counted(3, profile);
    others.forEach(region => expect(region).toEqual(first));
  });
});
