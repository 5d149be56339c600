import { Customer, PlacedOrder, Sent } from './customer';
import { DeployedRegion } from './deployed-region';
import { until } from './estate';
import { Route53 } from '../../../cli/rehearsal/dns/route53';

/** Calm, because deployments take this machine's time as well. */
const BEAT_MS = 1000;
/** An hour. */
const MOST_BEATS = 3600;
/**
 * As long as API Gateway waits for a function: deployments may take all of this machine's time for some seconds.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
const TIMEOUT_MS = 29_000;
const FULFILMENT_MS = 150_000;

/** What became of orders and requests in some time. */
export interface Tally {
  readonly requests: number;
  readonly failed: Sent[];
  readonly orders: number;
  /** Taken, and not shipped by what any region knows. */
  readonly lost: string[];
  /** Whose workflow ran more than once. */
  readonly doubled: string[];
}

/** Customers near every region, who place orders all the while, and what became of those. */
export class Orders {
  private customers: Customer[] = [];
  private readonly executions = new Map<string, Set<string>>();
  private readonly audited = new Set<PlacedOrder>();
  private rounds = 0;

  constructor(
    private readonly route53: () => Route53,
    private readonly regions: { name: string; address: string }[],
    private readonly signal: AbortSignal,
  ) {}

  public get isOpen(): boolean {
    return this.customers.length > 0;
  }

  public start(): void {
    const route53 = this.route53();
    const round = this.rounds++;
    this.customers = this.regions.map(({ name }) => new Customer({
      near: name,
      host: route53.sharedName,
      resolver: route53.resolverNear(name),
      regions: this.regions as DeployedRegion[],
      prefix: `life-${round}`,
      beatMs: BEAT_MS,
      mostBeats: MOST_BEATS,
      timeoutMs: TIMEOUT_MS,
      signal: this.signal,
    }));
    this.customers.forEach(customer => customer.start());
  }

  public async stop(): Promise<void> {
    await Promise.all(this.customers.map(async customer => customer.stop()));
  }

  /** Forgets customers that have stopped: the next ones are new, and have nothing to do with what there was. */
  public forget(): void {
    this.customers = [];
  }

  /** The last answers that customers near a region got, and from where. */
  public served(near: string, since: number): Sent[] {
    return this.customers.find(customer => customer.near === near)!.sentBetween(since).filter(({ outcome }) => outcome);
  }

  /** All orders that were taken until now and not looked at yet: each must be shipped, as every region knows, and its workflow have run once. */
  public async audit(deployed: DeployedRegion[], start: number, end: number): Promise<Tally> {
    const sent = this.customers.flatMap(customer => customer.sentBetween(start, end)).filter(({ outcome }) => outcome);
    const orders = this.customers.flatMap(customer => customer.orders).filter(order => order.takenBy !== undefined && !this.audited.has(order));
    const ids = orders.map(({ request }) => request.orderId);
    let lost: string[] = [];
    await until(async () => {
      lost = await this.notShipped(deployed, ids);
      if (lost.length > 0) throw new Error(`${lost.length} orders are not shipped, such as ${lost[0]}`);
    }, FULFILMENT_MS, this.signal).catch(() => {});
    await this.count(deployed);
    orders.forEach(order => this.audited.add(order));
    return {
      requests: sent.length,
      failed: sent.filter(({ outcome }) => !outcome!.ok),
      orders: ids.length,
      lost,
      doubled: ids.filter(id => (this.executions.get(id)?.size ?? 0) > 1),
    };
  }

  /** Takes note of which workflows ran. A state machine that is deleted takes its executions with it, so before that as well. */
  public async count(deployed: DeployedRegion[]): Promise<void> {
    for (const executions of await Promise.all(deployed.map(async region => region.executions()))) {
      for (const { name, executionArn, startDate } of executions) {
        this.executions.set(name!, (this.executions.get(name!) ?? new Set()).add(`${executionArn} ${startDate?.toISOString()}`));
      }
    }
  }

  private async notShipped(deployed: DeployedRegion[], ids: string[]): Promise<string[]> {
    const replicas = await Promise.all(deployed.map(async region => region.items()));
    return replicas.flatMap((replica, i) => {
      const shipped = new Set(replica.filter(({ sk, status }) => sk === 'outcome' && status === 'SHIPPED').map(({ pk }) => pk));
      return ids.filter(id => !shipped.has(id)).map(id => `${id} in ${deployed[i].name}`);
    });
  }
}
