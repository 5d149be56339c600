import { setTimeout as sleep } from 'timers/promises';
import { DeployedRegion } from './deployed-region';
import { bearableMs, Drill, failedDuring, Stage } from './drill';
import { OrderRequest } from './order-client';
import { expectSameItems, untilEventsArrived, untilQuiet } from './replicas';
import { Deadline } from '../../cli/rehearsal/lag/deadline';
import { TooSlow } from '../../cli/rehearsal/lag/too-slow';
import { expectEqual, Section } from '../../cli/rehearsal/telling/account';
import { Step } from '../../cli/rehearsal/telling/steps';

const LAG_SECONDS = 2;
const ORDERS_EACH = 3;
const PATIENCE_MS = 20_000;

/** The network between all regions is slow, and then gone: each goes on by itself, and afterwards they agree. */
export class PartitionDrill implements Drill {
  public steps(stage: Stage): Step[] {
    if (stage.regions.length < 2) return [];
    const section = stage.account.section('The regions are cut off from each other');
    return [{
      title: 'Slow down replication, cut the regions off from each other, and join them again',
      run: async progress => failedDuring(() => section.failed, async () => {
        const startedAt = performance.now();
        await slowDown(stage, section);
        await cutOff(stage, section, progress);
        stage.lag.tell(section, startedAt);
      }),
    }];
  }
}

function order(stage: Stage, name: string): OrderRequest {
  return { orderId: `${stage.runId}-${name}`, customerId: 'customer-1', items: [{ sku: 'tea', quantity: 1, unitPriceCents: 1250 }] };
}

async function slowDown(stage: Stage, section: Section): Promise<void> {
  const { regions: [origin, peer], replicationLag } = stage;
  await section.check(`with a lag of ${LAG_SECONDS} s, ${peer.name} knows an order of ${origin.name} no sooner than that`, async () => {
    await origin.setReplicationLag(LAG_SECONDS);
    try {
      const request = order(stage, 'lagging');
      expectEqual('status', (await origin.orders.place(request)).status, 201);
      const placedAt = performance.now();
      // At the very beginning it must not be there; an answer after half of the lag proves as much
      const { status } = await peer.orders.read(request.orderId);
      const answeredAfter = performance.now() - placedAt;
      if (status !== 404 && answeredAfter > LAG_SECONDS * 1000) throw new TooSlow(`${peer.name} answered ${(answeredAfter / 1000).toFixed(1)} s later`);
      expectEqual(`status in ${peer.name}`, status, 404);
      await until(async () => (await peer.orders.read(request.orderId)).status === 200, `${request.orderId} in ${peer.name}`, stage);
      return `after ${((performance.now() - placedAt) / 1000).toFixed(2)} s`;
    } finally {
      await origin.setReplicationLag(replicationLag);
    }
  });
}

async function cutOff(stage: Stage, section: Section, progress: (text: string) => void): Promise<void> {
  const { regions } = stage;
  const peersOf = (region: DeployedRegion) => regions.filter(other => other !== region).map(({ name }) => name);
  const own = regions.map(region => Array.from({ length: ORDERS_EACH }, (_, n) => order(stage, `${region.name}-cut-off-${n}`)));
  const contested = order(stage, 'contested');
  const cutOffAt = performance.now();
  progress('neither rows nor events pass');
  await Promise.all(regions.map(async region => region.partition(peersOf(region))));
  try {
    await section.check('every region takes orders and ships them, by itself', async () => {
      await Promise.all(regions.map(async (region, i) => {
        for (const request of own[i]) {
          expectEqual(`status in ${region.name}`, (await region.orders.place(request)).status, 201);
        }
      }));
      await Promise.all(regions.flatMap((region, i) => own[i].map(async request => untilShipped(region, request, stage))));
      return `${ORDERS_EACH} orders in each`;
    });
    await section.check('no region knows the orders of another', async () => {
      const others = (i: number) => own.filter((_, j) => j !== i).flat();
      const answers = await Promise.all(regions.flatMap((region, i) => others(i).map(async ({ orderId }) => region.orders.read(orderId))));
      expectEqual('statuses', answers.map(({ status }) => status), answers.map(() => 404));
    });
    await section.check('an order that a customer sends to all of them is taken by each, since none can ask another', async () => {
      const answers = await Promise.all(regions.map(async region => region.orders.place(contested)));
      expectEqual('statuses', answers.map(({ status }) => status), answers.map(() => 201));
      await Promise.all(regions.map(async region => untilShipped(region, contested, stage)));
    });
  } finally {
    progress('the regions are joined again');
    await Promise.all(regions.map(async region => region.partition([])));
  }
  const ids = [...own.flat(), contested].map(({ orderId }) => orderId);
  await section.check('after they are joined, every event arrives in every region', async () => untilEventsArrived(stage, ids));
  await untilQuiet(stage);
  await section.check('the replicas of the orders table are equal', async () => {
    const items = await Promise.all(regions.map(async region => region.items()));
    items.forEach(replica => expectSameItems(replica, items[0]));
    return `${items[0].length} records in each`;
  });
  await section.check('every order that one region took ran once, there', async () => stage.lag.inTime(bearableMs(stage), cutOffAt, async () => {
    const executions = await Promise.all(regions.map(async region => (await region.executions()).map(({ name }) => name)));
    for (const [i, region] of regions.entries()) {
      for (const { orderId } of own[i]) {
        expectEqual(`where ${orderId} ran`, regions.filter((_, j) => executions[j].includes(orderId)).map(({ name }) => name), [region.name]);
      }
    }
  }));
  await section.check('the write that lost to the other region\'s is seen, and kept', async () => {
    const [item] = (await regions[0].items()).filter(({ pk, sk }) => pk === contested.orderId && sk === 'order');
    const losers = regions.filter(({ name }) => name !== item.region);
    const kept = await Promise.all(losers.map(async ({ operator }) => operator.lostWrites()));
    const seen = kept.map(messages => messages.filter(({ Body }) => Body!.includes(contested.orderId)).length);
    if (seen.some(count => count === 0)) throw new Error(`the losing images in ${losers.map(({ name }) => name).join(', ')}: ${seen.join(', ')}`);
    const winners = await regions.find(({ name }) => name === item.region)!.operator.lostWrites();
    return `${item.region} was the last writer of the order; ${losers.map(({ name }, i) => `${name} kept ${seen[i]} images that lost`).join(', ')}; in all ${winners.length + kept.flat().length}`;
  });
}

async function untilShipped(region: DeployedRegion, { orderId }: OrderRequest, stage: Stage): Promise<void> {
  await until(async () => ((await region.orders.read(orderId)).body as { status?: string }).status === 'SHIPPED', `${orderId} being SHIPPED in ${region.name}`, stage);
}

async function until(condition: () => Promise<boolean>, what: string, { lag, signal }: Stage): Promise<void> {
  const deadline = new Deadline(PATIENCE_MS, lag);
  while (!await condition()) {
    if (deadline.isOver) throw deadline.failure(`${what} did not happen`);
    await sleep(250, undefined, { signal });
  }
}
