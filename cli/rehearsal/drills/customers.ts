import { DrillRegion } from './drill-region';
import { LoadLike } from './drill-tools';
import { Stage } from './stage';
import { until } from './until';
import { secondsBetween } from '../telling/timeline';
import { RATE } from '../workload/customer';

/** By how much something may be late that this machine has to do besides everything else. */
const PATIENCE = 2;
const PATIENCE_MS = 5000;
/** Twice as many operations as show that somebody is served. */
const ENOUGH = 10;
const POLL_MS = 50;

/** The customers of the regions, by where they are led to, and whether they are served there. */
export class Customers {
  constructor(private readonly stage: Stage<DrillRegion>, private readonly load: LoadLike) {}

  /** Checks that everybody is served by the region that is nearest. */
  public async checkAtHome(claim: string, since: number): Promise<void> {
    const { stage: { section, route53 } } = this;
    // on AWS there are none near a region that the name does not lead to from here
    const regions = this.stage.regions.filter(({ name }) => this.load.customersNear(name).length > 0);
    if (!this.thereAreAny) return;
    await section.check(claim, async () => {
      for (const { name } of regions) {
        await this.until(`health of ${name}`, () => route53?.isHealthy(name) ?? true);
      }
      for (const { name } of regions) {
        await this.until(`service by ${name} for its customers`, () => this.areServed(name, region => region === name, since));
      }
      return regions.map(({ name }) => name).join(', ');
    });
  }

  /** Checks that health checks notice what happened to a region, and that its customers are served by others. Without a domain, nobody leads them anywhere. */
  public async checkElsewhere(name: string, since: number): Promise<void> {
    const { stage: { section, route53, history } } = this;
    if (!route53) return;
    await section.check(`${name} turns unhealthy`, async () => {
      await this.until(`the turn of ${name}`, () => !route53.isHealthy(name));
      history.moment('health', `${name} is unhealthy`, name);
      return `after ${secondsBetween(since, history.now())}`;
    });
    await section.check(`customers near ${name} are served elsewhere`, async () => {
      await this.until(`service elsewhere for customers near ${name}`, () => this.areServed(name, region => region !== name, since));
      history.moment('recovery', `customers near ${name} are served elsewhere`, name);
      return `after ${secondsBetween(since, history.now())}`;
    });
  }

  private get thereAreAny(): boolean {
    return this.stage.system.apis.length > 0;
  }

  private areServed(near: string, wanted: (region: string) => boolean, since: number): boolean {
    return this.load.customersNear(near).every(customer => customer.isServedBy(wanted, since));
  }

  /** Waits for at most what the templates' failover time amounts to, with some patience. */
  private async until(what: string, condition: () => boolean): Promise<void> {
    const { route53, workload: { rate = RATE } = {} } = this.stage;
    const withinMs = (route53?.failoverMs ?? 0) * PATIENCE + Math.max(PATIENCE_MS, ENOUGH / rate * 1000);
    await until(this.stage, { what, withinMs, pollMs: POLL_MS }, () => (condition() ? true : undefined));
  }
}
