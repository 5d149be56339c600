import { Duration, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { invalidProp } from '../system/errors';

/**
 * The time that resolvers keep the answer of an alias record. One of a record of the same zone has that record's, and one of a regional API domain this.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
 */
const ALIAS_TTL = Duration.seconds(60);

/**
 * The time that a dead endpoint takes to fail a probe: 4 seconds without a connection, or 2 more without an answer. Only then does the interval to the next probe begin.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
 */
const PROBE_TIME = Duration.seconds(6);

/**
 * The probing of peers for whether a region is evacuated. One answer is enough, because no peer says so by chance: it has an item, or it has none. So
 * the slow interval is as quick as three probes of the fast one, at a third of the requests, which grow with the square of the number of regions.
 */
export const EVACUATION_PROBES: Probing = { requestInterval: Duration.seconds(30), failureThreshold: 1 };

/**
 * The interval at which an endpoint is probed, and the number of probes in a row that decide.
 * @internal
 */
export interface Probing {
  readonly requestInterval: Duration;
  readonly failureThreshold: number;
}

/** The health checks that an account may have, unless its quota is raised. @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html */
export const HEALTH_CHECK_QUOTA = 200;

const CHECKER_REGIONS = ['ap-northeast-1', 'ap-southeast-1', 'ap-southeast-2', 'eu-west-1', 'sa-east-1', 'us-east-1', 'us-west-1', 'us-west-2'];
const INTERVALS = [10, 30];

/**
 * The probes by which Route 53 finds out that a region does not serve. What these amount to is `MultiRegionApi.failoverTime`.
 *
 * Peers are asked every 30 seconds whether the region is evacuated, whatever these are: see `MultiRegionApi.evacuationTime`.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export interface ApiHealthOptions {
  /**
   * The time between two probes of a checker: 10 seconds (fast, at an extra charge) or 30. It cannot be changed without replacing the health check.
   *
   * @default Duration.seconds(10)
   */
  readonly requestInterval?: Duration;

  /**
   * Probes in a row that must fail, or succeed again, from 1 to 10.
   *
   * @default 3
   */
  readonly failureThreshold?: number;

  /**
   * The regions that Route 53 probes from, at least 3 of those that have checkers.
   *
   * @default ['us-east-1', 'eu-west-1', 'ap-southeast-1']
   */
  readonly checkerRegions?: string[];

  /**
   * Indicates whether a region also leaves when a peer says that it is evacuated. Off, there is no way to leave a region that still answers, and N
   * regions have N × (N − 1) health checks less.
   *
   * @default true
   */
  readonly evacuation?: boolean;
}

/**
 * The health options with defaults, checked.
 * @internal
 */
export class HealthSettings implements Probing {
  public readonly requestInterval: Duration;
  public readonly failureThreshold: number;
  public readonly checkerRegions: string[];
  public readonly evacuation: boolean;

  constructor(owner: IConstruct, options: ApiHealthOptions = {}) {
    this.requestInterval = options.requestInterval ?? Duration.seconds(10);
    this.failureThreshold = options.failureThreshold ?? 3;
    this.checkerRegions = options.checkerRegions ?? ['us-east-1', 'eu-west-1', 'ap-southeast-1'];
    this.evacuation = options.evacuation ?? true;
    if (!INTERVALS.includes(this.requestInterval.toSeconds({ integral: false }))) {
      throw invalidProp(owner, 'health.requestInterval', this.requestInterval.toHumanString(), '10 or 30 seconds');
    }
    if (!Number.isInteger(this.failureThreshold) || this.failureThreshold < 1 || this.failureThreshold > 10) {
      throw invalidProp(owner, 'health.failureThreshold', this.failureThreshold, 'a whole number from 1 to 10');
    }
    const wrong = this.checkerRegions.find(region => Token.isUnresolved(region) || !CHECKER_REGIONS.includes(region));
    if (wrong !== undefined || new Set(this.checkerRegions).size < 3) {
      throw invalidProp(owner, 'health.checkerRegions', this.checkerRegions, `at least 3 of ${CHECKER_REGIONS.join(', ')}`);
    }
  }

  /** From the death of a region to the last client that has left it: until the checks fail, and then until resolvers ask again. */
  public get failoverTime(): Duration {
    return timeOf(this);
  }

  /** From an operator's write to the last client that has left the region; undefined if nobody is asked. */
  public get evacuationTime(): Duration | undefined {
    return this.evacuation ? timeOf(EVACUATION_PROBES) : undefined;
  }

  /** The explanation of the failover time. */
  public get explanation(): string {
    return `${this.failureThreshold} failing probes, each ${this.requestInterval.toSeconds()} s after the one before and given up after ${PROBE_TIME.toSeconds()} s, `
      + `and ${ALIAS_TTL.toSeconds()} s until resolvers ask again`;
  }
}

/** Returns the longest time until the last client has left. */
function timeOf({ requestInterval, failureThreshold }: Probing): Duration {
  return Duration.seconds((requestInterval.toSeconds() + PROBE_TIME.toSeconds()) * failureThreshold).plus(ALIAS_TTL);
}
