import { Duration, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { invalidProp } from '../system/errors';

/**
 * The time that resolvers keep the answer of an alias record. One of a record of the same zone has that record's, and one of a regional API domain this.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
 */
const ALIAS_TTL = Duration.seconds(60);

const CHECKER_REGIONS = ['ap-northeast-1', 'ap-southeast-1', 'ap-southeast-2', 'eu-west-1', 'sa-east-1', 'us-east-1', 'us-west-1', 'us-west-2'];
const INTERVALS = [10, 30];

/**
 * The probes by which Route 53 finds out that a region does not serve. What these amount to is `MultiRegionApi.failoverTime`.
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
   * Whether a region also leaves when a peer says that it is evacuated. Off, there is no way to leave a region that still answers, and N regions have
   * N × (N − 1) health checks less.
   *
   * @default true
   */
  readonly evacuation?: boolean;
}

/**
 * The health options with defaults, checked.
 * @internal
 */
export class HealthSettings {
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
    return Duration.seconds(this.requestInterval.toSeconds() * this.failureThreshold).plus(ALIAS_TTL);
  }

  /** What the failover time is made of. */
  public get explanation(): string {
    return `probes every ${this.requestInterval.toSeconds()} s, ${this.failureThreshold} of which fail, and ${ALIAS_TTL.toSeconds()} s until resolvers ask again`;
  }
}
