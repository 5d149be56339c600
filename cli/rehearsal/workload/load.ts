import { Customer, RATE } from './customer';
import { History } from './history';
import { Mistakes, WorkloadMistake } from './mistakes';
import { randomsOf } from './random';
import { Sender } from './sender';
import { Route, Target } from './target';
import { Operation, Sent, Workload } from './workload';
import { Clock, WALL_CLOCK } from '../lag/clock';

/** The result of a name's resolution. */
export interface Led {
  readonly region: string;
  /**
   * The address to connect to.
   *
   * @default - where the region listens
   */
  readonly address?: string;
}

/** The name service that leads customers to a region by the name of the application, as Route 53 does. */
export interface NameService {
  /** The name that all regions share. */
  readonly sharedName: string;
  /** Returns the resolver of a customer near a region, which keeps answers for a while. */
  resolverNear(region: string): { resolve(name: string): Led };
}

export interface LoadProps {
  readonly workload: Workload;
  /** All regions, the primary one first. */
  readonly regions: readonly Target[];
  /**
   * The regions that customers are near to.
   *
   * @default - all
   */
  readonly near?: readonly string[];
  /**
   * The name service that leads customers to regions.
   *
   * @default - each customer stays with its own region
   */
  readonly names?: NameService;
  readonly history: History;
  /** Decides all choices of the generator. */
  readonly seed: number;
  /**
   * The clock by which timeouts are measured.
   *
   * @default - the time that goes by
   */
  readonly clock?: Clock;
  readonly signal: AbortSignal;
  /** Begins the names of customers, and so their keys: no other load has it, in no other run either. */
  readonly prefix: string;
}

/** Customers near every region, who do what a workload says. */
export class Load {
  public readonly customers: readonly Customer[];

  private readonly sender: Sender;
  private readonly found = new Mistakes();
  private readonly breaking = new AbortController();
  private readonly acknowledgedKeys: string[] = [];

  constructor(private readonly props: LoadProps) {
    const { workload, history, clock = WALL_CLOCK, signal } = props;
    this.sender = new Sender({ workload, history, mistakes: this.found, clock, signal });
    this.customers = this.makeCustomers();
  }

  /** Throws if the name leads nowhere. */
  public start(): void {
    this.customers.forEach(customer => customer.start());
  }

  /** Begins nothing new, and waits until each write is acknowledged or was tried often enough. Never throws: see `failed`. */
  public async stop(): Promise<void> {
    await Promise.all(this.customers.map(async customer => customer.stop()));
  }

  /** Aborted when the generator is of no use, with a `WorkloadMistake` as its reason: nothing more is sent then, and whoever waits for customers waits in vain. */
  public get failed(): AbortSignal {
    return this.breaking.signal;
  }

  /** The mistakes of the workload so far, one line each. */
  public get mistakes(): string[] {
    return this.found.lines;
  }

  /** Keys of acknowledged writes, in the order in which they were. */
  public get acknowledged(): readonly string[] {
    return this.acknowledgedKeys;
  }

  public customersNear(region: string): Customer[] {
    return this.customers.filter(({ near }) => near === region);
  }

  /** Sends one operation to one region by the region's own name, as the drill with a poison does. It is recorded, and not sent again. */
  public async sendTo(region: string, operation: Operation, customer: string): Promise<Sent> {
    const target = this.target(region);
    return this.sender.send({ operation, customer, near: region, attempt: 0 }, { target, host: target.host });
  }

  private makeCustomers(): Customer[] {
    const { workload, regions, near: all = regions.map(({ name }) => name), seed, signal, prefix } = this.props;
    const { customers = 1, rate = RATE } = workload;
    const randoms = randomsOf(seed);
    return all.flatMap(near => Array.from({ length: customers }, (_, i) => new Customer({
      name: `${prefix}-${near}-${i}`,
      near,
      workload,
      sender: this.sender,
      route: this.routeNear(near),
      acknowledged: this.acknowledgedKeys,
      random: randoms.next().value,
      delayMs: i / customers * 1000 / rate,
      broken: mistake => this.break(mistake),
      signal: AbortSignal.any([signal, this.breaking.signal]),
    })));
  }

  private routeNear(region: string): () => Route {
    const { names } = this.props;
    if (!names) {
      const target = this.target(region);
      return () => ({ target, host: target.host });
    }
    const resolver = names.resolverNear(region);
    return () => {
      const { region: led, address } = resolver.resolve(names.sharedName);
      return { target: this.target(led), host: names.sharedName, address };
    };
  }

  private target(region: string): Target {
    const target = this.props.regions.find(({ name }) => name === region);
    if (!target) throw new Error(`there is no region ${region}, but ${this.props.regions.map(({ name }) => name).join(', ')}`);
    return target;
  }

  private break(mistake: WorkloadMistake): void {
    this.found.add(mistake.message);
    this.breaking.abort(mistake);
  }
}
