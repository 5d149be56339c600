import { CfnRecordSetProps, GeoLocation } from 'aws-cdk-lib/aws-route53';
import { IConstruct } from 'constructs';
import { invalidProp } from '../system/errors';

/** Route 53's largest weight. */
const MAX_WEIGHT = 255;

/**
 * A record of the shared name, in the mesh stack of the region that it leads to.
 * @internal
 */
export interface RegionalRecord {
  /** The identifier among the records of one name. */
  readonly setIdentifier: string;
  /** The routing policy's part of the record. */
  readonly policy: Pick<CfnRecordSetProps, 'region' | 'weight' | 'geoLocation'>;
  /** Indicates whether the record leads to the nearest healthy region, whichever that is, instead of to its own. */
  readonly toNearest?: boolean;
}

/**
 * The choice of the region that Route 53 sends a client to. Whatever the choice, a region that is not healthy gets nobody, unless none is.
 *
 * Each region's records are in its own mesh stack, so a region joins and leaves without touching another's. One of `retiringRegions` has none, whatever it is given here.
 *
 * A deployed API keeps its kind of routing (latency, weighted or failover, geolocation), because Route 53 refuses records of different kinds for one name, and new ones come before the old ones go.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy.html
 * @see https://github.com/kubernetes-sigs/external-dns/issues/4345
 */
export abstract class ApiRouting {
  /** Sends clients to the region with the lowest latency. */
  public static latency(): ApiRouting {
    return new LatencyRouting();
  }

  /**
   * Sends clients to regions by weights from 0 to 255, one for every region, at least one of them above 0. A region of weight 0 gets clients only when no region of a higher weight is healthy.
   */
  public static weighted(weights: { [region: string]: number }): ApiRouting {
    return new WeightedRouting(weights);
  }

  /**
   * Sends clients to the primary region; while that is not healthy, to the others in equal parts.
   *
   * It is weighted routing with weights 1 and 0, because failover records know one secondary only, and because records of different policies cannot share a name: so
   * that a third region can join a system of two.
   *
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-weighted.html
   */
  public static failover(): ApiRouting {
    return new FailoverRouting();
  }

  /**
   * Sends clients to regions by their own location: the locations of each region, each location once. Everybody else, and everybody whose region is not
   * healthy, goes to the healthy region with the lowest latency; the default record that does so is in the given region's mesh stack.
   */
  public static geolocation(locations: { [region: string]: GeoLocation[] }, defaultRegion: string): ApiRouting {
    return new GeolocationRouting(locations, defaultRegion);
  }

  protected constructor() {}

  /** @internal */
  public abstract _validate(owner: IConstruct, regions: string[], retiring: string[]): void;

  /**
   * Indicates whether records lead to the nearest healthy region, so that every region must be among those.
   * @internal
   */
  public get _usesNearest(): boolean {
    return false;
  }

  /**
   * Returns the records of the shared name that a region's mesh stack holds.
   * @internal
   */
  public abstract _recordsOf(region: string, primaryRegion: string): RegionalRecord[];
}

class LatencyRouting extends ApiRouting {
  public _validate(): void {}

  public _recordsOf(region: string): RegionalRecord[] {
    return [{ setIdentifier: region, policy: { region } }];
  }
}

class WeightedRouting extends ApiRouting {
  constructor(private readonly weights: { [region: string]: number }) {
    super();
  }

  public _validate(owner: IConstruct, regions: string[], retiring: string[]): void {
    const weights = this.weights ?? {};
    const unknown = Object.keys(weights).find(region => !regions.includes(region));
    if (unknown) throw invalidProp(owner, 'routing: weighted', unknown, `regions of this system: ${regions.join(', ')}`);
    for (const region of regions) {
      const weight = weights[region];
      if (!Number.isInteger(weight) || weight < 0 || weight > MAX_WEIGHT) {
        throw invalidProp(owner, `routing: weight of ${region}`, weight, `a whole number from 0 to ${MAX_WEIGHT}, for every region`);
      }
    }
    if (!regions.some(region => weights[region] > 0 && !retiring.includes(region))) {
      throw invalidProp(owner, 'routing: weighted', weights, `a weight above 0 for at least one region${retiring.length > 0 ? ` other than those of retiringRegions (${retiring.join(', ')})` : ''}`);
    }
  }

  public _recordsOf(region: string): RegionalRecord[] {
    return [{ setIdentifier: region, policy: { weight: this.weights[region] } }];
  }
}

class FailoverRouting extends ApiRouting {
  public _validate(): void {}

  public _recordsOf(region: string, primaryRegion: string): RegionalRecord[] {
    return [{ setIdentifier: region, policy: { weight: region === primaryRegion ? 1 : 0 } }];
  }
}

class GeolocationRouting extends ApiRouting {
  constructor(private readonly locations: { [region: string]: GeoLocation[] }, private readonly defaultRegion: string) {
    super();
  }

  public _validate(owner: IConstruct, regions: string[], retiring: string[]): void {
    if (!regions.includes(this.defaultRegion)) {
      throw invalidProp(owner, 'routing: defaultRegion', this.defaultRegion, `a region of this system: ${regions.join(', ')}`);
    }
    if (retiring.includes(this.defaultRegion)) {
      const staying = regions.filter(region => !retiring.includes(region)).join(', ');
      throw invalidProp(owner, 'routing: defaultRegion', this.defaultRegion, `a region that is not in retiringRegions: ${staying}; deploy that first, then retire the region`);
    }
    const taken = new Map<string, string>();
    for (const [region, locations] of Object.entries(this.locations ?? {})) {
      if (!regions.includes(region)) throw invalidProp(owner, 'routing: geolocation', region, `regions of this system: ${regions.join(', ')}`);
      for (const location of locations) {
        const name = nameOf(location);
        if (name === DEFAULT) throw invalidProp(owner, `routing: geolocation of ${region}`, name, 'locations other than the default, which the defaultRegion\'s mesh stack holds');
        if (taken.has(name)) throw invalidProp(owner, `routing: geolocation of ${region}`, name, `each location once; ${taken.get(name)} has it`);
        taken.set(name, region);
      }
    }
    if (taken.size === 0) throw invalidProp(owner, 'routing: geolocation', this.locations, 'at least one location');
  }

  public get _usesNearest(): boolean {
    return true;
  }

  public _recordsOf(region: string): RegionalRecord[] {
    const own = (this.locations[region] ?? []).map(location => ({
      setIdentifier: `${region}-${nameOf(location)}`, policy: { geoLocation: propertyOf(location) },
    }));
    return region === this.defaultRegion ? [...own, { setIdentifier: DEFAULT, policy: { geoLocation: { countryCode: '*' } }, toNearest: true }] : own;
  }
}

const DEFAULT = 'Default';

function nameOf({ continentCode, countryCode, subdivisionCode }: GeoLocation): string {
  if (countryCode === '*') return DEFAULT;
  return [continentCode, countryCode, subdivisionCode].filter(Boolean).join('-');
}

function propertyOf({ continentCode, countryCode, subdivisionCode }: GeoLocation) {
  return { continentCode, countryCode, subdivisionCode };
}
