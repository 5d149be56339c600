import { setTimeout as sleep } from 'timers/promises';
import { DeployedRegion } from './deployed-region';
import { Drill, failedDuring, Stage } from './drill';
import { OrderClient, OrderRequest } from './order-client';
import { untilEventsArrived, untilQuiet } from './replicas';
import { EventFaults } from '../../cli/rehearsal/regions/local-region';
import { expectEqual, Section } from '../../cli/rehearsal/telling/account';
import { Step } from '../../cli/rehearsal/telling/steps';

/** How requests to publish fail, one after the other. */
const FAULTS = ['throttled', 'denied', 'refused', 'silent'] as const;
/** How many orders are placed at once while each of them lasts, and how many when a region dies. */
const ORDERS = 3;
const PATIENCE_MS = 120_000;
const POLL_MS = 20;
/** After that, a customer of the dead region goes elsewhere. */
const TIMEOUT_MS = 3000;

interface Placed {
  readonly request: OrderRequest;
  /** Where it was sent first. */
  readonly origin: DeployedRegion;
  /** The statuses that its customer was answered with, by region. */
  readonly answers: string[];
}

/**
 * An order is stored and its event is not published, because EventBridge does not take it or because the region dies in between: it is fulfilled all the same, as it is started from the table as well.
 * Meanwhile nobody repairs anything.
 */
export class PublishDrill implements Drill {
  public steps(stage: Stage): Step[] {
    const section = stage.account.section('Orders are stored, and their events are not published');
    return [{
      title: 'Place orders while EventBridge fails, and freeze a region between storing and publishing',
      run: async progress => failedDuring(() => section.failed, async () => new Publishing(stage, section, progress).run()),
    }];
  }
}

class Publishing {
  private readonly placed: Placed[] = [];

  constructor(private readonly stage: Stage, private readonly section: Section, private readonly progress: (text: string) => void) {}

  public async run(): Promise<void> {
    const { stage: { regions }, section } = this;
    const [lost, peer] = regions;
    if (peer) await this.dieInBetween(lost, peer, async () => this.failOneByOne(peer));
    else await this.failOneByOne(lost);
    const ids = this.placed.map(({ request }) => request.orderId);
    await section.check('every order is SHIPPED, as all regions tell', async () => {
      await Promise.all(regions.map(async region => this.untilShipped(region, this.placed)));
    });
    await section.check('every order is indexed in every region, and its customer is told', async () => untilEventsArrived(this.stage, ids));
    await untilQuiet(this.stage);
    await section.check('none is lost, and none was fulfilled twice', async () => {
      const executions = await Promise.all(regions.map(async region => region.executions()));
      const times = this.placed.map(({ request }) => executions.flat().filter(({ name }) => name === request.orderId).length);
      const answered = this.placed.filter(({ answers }) => answers.length > 0).length;
      const counts = `${ids.length} placed, ${answered} answered with 2xx, ${times.filter(count => count > 0).length} fulfilled, `
        + `${times.filter(count => count > 1).length} doubled, ${times.filter(count => count === 0).length} lost`;
      expectEqual('orders', counts, `${ids.length} placed, ${ids.length} answered with 2xx, ${ids.length} fulfilled, 0 doubled, 0 lost`);
      return counts;
    });
  }

  /** Each way in which EventBridge does not take an event, while the region itself is well. */
  private async failOneByOne(region: DeployedRegion): Promise<void> {
    for (const putEvents of FAULTS) {
      await this.section.check(`PutEvents is ${putEvents} in ${region.name}: orders are answered with 201, and SHIPPED before it works again`, async () => {
        this.progress(`PutEvents is ${putEvents} in ${region.name}`);
        const orders = this.newOrders(region, putEvents);
        await this.during(region, { putEvents }, async () => {
          await Promise.all(orders.map(async order => this.place(order, region, 201)));
          await this.untilShipped(region, orders);
        });
        return `${orders.length} orders`;
      });
    }
  }

  /** A region that dies when it has stored and replicated orders, and has published none of them. */
  private async dieInBetween(lost: DeployedRegion, peer: DeployedRegion, meanwhile: () => Promise<void>): Promise<void> {
    const { section, progress } = this;
    const orders = this.newOrders(lost, 'died');
    const ids = orders.map(({ request }) => request.orderId);
    let frozenAt = 0;
    await this.during(lost, { putEvents: 'silent', pipes: true }, async () => {
      // whether a request is answered in the last moment, or never, is of no importance
      const impatient = { name: lost.name, orders: new OrderClient({ ...lost, signal: this.stage.signal, timeoutMs: TIMEOUT_MS }) };
      const requests = Promise.all(orders.map(async order => this.place(order, impatient, 201).catch(() => {})));
      try {
        await section.check(`${lost.name} dies when ${peer.name} has its orders, and nobody has their events`, async () => {
          await until(async () => this.has(peer, ids), `the orders of ${lost.name} in ${peer.name}`, this.stage.signal);
          lost.freeze();
          frozenAt = performance.now();
          progress(`${lost.name} is frozen`);
        });
        await requests;
        const owed = orders.filter(({ answers }) => answers.length === 0).length;
        await section.check(`their customers send them to ${peer.name}, and are answered with 200`, async () => {
          await Promise.all(orders.map(async order => this.place(order, peer, 200)));
          return `${owed} of ${orders.length} had no answer of ${lost.name}`;
        });
        await meanwhile();
        await section.check(`${peer.name} fulfils them while ${lost.name} is frozen`, async () => {
          progress(`${peer.name} is to take over`);
          await this.untilShipped(peer, orders);
          return `${((performance.now() - frozenAt) / 1000).toFixed(1)} s after it froze`;
        });
      } finally {
        progress(`${lost.name} goes on where it was`);
        lost.thaw();
      }
    });
  }

  private newOrders(origin: DeployedRegion, name: string): Placed[] {
    const orders = Array.from({ length: ORDERS }, (_, i) => ({
      request: { orderId: `${this.stage.runId}-publish-${name}-${i}`, customerId: 'customer-1', items: [{ sku: 'tea', quantity: 1, unitPriceCents: 1250 }] },
      origin,
      answers: [],
    }));
    this.placed.push(...orders);
    return orders;
  }

  private async place({ request, answers }: Placed, region: Pick<DeployedRegion, 'name' | 'orders'>, expected: number): Promise<void> {
    const { status } = await region.orders.place(request);
    expectEqual(`status of ${request.orderId} in ${region.name}`, status, expected);
    answers.push(`${status} from ${region.name}`);
  }

  private async during(region: DeployedRegion, faults: EventFaults, act: () => Promise<void>): Promise<void> {
    await region.failEvents(faults);
    try {
      await act();
    } finally {
      await region.failEvents();
    }
  }

  private async has(region: DeployedRegion, ids: string[]): Promise<boolean> {
    const there = new Set((await region.items()).filter(({ sk }) => sk === 'order').map(({ pk }) => pk));
    return ids.every(id => there.has(id));
  }

  private async untilShipped(region: DeployedRegion, orders: Placed[]): Promise<void> {
    const isShipped = async () => {
      const shipped = new Set((await region.items()).filter(({ sk, status }) => sk === 'outcome' && status === 'SHIPPED').map(({ pk }) => pk));
      return orders.every(({ request }) => shipped.has(request.orderId));
    };
    await until(isShipped, `the goods of all ${orders.length} orders, as ${region.name} tells,`, this.stage.signal, 250);
  }
}

async function until(condition: () => Promise<boolean>, what: string, signal: AbortSignal, pollMs = POLL_MS): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!await condition()) {
    if (performance.now() > deadline) throw new Error(`${what} did not come within ${PATIENCE_MS / 1000} s`);
    await sleep(pollMs, undefined, { signal });
  }
}
