import { setTimeout as sleep } from 'timers/promises';
import { Customer, HABITS, PlacedOrder, Sent } from './customer';
import { DeployedRegion } from './deployed-region';
import { bearableMs, Stage } from './drill';
import { expectSameItems, recordsOf, untilEventsArrived, untilQuiet } from './replicas';
import { Route53 } from '../../cli/rehearsal/dns/route53';
import { Deadline } from '../../cli/rehearsal/lag/deadline';
import { expectEqual, Section } from '../../cli/rehearsal/telling/account';
import { secondsBetween, Timeline } from '../../cli/rehearsal/telling/timeline';

const POLL_MS = 50;
/** By how much something may be late that this machine has to do besides everything else. */
const PATIENCE = 2;
const PATIENCE_MS = 5000;
/**
 * A starter that was frozen is at the end of its time when it goes on: its events come again when they are visible again, after a minute, unless it is a
 * peer's turn before.
 */
const FULFILMENT_MS = 150_000;
/** What an order leaves in the table. */
const LEAVES = ['charge', 'notification', 'order', 'outcome', 'reservation', 'shipment'];

/** A way in which a region stops serving for a while. */
export interface Loss {
  /** Part of the orders' ids. */
  readonly name: string;
  readonly region: DeployedRegion;
  /** What is done to it, as the timelines begin with it. */
  readonly leaving: string;
  readonly returning: string;
  /** Whether every request must be served all the same. */
  readonly isGraceful: boolean;
  /** What to look at beforehand. */
  before?(): Promise<void>;
  leave(): Promise<void>;
  comeBack(): Promise<void>;
  /** What to look at once its customers are elsewhere. */
  whileAway?(customers: Customer[]): Promise<void>;
}

/** Takes a region away from its customers and gives it back, while there are customers near every region. */
export class Failover {
  private readonly customers: Customer[];
  /** Those of the region that goes, and those who should notice nothing. */
  private readonly leavers: Customer[];
  private readonly others: Customer[];

  constructor(private readonly stage: Stage, private readonly section: Section, private readonly loss: Loss) {
    const { regions, route53, lag, runId, signal } = stage;
    this.customers = regions.map(({ name }) => new Customer({
      near: name, host: route53.sharedName, resolver: route53.resolverNear(name), regions, prefix: `${runId}-${loss.name}`, clock: lag, signal,
    }));
    this.leavers = this.customers.filter(({ near }) => near === loss.region.name);
    this.others = this.customers.filter(({ near }) => near !== loss.region.name);
  }

  public async run(progress: (text: string) => void): Promise<void> {
    const { stage, section, loss, customers } = this;
    section.note(howScaled(stage.route53));
    section.note(HABITS);
    await loss.before?.();
    const startedAt = performance.now();
    const timelines: Timeline[] = [];
    try {
      customers.forEach(customer => customer.start());
      progress('customers of each region place orders');
      await this.checkNearest(startedAt);
      progress(loss.leaving);
      timelines.push(await this.leave());
      await loss.whileAway?.(customers);
      progress(loss.returning);
      timelines.push(await this.comeBack());
    } finally {
      progress('orders without an answer are sent again');
      // The region must be there for what follows. If this fails, it has failed before, and that was told
      await loss.comeBack().catch(() => {});
      await Promise.all(customers.map(async customer => customer.stop()));
    }
    await section.check(`customers near ${this.others.map(({ near }) => near).join(' and ')} notice nothing`, () => noneFailed(this.others, startedAt));
    timelines.forEach(timeline => timeline.tell(section));
    progress('orders are fulfilled');
    await this.countOrders(startedAt);
    stage.lag.tell(section, startedAt);
  }

  private async checkNearest(startedAt: number): Promise<void> {
    const { customers, section, stage: { regions, route53 } } = this;
    await section.check(`${route53.sharedName} leads everyone to the nearest region`, async () => {
      await this.until(() => regions.every(({ name }) => route53.isHealthy(name)), 'healthy');
      await this.until(() => customers.every(customer => customer.isServedBy(region => region === customer.near, startedAt)), 'served there');
      for (const { near } of customers) {
        expectEqual(`by IPv6, near ${near}`, route53.ask(route53.sharedName, route53.askerNear(near), 'AAAA')?.region, near);
      }
      return customers.map(({ near }) => near).join(', ');
    });
  }

  private async leave(): Promise<Timeline> {
    const { loss, leavers, section } = this;
    const { name } = loss.region;
    const start = performance.now();
    const timeline = new Timeline(loss.leaving, start);
    await loss.leave();
    await this.checkTurn(name, false, start, timeline);
    await section.check(`customers near ${name} are served elsewhere`, async () => {
      await this.until(() => leavers.every(customer => customer.isServedBy(region => region !== name, start)), 'served elsewhere');
      const sent = sentBy(leavers, start);
      const failed = sent.filter(isFailed);
      const isElsewhere = ({ region }: Sent) => region !== name;
      timeline.add(sent.find(one => isElsewhere(one) && one.outcome?.ok)?.outcome!.at, 'their first answer from elsewhere');
      timeline.add(sent.filter(one => !isElsewhere(one)).at(-1)?.at, `their last request to ${name}`);
      timeline.add(Math.max(...failed.map(({ outcome }) => outcome!.at)), `the last of their ${failed.length} failed requests, of ${sent.length}, is given up`);
      return `after ${secondsBetween(start, Math.max(...leavers.map(customer => servedSince(customer, start, region => region !== name))))}, `
        + `${failed.length} of ${sent.length} requests failed`;
    });
    if (loss.isGraceful) {
      await section.check('no request failed on the way out', () => noneFailed(leavers, start));
    }
    return timeline;
  }

  private async comeBack(): Promise<Timeline> {
    const { loss, leavers, section } = this;
    const { name } = loss.region;
    const start = performance.now();
    const timeline = new Timeline(loss.returning, start);
    await loss.comeBack();
    await this.checkTurn(name, true, start, timeline);
    await section.check(`customers near ${name} are served there again`, async () => {
      await this.until(() => leavers.every(customer => customer.isServedBy(region => region === name, start)), 'served there');
      const moved = sentBy(leavers, start).find(({ outcome, region }) => outcome?.ok === true && region === name);
      const firstAnswer = moved!.outcome!.at;
      timeline.add(firstAnswer, `their first answer from ${name}`);
      return `after ${secondsBetween(start, firstAnswer)}`;
    });
    await section.check('no request failed on the way back', () => noneFailed(leavers, start));
    return timeline;
  }

  private async checkTurn(region: string, healthy: boolean, start: number, timeline: Timeline): Promise<void> {
    const word = healthy ? 'healthy' : 'unhealthy';
    await this.section.check(`${region} turns ${word}`, async () => {
      const { turns } = this.stage.route53;
      const turn = () => turns.find(found => found.region === region && found.healthy === healthy && found.at >= start);
      await this.until(() => turn() !== undefined, word);
      timeline.add(turn()!.at, `the health checks of ${region} say ${word}`);
      return `after ${secondsBetween(start, turn()!.at)}`;
    });
  }

  /** Waits for at most what the templates' failover time amounts to, with some patience. */
  private async until(condition: () => boolean, what: string): Promise<void> {
    const { route53, lag, signal } = this.stage;
    const deadline = new Deadline(route53.failoverMs * PATIENCE + PATIENCE_MS, lag);
    while (!condition()) {
      if (deadline.isOver) throw deadline.failure(`not ${what}`);
      await sleep(POLL_MS, undefined, { signal });
    }
  }

  /** However a region went, no order that was taken may be lost, and none may be fulfilled twice that only regions had that were well. */
  private async countOrders(startedAt: number): Promise<void> {
    const { section, stage, stage: { regions } } = this;
    const orders = this.customers.flatMap(customer => customer.orders);
    await section.check('every order was taken in the end', () => {
      const lost = orders.filter(({ takenBy }) => !takenBy);
      if (lost.length > 0) throw new Error(`${lost.length} of ${orders.length} orders got no good answer, such as ${lost[0].request.orderId}`);
      return `${orders.length} orders`;
    });
    await section.check('every order is SHIPPED, as all regions tell', async () => this.untilShipped(orders));
    await section.check('events of every order reached every region', async () => untilEventsArrived(this.stage, orders.map(({ request }) => request.orderId)));
    await untilQuiet(this.stage);
    const executions = await Promise.all(regions.map(async region => region.executions()));
    const items = await Promise.all(regions.map(async region => region.items()));
    const ranIn = ({ request }: PlacedOrder) => regions
      .filter((_, i) => executions[i].some(({ name }) => name === request.orderId))
      .map(({ name }) => name);
    const leftBy = ({ request }: PlacedOrder) => recordsOf(request.orderId, items[0]);

    const once = orders.filter(order => order.sentTo.size === 1 && !this.mayBeTakenOver(order));
    // a region whose heartbeats are late is silent to its peers, which then run its workflows as well
    await section.check('every order that one region was sent, and had while it was well, was fulfilled once, there', async () => (
      stage.lag.inTime(bearableMs(stage), startedAt, () => {
        for (const order of once) {
          const { request: { orderId }, takenBy } = order;
          expectEqual(`where ${orderId} ran`, ranIn(order), [takenBy]);
          expectEqual(`what ${orderId} left`, leftBy(order), LEAVES.map(kind => [kind, takenBy]));
        }
        return `${once.length} orders`;
      })
    ));
    const rest = orders.filter(order => !once.includes(order));
    if (rest.length > 0) {
      const { name } = this.loss.region;
      await section.check(`every other order was fulfilled at least once: ${name} took it, or did not answer, so that it was sent to a second region`, () => {
        for (const order of rest) {
          const { request: { orderId } } = order;
          if (ranIn(order).length === 0) throw new Error(`${orderId} did not run`);
          expectEqual(`what ${orderId} left`, leftBy(order).map(([kind]) => kind), LEAVES);
        }
        const ran = (where: (names: string[]) => boolean) => rest.filter(order => where(ranIn(order))).length;
        return `${rest.length} orders; ${ran(names => names.length === 1 && names[0] === name)} ran in ${name} alone, ${ran(names => !names.includes(name))} in a peer alone, `
          + `${ran(names => names.length > 1)} in both, because ${name} found them still waiting when it went on`;
      });
    }
    await section.check('the replicas of the orders table are equal', () => {
      items.forEach(replica => expectSameItems(replica, items[0]));
      return `${items[0].length} records in each`;
    });
  }

  /** What a region has in its hands when it stops without a word, a peer may bring to its end. */
  private mayBeTakenOver({ takenBy }: PlacedOrder): boolean {
    return !this.loss.isGraceful && takenBy === this.loss.region.name;
  }

  private async untilShipped(orders: PlacedOrder[]): Promise<string> {
    const { regions, lag, signal } = this.stage;
    const deadline = new Deadline(FULFILMENT_MS, lag);
    const ids = new Set(orders.map(({ request }) => request.orderId));
    const start = performance.now();
    for (;;) {
      const replicas = await Promise.all(regions.map(async region => region.items()));
      const missing = replicas.flatMap((replica, i) => {
        const shipped = new Set(replica.filter(({ sk, status }) => sk === 'outcome' && status === 'SHIPPED').map(({ pk }) => pk));
        return [...ids].filter(id => !shipped.has(id)).map(id => `${id} in ${regions[i].name}`);
      });
      if (missing.length === 0) return `${secondsBetween(start, performance.now())} after the last was placed`;
      if (deadline.isOver) throw deadline.failure(`${missing.length}, such as ${missing[0]}, are not SHIPPED`);
      await sleep(250, undefined, { signal });
    }
  }
}

function howScaled({ timeScale, failoverMs, ttlMs }: Route53): string {
  return `Seconds are this machine's. Route 53's times are scaled 1:${timeScale}: answers are kept for ${ttlMs / 1000} s, `
    + `and its failover time, ${(failoverMs * timeScale / 1000).toFixed(0)} s, is ${(failoverMs / 1000).toFixed(1)} s.`;
}

function sentBy(customers: Customer[], start: number): Sent[] {
  return customers.flatMap(customer => customer.sentBetween(start)).sort((a, b) => a.at - b.at);
}

function isFailed({ outcome }: Sent): boolean {
  return outcome?.ok === false;
}

/** From when on a customer's requests all went well and where they should. */
function servedSince(customer: Customer, start: number, wanted: (region: string) => boolean): number {
  const sent = customer.sentBetween(start);
  const astray = sent.filter(one => isFailed(one) || !wanted(one.region)).length;
  return sent.slice(astray).find(({ outcome }) => outcome)?.outcome!.at ?? start;
}

function noneFailed(customers: Customer[], start: number): string {
  const sent = sentBy(customers, start).filter(({ outcome }) => outcome);
  const failed = sent.filter(isFailed);
  if (failed.length > 0) {
    const { kind, orderId, region, outcome } = failed[0];
    throw new Error(`${failed.length} of ${sent.length} requests failed; the first, ${kind} ${orderId} in ${region}: ${outcome!.told}`);
  }
  return `0 of ${sent.length} requests failed`;
}
