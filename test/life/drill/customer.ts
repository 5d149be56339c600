import { setTimeout as sleep } from 'timers/promises';
import { DeployedRegion } from './deployed-region';
import { OrderClient, OrderRequest } from './order-client';
import { Resolver } from '../../../cli/rehearsal/dns/resolver';
import { Clock } from '../../../cli/rehearsal/lag/clock';

/** How often an order is read. */
const BEAT_MS = 500;
/** In each so many beats, an order is placed. Fulfilling it takes many functions, and this machine is small. */
const PLACE_EACH = 2;
/** An answer that takes longer is none. It is not scaled, because neither is this machine. */
const TIMEOUT_MS = 5000;
/** What keeps a customer from going on forever, and from burying a machine that is slow already. All that is sent within the timeout may be open. */
const MOST_BEATS = 300;
const MOST_OPEN = 4 * TIMEOUT_MS / BEAT_MS;
const MOST_TRIES = 6;

export interface CustomerProps {
  /** The region that is nearest. */
  readonly near: string;
  /** The name of the service. */
  readonly host: string;
  readonly resolver: Resolver;
  readonly regions: Pick<DeployedRegion, 'name' | 'address'>[];
  /** Begins the ids of the orders. */
  readonly prefix: string;
  /**
   * How often an order is read, in milliseconds.
   *
   * @default 500
   */
  readonly beatMs?: number;
  /**
   * How often at most.
   *
   * @default 300
   */
  readonly mostBeats?: number;
  /**
   * After how many milliseconds a request is given up.
   *
   * @default 5000
   */
  readonly timeoutMs?: number;
  /**
   * What that is measured by.
   *
   * @default - the time that goes by
   */
  readonly clock?: Clock;
  readonly signal: AbortSignal;
}

/** One request, as its sender sees it. */
export interface Sent {
  readonly kind: 'place' | 'place again' | 'read';
  readonly orderId: string;
  /** Where the name led to. */
  readonly region: string;
  /** Milliseconds, as of `performance.now()`. */
  readonly at: number;
  /** Nothing while there is no answer yet. */
  outcome?: Outcome;
}

interface Outcome {
  readonly ok: boolean;
  readonly at: number;
  /** The status of the answer, or why there was none. */
  readonly told: string;
}

export interface PlacedOrder {
  readonly request: OrderRequest;
  /** The regions that may have it: whether one that did not answer took it, nobody knows. */
  readonly sentTo: Set<string>;
  tries: number;
  underWay: boolean;
  /** The region whose answer said so. */
  takenBy?: string;
}

/**
 * Somebody near a region who places order upon order by the shared name, and reads them. An order that got no good answer counts as failed, and is sent
 * again once the name leads elsewhere.
 *
 * Each request has a connection of its own: one that is kept open would outlive every change of DNS.
 */
export class Customer {
  public readonly sent: Sent[] = [];
  public readonly orders: PlacedOrder[] = [];

  private readonly underWay = new Set<Promise<unknown>>();
  private readonly stopping = new AbortController();
  private loop = Promise.resolve();

  constructor(private readonly props: CustomerProps) {}

  public get near(): string {
    return this.props.near;
  }

  /** Throws if the name leads nowhere. */
  public start(): void {
    this.props.resolver.resolve(this.props.host);
    this.loop = this.shop();
  }

  /** Places no new orders, and waits until each has a good answer or was tried often enough. */
  public async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
    await Promise.all(this.underWay);
    while (!this.props.signal.aborted && this.owed.some(({ tries }) => tries < MOST_TRIES)) {
      await Promise.all(this.owed.map(async order => this.place(order)));
    }
  }

  /** What was sent at a moment or later, until another. */
  public sentBetween(start: number, end = Infinity): Sent[] {
    return this.sent.filter(({ at }) => at >= start && at < end);
  }

  /** Whether the last few requests went well and were led to where it is wanted, and none is on its way to elsewhere. */
  public isServedBy(wanted: (region: string) => boolean, since: number, count = 4): boolean {
    const recent = this.sentBetween(since);
    const answered = recent.filter(({ outcome }) => outcome).slice(-count);
    return answered.length === count
      && answered.every(({ outcome, region }) => outcome!.ok && wanted(region))
      && recent.every(({ outcome, region }) => outcome || wanted(region));
  }

  private get owed(): PlacedOrder[] {
    return this.orders.filter(({ takenBy, tries, underWay }) => takenBy === undefined && tries > 0 && !underWay);
  }

  private async shop(): Promise<void> {
    const signal = AbortSignal.any([this.stopping.signal, this.props.signal]);
    const { beatMs = BEAT_MS, mostBeats = MOST_BEATS } = this.props;
    const startedAt = performance.now();
    for (let beat = 0; beat < mostBeats && !signal.aborted; beat++) {
      if (this.underWay.size < MOST_OPEN) {
        if (beat % PLACE_EACH === 0) this.follow(this.place(this.newOrder()));
        this.follow(this.readOne());
        this.follow(this.sendOneAgain());
      }
      // Without drift, however long requests take
      await sleep(Math.max(0, startedAt + (beat + 1) * beatMs - performance.now()), undefined, { signal }).catch(() => {});
    }
  }

  private newOrder(): PlacedOrder {
    const { prefix, near } = this.props;
    const request = { orderId: `${prefix}-${near}-${this.orders.length}`, customerId: near, items: [{ sku: 'tea', quantity: 1, unitPriceCents: 1250 }] };
    const order = { request, sentTo: new Set<string>(), tries: 0, underWay: false };
    this.orders.push(order);
    return order;
  }

  private async sendOneAgain(): Promise<void> {
    const { region } = this.props.resolver.resolve(this.props.host);
    const order = this.owed.find(({ sentTo }) => !sentTo.has(region));
    if (order) await this.place(order);
  }

  private async place(order: PlacedOrder): Promise<void> {
    const { request, tries } = order;
    order.underWay = true;
    order.tries++;
    const { region, outcome } = await this.send(tries === 0 ? 'place' : 'place again', request, client => {
      order.sentTo.add(client.region);
      return client.orders.place(request);
    }, status => status === 200 || status === 201);
    if (outcome!.ok) order.takenBy = region;
    order.underWay = false;
  }

  /** Reads the last order that was taken. A region other than the one that took it may not have it yet. */
  private async readOne(): Promise<void> {
    const order = this.orders.filter(({ takenBy }) => takenBy !== undefined).at(-1);
    if (!order) return;
    const { request, takenBy } = order;
    await this.send('read', request, async ({ orders }) => orders.read(request.orderId), (status, region) => (
      status === 200 || (status === 404 && region !== takenBy)
    ));
  }

  private async send(
    kind: Sent['kind'],
    { orderId }: OrderRequest,
    act: (to: { region: string; orders: OrderClient }) => Promise<{ status: number }>,
    isGood: (status: number, region: string) => boolean,
  ): Promise<Sent> {
    const { host, resolver, regions, signal, clock, timeoutMs = TIMEOUT_MS } = this.props;
    const { region } = resolver.resolve(host);
    const { address } = regions.find(({ name }) => name === region)!;
    const sent: Sent = { kind, orderId, region, at: performance.now() };
    this.sent.push(sent);
    let outcome: Omit<Outcome, 'at'>;
    try {
      const { status } = await act({ region, orders: new OrderClient({ address, host, signal, clock, timeoutMs }) });
      outcome = { ok: isGood(status, region), told: String(status) };
    } catch (error) {
      outcome = { ok: false, told: (error as Error).message };
    }
    sent.outcome = { ...outcome, at: performance.now() };
    return sent;
  }

  private follow(work: Promise<unknown>): void {
    this.underWay.add(work);
    void work.finally(() => this.underWay.delete(work));
  }
}
