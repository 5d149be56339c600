import { setTimeout as sleep } from 'timers/promises';
import { HealthChecks } from './health-checks';
import { Resolver } from './resolver';
import { answer, Asker } from './routing';
import { AliasRecord, Endpoint, EndpointCheck, Zone } from './zone';
import { Clock } from '../lag/clock';
import { send } from '../regions/http-request';

/** Seconds that answers for an alias to an API may be kept. */
const ALIAS_TTL = 60;

/** Seconds that a checker waits, for a connection and again for an answer. */
const CONNECT_TIMEOUT = 4;
const ANSWER_TIMEOUT = 2;

export interface Route53Props {
  readonly zone: Zone;
  /**
   * The name that leads to whichever region is best.
   *
   * @default - the one that the zone has
   */
  readonly sharedName?: string;
  /** The address of each region. */
  readonly addresses: ReadonlyMap<string, string>;
  /** All times of Route 53 are divided by this. */
  readonly timeScale: number;
  /**
   * The clock by which a checker waits for an answer.
   *
   * @default - the time that goes by
   */
  readonly clock?: Clock;
  readonly signal: AbortSignal;
}

/** A change of a region's health. */
export interface Turn {
  /** Milliseconds, as of `performance.now()`. */
  readonly at: number;
  readonly region: string;
  readonly healthy: boolean;
}

/**
 * Stands in for Route 53: answers by the records of the templates, and probes what their health checks name, by HTTP.
 *
 * Each health check has one checker. AWS has several in each of the regions that a check lists, and more than 18 % of them must be content.
 */
export class Route53 {
  /** The time for which its answers may be kept. */
  public readonly ttlMs: number;
  /** The moments when regions turned healthy or unhealthy. */
  public readonly turns: Turn[] = [];

  private zone: Zone;
  private health: HealthChecks;
  private readonly lastSeen = new Map<string, boolean>();
  private readonly probed = new Set<string>();

  constructor(private readonly props: Route53Props) {
    this.zone = props.zone;
    this.health = new HealthChecks(props.zone.healthChecks);
    this.ttlMs = this.scaled(ALIAS_TTL);
    this.regions.forEach(region => this.lastSeen.set(region, this.isHealthy(region)));
  }

  /** Starts a checker for each endpoint. The signal stops them. */
  public startProbing(): void {
    for (const [id, { kind }] of this.zone.healthChecks) {
      if (kind === 'endpoint' && !this.probed.has(id)) {
        void this.probe(id);
      }
    }
  }

  /** Takes what was deployed since. What health checks have seen so far stays; new ones are probed, and those that are gone are not any more. */
  public update(zone: Zone): void {
    this.zone = zone;
    this.health = new HealthChecks(zone.healthChecks, this.health);
    this.startProbing();
  }

  /** Returns the answer of Route 53 at this moment. */
  public ask(name: string, asker: Asker, type: AliasRecord['type'] = 'A'): Endpoint | undefined {
    return answer({ records: this.zone.records, isHealthy: id => this.health.isHealthy(id) }, name, type, asker);
  }

  /** Returns the resolver between a client near a region and Route 53. */
  public resolverNear(region: string): Resolver {
    const asker = this.askerNear(region);
    return new Resolver(name => this.ask(name, asker), this.ttlMs);
  }

  /** Its own region is the nearest; the others follow in the system's order, for want of a map. */
  public askerNear(region: string): Asker {
    return { nearestFirst: [region, ...this.regions.filter(other => other !== region)] };
  }

  /** Returns whether records of the shared name that lead to a region may be answered with. */
  public isHealthy(region: string): boolean {
    const { zone } = this;
    const ids = zone.records
      .filter(record => record.name === this.sharedName && zone.endpointsOf(record).every(endpoint => endpoint.region === region))
      .flatMap(({ healthCheckId }) => healthCheckId ?? []);
    return ids.every(id => this.health.isHealthy(id));
  }

  /** Milliseconds until the templates' health checks notice that an endpoint is gone, and until resolvers ask again. */
  public get failoverMs(): number {
    const checks = [...this.zone.healthChecks.values()].filter(check => check.kind === 'endpoint');
    return this.scaled(Math.max(...checks.map(({ interval, failureThreshold }) => interval * failureThreshold))) + this.ttlMs;
  }

  public get timeScale(): number {
    return this.props.timeScale;
  }

  public get sharedName(): string {
    return this.props.sharedName ?? this.zone.sharedName;
  }

  private get regions(): string[] {
    return [...this.props.addresses.keys()];
  }

  private async probe(id: string): Promise<void> {
    const { signal } = this.props;
    this.probed.add(id);
    try {
      // Checkers are not in step
      await sleep(Math.random() * this.scaled(this.endpointCheck(id)!.interval), undefined, { signal });
      for (let check = this.endpointCheck(id); check; check = this.endpointCheck(id)) {
        const startedAt = performance.now();
        const success = await this.answers(check);
        signal.throwIfAborted();
        if (!this.endpointCheck(id)) break;
        this.health.observe(id, success);
        this.noteTurns();
        await sleep(Math.max(0, startedAt + this.scaled(check.interval) - performance.now()), undefined, { signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.probed.delete(id);
    }
  }

  private endpointCheck(id: string): EndpointCheck | undefined {
    const check = this.zone.healthChecks.get(id);
    return check?.kind === 'endpoint' ? check : undefined;
  }

  private async answers({ host, path }: EndpointCheck): Promise<boolean> {
    const endpoint = this.ask(host, { nearestFirst: [] });
    if (!endpoint) return false;
    try {
      const { status } = await send({
        address: this.props.addresses.get(endpoint.region)!,
        host,
        method: 'GET',
        path,
        connectTimeoutMs: this.scaled(CONNECT_TIMEOUT),
        answerTimeoutMs: this.scaled(ANSWER_TIMEOUT),
        clock: this.props.clock,
        signal: this.props.signal,
      });
      return status >= 200 && status <= 399;
    } catch {
      return false;
    }
  }

  private noteTurns(): void {
    for (const region of this.regions) {
      const healthy = this.isHealthy(region);
      if (healthy !== this.lastSeen.get(region)) {
        this.lastSeen.set(region, healthy);
        this.turns.push({ at: performance.now(), region, healthy });
      }
    }
  }

  private scaled(seconds: number): number {
    return seconds * 1000 / this.props.timeScale;
  }
}
