import { setTimeout as sleep } from 'timers/promises';
import { Route53 } from './dns/route53';
import { Deadline } from './lag/deadline';
import { RunningSystem } from './running-system';
import { expectEqual, Section } from './telling/transcript';
import { differences } from './workload/checkers/items';

const POLL_MS = 100;
const PATIENCE_MS = 60_000;

/**
 * Checks what must hold before anything is taken away: every region answers by its own function, Route 53 leads customers to it, and all have the
 * same data.
 */
export async function checkReady({ regions, route53, api, system, lag, signal }: RunningSystem, section: Section): Promise<void> {
  const until = async (condition: () => Promise<string | undefined>) => {
    const deadline = new Deadline(PATIENCE_MS, lag);
    for (let lacks = await condition(); lacks !== undefined; lacks = await condition()) {
      if (deadline.isOver) throw deadline.failure(lacks);
      await sleep(POLL_MS, undefined, { signal });
    }
  };
  for (const region of api ? regions : []) {
    await section.check(`${region.name} answers ${api!.healthPath} with 200, by its own function`, async () => {
      await until(async () => {
        const { status, text } = await region.request('GET', api!.healthPath);
        // the region's own function alone knows its name
        return status === 200 && regionIn(text) === region.name ? undefined : `${status} ${text.slice(0, 200)}`;
      });
    });
  }
  if (route53) {
    await section.check(`${route53.sharedName} leads customers near every region to that region`, async () => {
      await until(async () => ledElsewhere(route53, regions.map(({ name }) => name)));
    });
  }
  for (const table of system.tables) {
    await section.check(`the replicas of ${table.name} are equal`, async () => {
      const [first, ...others] = await Promise.all(regions.map(async region => region.items(table.name)));
      others.forEach((items, i) => expectEqual('differences', differences(table, first, items, [`in ${regions[0].name}`, `in ${regions[i + 1].name}`]), []));
      return `${first.length} items in each of ${regions.length}`;
    });
  }
}

function regionIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { region?: unknown }).region;
  } catch {
    return undefined;
  }
}

function ledElsewhere(route53: Route53, regions: string[]): string | undefined {
  const astray = regions.find(region => route53.ask(route53.sharedName, route53.askerNear(region))?.region !== region);
  return astray === undefined ? undefined : `customers near ${astray} are led elsewhere`;
}
