import { setTimeout as sleep } from 'timers/promises';
import { DeployedRegion } from './deployed-region';
import { bearableMs, Drill, failedDuring, Stage } from './drill';
import { OrderRequest } from './order-client';
import { expectSameItems, untilEventsArrived, untilQuiet } from './replicas';
import { Deadline } from '../../cli/rehearsal/lag/deadline';
import { expectEqual, Section } from '../../cli/rehearsal/telling/account';
import { Step } from '../../cli/rehearsal/telling/steps';

const ORDERS = 200;
/** How many orders are on their way to a region at once. */
const CUSTOMERS = 3;
/** How many of the lost region's come all at once, last of all: more workflows than it is done with when its peers have their events. */
const BURST = 60;
/** Minutes after which a peer takes over: see order-system.ts. */
const TAKEOVER_MINUTES = 3;
const PATIENCE_MS = 200_000;
const SENDING_MS = 30_000;

/** A region dies in the middle of its workflows: a peer brings them to their end, and the region finds that out when it returns. */
export class TakeoverDrill implements Drill {
  public steps(stage: Stage): Step[] {
    const [lost, ...peers] = stage.regions;
    if (peers.length === 0) return [];
    const section = stage.account.section(`${lost.name} dies in the middle of its workflows`);
    return [{
      title: `Place ${ORDERS} orders, freeze ${lost.name} among its workflows until they are taken over`,
      run: async progress => failedDuring(() => section.failed, async () => takeOver(stage, lost, peers, section, progress)),
    }];
  }
}

interface Placed {
  readonly orderId: string;
  readonly origin: DeployedRegion;
}

async function takeOver(
  stage: Stage, lost: DeployedRegion, peers: DeployedRegion[], section: Section, progress: (text: string) => void,
): Promise<void> {
  const { regions, timeScale, lag, signal } = stage;
  const takeoverSeconds = TAKEOVER_MINUTES * 60 / timeScale;
  section.note(`Takeover after ${TAKEOVER_MINUTES} minutes is scaled 1:${timeScale}: ${takeoverSeconds} s.`);
  const startedAt = performance.now();
  const placed: Placed[] = [];
  const [peer] = peers;
  let frozenAt = 0;
  try {
    await section.check(`${ORDERS} orders are taken, half of them in ${lost.name}, which is frozen right after the last`, async () => {
      progress('orders are placed');
      const each = ORDERS / regions.length;
      placed.push(...(await Promise.all(regions.map(async region => place(stage, region, region === lost ? each - BURST : each, CUSTOMERS)))).flat());
      placed.push(...await place(stage, lost, BURST, BURST));
      // an event that no other region has seen would have to wait for this one
      const { sent, queued } = await lost.sending();
      await until(async () => (await lost.sending()).sent >= sent + queued, `what ${lost.name} had sent to its peers`, stage);
      lost.freeze();
      frozenAt = performance.now();
    });
    progress(`${lost.name} is frozen; takeover after ${takeoverSeconds} s`);
    await section.check(`every order of ${lost.name} that ${peer.name} has stored is SHIPPED while it is frozen`, async () => {
      // what was sent before has arrived by now
      await sleep(takeoverSeconds * 1000, undefined, { signal });
      const stored = new Set((await peer.items()).filter(({ sk }) => sk === 'order').map(({ pk }) => pk));
      const owed = placed.filter(({ orderId }) => stored.has(orderId));
      const unfinished = (await statuses(peer, owed)).filter(status => status !== 'SHIPPED').length;
      if (unfinished === 0) throw new Error(`${lost.name} was done with all of them: it did not die in the middle`);
      await untilShipped(peer, owed, stage);
      return `${((performance.now() - frozenAt) / 1000).toFixed(1)} s after it froze; ${unfinished} were not yet at ${takeoverSeconds} s; `
        + `${placed.length - owed.length} had not reached its replica, and wait for ${lost.name}`;
    });
  } finally {
    progress(`${lost.name} goes on where it was`);
    lost.thaw();
  }
  await section.check('every order is SHIPPED, as all regions tell, once it is back', async () => {
    // what never reached a peer and was not started is old news by now: the region is the last in line for it
    await Promise.all(regions.map(async region => untilShipped(region, placed, stage)));
  });
  await section.check('events of every order reached every region', async () => untilEventsArrived(stage, placed.map(({ orderId }) => orderId)));
  await untilQuiet(stage);
  await section.check('the replicas of the orders table are equal', async () => {
    const items = await Promise.all(regions.map(async region => region.items()));
    items.forEach(replica => expectSameItems(replica, items[0]));
    return `${items[0].length} records in each`;
  });
  await countCharges(stage, lost, placed, startedAt, section);
  await section.check('nothing is left open in the ledger of any region', async () => {
    const deadline = new Deadline(PATIENCE_MS, lag);
    for (;;) {
      const noted = await Promise.all(regions.map(async region => [...await region.noted()].map(([name, status]) => `${name} is ${status} in ${region.name}`)));
      const open = noted.flat().filter(text => / is (WITNESSED|STARTED) /.test(text));
      if (open.length === 0) return;
      if (deadline.isOver) throw deadline.failure(`${open.length} are not closed, such as ${open[0]},`);
      await sleep(1000, undefined, { signal });
    }
  });
  lag.tell(section, startedAt);
}

async function statuses(region: DeployedRegion, placed: Placed[]): Promise<unknown[]> {
  const byId = new Map((await region.items()).filter(({ sk }) => sk === 'outcome').map(({ pk, status }) => [pk, status]));
  return placed.map(({ orderId }) => byId.get(orderId));
}

/** How often the payment provider was asked for each order, by what the functions in all regions have logged. */
async function countCharges(stage: Stage, lost: DeployedRegion, placed: Placed[], startedAt: number, section: Section): Promise<void> {
  const { regions, lag } = stage;
  // a region whose heartbeats are late is silent to its peers, which then run its workflows as well
  const inTime = async (prove: () => string) => lag.inTime(bearableMs(stage), startedAt, prove);
  const byRegion = await Promise.all(regions.map(async region => (await region.logged('Orders-Charge', 'charge requested')).map(line => (
    (JSON.parse(line) as { order_id: string }).order_id
  ))));
  const timesIn = (i: number, orderId: string) => byRegion[i].filter(id => id === orderId).length;
  const chargedIn = ({ orderId }: Placed) => regions.filter((_, i) => timesIn(i, orderId) > 0).map(({ name }) => name);
  const askedMoreThan = (times: number, i: number) => placed.filter(({ orderId }) => timesIn(i, orderId) > times).map(({ orderId }) => orderId);
  await section.check('no region asks twice for a charge, but for one that was on its way when its region froze', async () => inTime(() => {
    // Step Functions takes a task that timed out for failed, and tries it again: once, since nothing else failed
    regions.forEach((region, i) => expectEqual(`asked for too often in ${region.name}`, askedMoreThan(region === lost ? 2 : 1, i), []));
    return `${askedMoreThan(1, regions.indexOf(lost)).length} were on their way in ${lost.name}: they timed out, and were asked for again when it was back`;
  }));
  await section.check('orders of regions that did not fail are charged once, there', async () => inTime(() => {
    const own = placed.filter(({ origin }) => origin !== lost);
    own.forEach(order => expectEqual(`where ${order.orderId} was charged`, chargedIn(order), [order.origin.name]));
    return `${own.length} orders`;
  }));
  await section.check(`orders of ${lost.name} are charged at least once, and by no more than it and the region that took over`, () => {
    const lostOnes = placed.filter(({ origin }) => origin === lost).map(chargedIn);
    const [once, twice] = [1, 2].map(times => lostOnes.filter(where => where.length === times).length);
    expectEqual('charged by one region or two', once + twice, lostOnes.length);
    const finished = lostOnes.filter(where => where.length === 1 && where[0] === lost.name).length;
    return `${once} charged once (${finished} by ${lost.name} itself, ${once - finished} by a peer), ${twice} by both: ${lost.name} had started those, and went on with them when it was back`;
  });
}

async function place({ runId, signal }: Stage, region: DeployedRegion, count: number, customers: number): Promise<Placed[]> {
  const placed: Placed[] = [];
  let next = 0;
  await Promise.all(Array.from({ length: customers }, async () => {
    while (next < count && !signal.aborted) {
      const request: OrderRequest = {
        orderId: `${runId}-takeover-${region.name}-${customers}-${next++}`, customerId: 'customer-1', items: [{ sku: 'tea', quantity: 1, unitPriceCents: 1250 }],
      };
      expectEqual(`status of ${request.orderId}`, (await region.orders.place(request)).status, 201);
      placed.push({ orderId: request.orderId, origin: region });
    }
  }));
  return placed;
}

async function untilShipped(region: DeployedRegion, placed: Placed[], { lag, signal }: Stage): Promise<void> {
  const deadline = new Deadline(PATIENCE_MS, lag);
  for (;;) {
    const shipped = new Set((await region.items()).filter(({ sk, status }) => sk === 'outcome' && status === 'SHIPPED').map(({ pk }) => pk));
    const left = placed.filter(({ orderId }) => !shipped.has(orderId));
    if (left.length === 0) return;
    if (deadline.isOver) throw deadline.failure(`${left.length} of ${placed.length}, such as ${left[0].orderId}, are not SHIPPED in ${region.name}`);
    await sleep(500, undefined, { signal });
  }
}

async function until(condition: () => Promise<boolean>, what: string, { lag, signal }: Stage): Promise<void> {
  const deadline = new Deadline(SENDING_MS, lag);
  while (!await condition()) {
    if (deadline.isOver) throw deadline.failure(`${what} did not come`);
    await sleep(50, undefined, { signal });
  }
}
