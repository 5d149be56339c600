import { PRIMARY } from './commits';
import { Console } from './console';
import { DeployedRegion, findDeployedRegions } from './deployed-region';
import { Estate, Refused, until } from './estate';
import { Answer } from './order-client';
import { Orders } from './orders';
import { Edit, Repository } from './repository';
import { Zone } from '../../../cli/rehearsal/dns/zone';
import { denialsIn } from '../../../cli/rehearsal/regions/denials';
import { DeploymentFault, LocalRegion, setDeploymentFaults } from '../../../cli/rehearsal/regions/local-region';
import { Denials } from '../../../cli/rehearsal/regions/permissions';

/** How long what was deployed may take to be seen, and customers to be led elsewhere, on a machine that is busy. */
const SEEN_MS = 60_000;
/** How long alarms may take to be green again: minutes on AWS, which are scaled. */
const GREEN_MS = 120_000;
/** After so many good answers in a row, a customer is served. */
const ANSWERS = 4;

export const SYSTEM = 'Orders';

export interface LivingSystemProps {
  readonly repository: Repository;
  readonly estate: Estate;
  readonly locals: LocalRegion[];
  readonly orders: Orders;
  readonly signal: AbortSignal;
}

/** The system whose life it is, as its team and its customers handle it. */
export class LivingSystem {
  private number = 0;
  private isBootstrapped = false;

  constructor(private readonly props: LivingSystemProps) {}

  public get estate(): Estate {
    return this.props.estate;
  }

  public get orders(): Orders {
    return this.props.orders;
  }

  // --- what the team does ---

  /** Makes edits, and synthesizes what comes of them. */
  public async commit(edits: Edit[]): Promise<void> {
    this.props.repository.commit(edits);
    await this.estate.synthesize();
  }

  /** Takes edits back, and synthesizes what comes of that. */
  public async revert(edits: Edit[]): Promise<void> {
    await this.commit(edits.map(({ file, from, to }) => ({ file, from: to, to: from })));
  }

  /** Makes edits, and deploys what comes of them. */
  public async change(...edits: Edit[][]): Promise<void> {
    await this.commit(edits.flat());
    await this.estate.deploy();
  }

  /** Deploys what there is, the first time after all regions are bootstrapped. */
  public async deploy(): Promise<void> {
    await this.bootstrapOnce();
    await this.estate.deploy();
  }

  /**
   * Deploys, and throws unless that fails for a reason that is made.
   *
   * @param options of `cdk deploy`
   */
  public async deployInVain(region: string, fault: DeploymentFault, ...options: string[]): Promise<void> {
    await this.bootstrapOnce();
    await setDeploymentFaults(this.props.locals.find(({ name }) => name === region)!, [fault]);
    const refused = await this.refused(async () => this.estate.deploy(...options));
    if (!refused.said.includes(fault.reason ?? 'Internal Failure')) throw refused;
  }

  /** Has the first few resources of a type that are made in each regional stack take some seconds: what ought to wait for them and does not, is seen. */
  public async makeLate(resource: string, count: number, seconds: number): Promise<void> {
    await Promise.all(this.props.locals.map(async local => (
      setDeploymentFaults(local, Array.from({ length: count }, () => ({ stack: `${SYSTEM}-${local.name}`, resource, seconds })))
    )));
  }

  /** What refused a deployment; throws if nothing did. */
  public async refused(deploy: () => Promise<void>): Promise<Refused> {
    try {
      await deploy();
    } catch (error) {
      if (error instanceof Refused) return error;
      throw error;
    }
    throw new Error('it was deployed, although it was to fail');
  }

  private async bootstrapOnce(): Promise<void> {
    if (this.isBootstrapped) return;
    await this.estate.synthesize();
    await this.estate.bootstrap();
    this.isBootstrapped = true;
  }

  // --- where it is ---

  /** The regions that have it. */
  public get regions(): DeployedRegion[] {
    const { locals, signal } = this.props;
    const stacks = this.estate.deployedStacks;
    const withStacks = locals.filter(({ name }) => stacks.some(({ region }) => region === name));
    return findDeployedRegions(this.estate.assembly, withStacks, Zone.read({ stacks }), signal);
  }

  public region(name: string): DeployedRegion {
    return this.regions.find(region => region.name === name)!;
  }

  public get primary(): DeployedRegion {
    return this.region(PRIMARY);
  }

  public consoleOf(region: string): Console {
    return new Console(this.props.locals.find(({ name }) => name === region)!, SYSTEM);
  }

  // --- what is seen of it ---

  /** Waits until something can be seen; throws what there was instead if it never is. */
  public async seen<T>(look: () => Promise<T>, timeoutMs = SEEN_MS): Promise<T> {
    return until(look, timeoutMs, this.props.signal);
  }

  /** Waits until customers near each of these regions are served there, and all others by one of these. */
  public async everyoneIsServedBy(regions: string[]): Promise<void> {
    const since = performance.now();
    await this.seen(async () => {
      for (const { name } of this.props.locals) {
        const last = this.orders.served(name, since).slice(-ANSWERS);
        const wanted = regions.includes(name) ? [name] : regions;
        if (last.length < ANSWERS || !last.every(({ region, outcome }) => outcome!.ok && wanted.includes(region))) {
          const by = [...new Set(last.map(({ region }) => region))].join(', ') || 'nobody';
          throw new Error(`customers near ${name} are served by ${by}, not by ${wanted.join(' or ')}`);
        }
      }
    });
  }

  /** Waits until no alarm of a function in the primary region is red. */
  public async isGreen(functionName: string): Promise<void> {
    await this.seen(async () => {
      const red = (await this.consoleOf(PRIMARY).alarmsOf(functionName)).filter(({ StateValue }) => StateValue === 'ALARM');
      if (red.length > 0) throw new Error(`${red[0].AlarmName} is in ALARM`);
    }, GREEN_MS);
  }

  /** What IAM has denied until now, in all regions. */
  public async denials(): Promise<Denials> {
    return denialsIn(this.props.locals);
  }

  /** Places an order of a few lines in one region. */
  public async place(region: DeployedRegion, lines = 1): Promise<Answer & { orderId: string }> {
    const orderId = `probe-${this.number++}`;
    const items = Array.from({ length: lines }, (_, i) => ({ sku: `tea-${i}`, quantity: 1, unitPriceCents: 100 }));
    return { ...await region.orders.place({ orderId, customerId: 'probe', items }), orderId };
  }
}
