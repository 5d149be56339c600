import { setTimeout as sleep } from 'timers/promises';
import { Customer } from './customer';
import { DeployedRegion } from './deployed-region';
import { Drill, failedDuring, Stage } from './drill';
import { Failover } from './failover';
import { checkHealth } from './health';
import { Deadline } from '../../cli/rehearsal/lag/deadline';
import { expectEqual, Section } from '../../cli/rehearsal/telling/account';
import { Step } from '../../cli/rehearsal/telling/steps';

const FULFILMENT_MS = 10_000;

/** The last region is taken out of service by one write to a table in another region, and taken in again by deleting that. */
export class EvacuateDrill implements Drill {
  public steps(stage: Stage): Step[] {
    const region = stage.regions.at(-1)!;
    const [peer] = stage.regions;
    if (peer === region) return [];
    const section = stage.account.section(`A region is evacuated: ${region.name}`);
    const failover = new Failover(stage, section, {
      name: 'evacuate',
      region,
      leaving: `${peer.name} is told that ${region.name} is evacuated: one item is written`,
      returning: `${peer.name} is told that it is not: the item is deleted`,
      isGraceful: true,
      before: async () => checkAnswer(section, peer, `/evacuation/${region.name}`, 404),
      leave: async () => peer.evacuate(region.name),
      comeBack: async () => peer.readmit(region.name),
      whileAway: async customers => {
        await checkAnswer(section, peer, `/evacuation/${region.name}`, 200);
        await checkHealth(section, region);
        await section.check(`what ${region.name} had taken, it fulfils while it is evacuated`, async () => fulfilled(stage, region, customers));
      },
    });
    return [{
      title: `Evacuate ${region.name} by a write in ${peer.name}, and readmit it`,
      run: async progress => failedDuring(() => section.failed, async () => {
        await failover.run(progress);
        await checkAnswer(section, peer, `/evacuation/${region.name}`, 404);
      }),
    }];
  }
}

async function checkAnswer(section: Section, asked: DeployedRegion, path: string, status: number): Promise<void> {
  await section.check(`${asked.name} answers ${path} with ${status}`, async () => expectEqual('status', (await asked.orders.send('GET', path)).status, status));
}

/** Asks the region itself for all orders that it took. */
async function fulfilled(stage: Stage, region: DeployedRegion, customers: Customer[]): Promise<string> {
  const ids = customers.flatMap(({ orders }) => orders).filter(({ takenBy }) => takenBy === region.name).map(({ request }) => request.orderId);
  const deadline = new Deadline(FULFILMENT_MS, stage.lag);
  for (;;) {
    const shipped = new Set((await region.items()).filter(({ sk, status }) => sk === 'outcome' && status === 'SHIPPED').map(({ pk }) => pk));
    const left = ids.filter(id => !shipped.has(id));
    if (left.length === 0) return `${ids.length} orders are SHIPPED`;
    if (deadline.isOver) throw deadline.failure(`${left.join(', ')} not SHIPPED`);
    await sleep(250, undefined, { signal: stage.signal });
  }
}
