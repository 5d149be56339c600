import { IConstruct } from 'constructs';
import { requireLiteralWhole } from './ranges';

/**
 * The concurrency that Lambda reserves, in every region, for the functions by which a region stays in service: those that answer health checks, and those that send its heartbeats.
 *
 * Reserved concurrency is free of charge, but taken from the account's quota in the region, 1000 by default: all other functions of the account share what is left. A region reserves `health` for each `MultiRegionApi`,
 * `evacuation` for the system, and for each `SystemUnit` with an API, and 10 for each `ReplicatedWorkflow` that peers take over. With one API and 3 workflows that is 60.
 *
 * Lambda refuses a reservation that leaves less than 100 unreserved. A new account may have a quota of 10 or 50 altogether, where the deployment fails with "decreases account's UnreservedConcurrentExecution below its minimum
 * value": have the quota "Concurrent executions" of Lambda raised in every region, or set `enabled` to false until it is.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html
 */
export interface ReservedConcurrencyOptions {
  /**
   * Indicates whether any is reserved. Without it, other functions that use up the account's concurrency take the region out of DNS, and its peers
   * start its workflows a second time after a few minutes without a heartbeat.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * The concurrency of each function that answers `/health`, at least 5. Lambda answers up to 10 requests a second for each; what is above is throttled, and fails a health check. With 100, it
   * answers what the API lets through in a flood, 1000 a second.
   *
   * @default 20
   * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
   */
  readonly health?: number;

  /**
   * The concurrency of each function that answers whether a region is evacuated, at least 5.
   *
   * @default 10
   */
  readonly evacuation?: number;
}

/**
 * Route 53 has about 16 checkers, 2 in each of the regions that it probes from. They do not coordinate, so all of them may ask at once, each for as long as a cold start takes. The rest is for whoever else asks.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 * @see https://docs.aws.amazon.com/cloud-map/latest/api/API_HealthCheckConfig.html
 */
const HEALTH = 20;

/** 19 peers, each asked by 16 checkers every 30 seconds, make 10 requests a second, which take a second at most when each is a cold start. With two regions it is one request in 2 seconds. */
const EVACUATION = 10;

/** The fewest checkers, 2 in each of 3 regions, may ask at once as well, and one in five decides. */
const LEAST = 5;
const MOST = 1000;

/**
 * The reserved concurrency of the functions by which a region stays in service: the options with defaults, checked.
 * @internal
 */
export class ReservedConcurrencySettings {
  /** Of a function that answers `/health`; undefined if it has none of its own. */
  public readonly health?: number;
  /** Of a function that answers whether a region is evacuated; undefined if it has none of its own. */
  public readonly evacuation?: number;
  private readonly enabled: boolean;

  constructor(owner: IConstruct, options: ReservedConcurrencyOptions = {}) {
    requireLiteralWhole(owner, 'reservedConcurrency.health', options.health, LEAST, MOST);
    requireLiteralWhole(owner, 'reservedConcurrency.evacuation', options.evacuation, LEAST, MOST);
    this.enabled = options.enabled ?? true;
    this.health = this.unlessDisabled(options.health ?? HEALTH);
    this.evacuation = this.unlessDisabled(options.evacuation ?? EVACUATION);
  }

  /** Returns a concurrency, or undefined if none is reserved. */
  public unlessDisabled(concurrency: number): number | undefined {
    return this.enabled ? concurrency : undefined;
  }
}
