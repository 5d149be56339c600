import { AliasRecord, Endpoint, GeoLocation } from './zone';

/** The sender of a query. */
export interface Asker {
  /** Regions by latency, the lowest first. A region that is not among them comes after all that are. */
  readonly nearestFirst: string[];
  /**
   * The location of the sender, by all codes that apply.
   *
   * @default - nowhere: only a default record is for it
   */
  readonly location?: GeoLocation;
}

export interface Situation {
  readonly records: AliasRecord[];
  /** Says of a health check whether it is healthy. */
  readonly isHealthy: (healthCheckId: string) => boolean;
  /** From 0 to below 1. */
  readonly random?: () => number;
}

/**
 * Returns the answer of Route 53, or nothing if it has no record for that name or no record for where the asker is.
 *
 * Every policy comes down to an order of preference. The first healthy record is taken, and if none is healthy, all are treated as if they were.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-complex-configs.html
 */
export function answer(situation: Situation, name: string, type: AliasRecord['type'], asker: Asker, via: string[] = []): Endpoint | undefined {
  if (via.includes(name)) throw new Error(`records lead in a circle: ${[...via, name].join(' to ')}`);
  const inOrder = byPreference(situation, name, type, asker);
  const chosen = inOrder.find(record => isHealthy(situation, record, asker)) ?? inOrder[0];
  return typeof chosen?.target === 'string' ? answer(situation, chosen.target, type, asker, [...via, name]) : chosen?.target;
}

/** Returns whether a record is healthy: a health check and the target's health must both be good, where the record has them. */
function isHealthy(situation: Situation, { healthCheckId, evaluateTargetHealth, target, type }: AliasRecord, asker: Asker): boolean {
  if (healthCheckId !== undefined && !situation.isHealthy(healthCheckId)) return false;
  // Of an API's domain name Route 53 knows no health, so it is taken as healthy
  if (!evaluateTargetHealth || typeof target !== 'string') return true;
  return byPreference(situation, target, type, asker).some(record => isHealthy(situation, record, asker));
}

/** Returns the records that are for the asker, the one that its policy prefers first. */
function byPreference({ records, random = Math.random }: Situation, name: string, type: AliasRecord['type'], asker: Asker): AliasRecord[] {
  const group = records.filter(record => record.name === name && record.type === type);
  const ranked = group.flatMap(record => {
    const rank = rankOf(record, asker, random);
    return rank === undefined ? [] : [{ record, rank }];
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ record }) => record);
}

/** Returns the rank of a record: the lower, the more preferred; nothing if the record is not for the asker. */
function rankOf({ policy }: AliasRecord, { nearestFirst, location }: Asker, random: () => number): number | undefined {
  switch (policy.kind) {
    case 'simple':
      return 0;
    case 'latency': {
      const rank = nearestFirst.indexOf(policy.region);
      return rank < 0 ? nearestFirst.length : rank;
    }
    case 'weighted':
      // As if clocks ran that ring after times exponentially distributed at the rates of the weights: the first to ring is drawn by weight, and so is each
      // next one among those left. Records of weight 0 come after all others, in equal parts.
      return policy.weight > 0 ? rung(policy.weight, random) : LAST + random();
    case 'geolocation':
      return specificity(policy.location, location);
  }
}

/** More than any clock shows. */
const LAST = 1e6;

function rung(weight: number, random: () => number): number {
  return -Math.log(1 - random()) / weight;
}

/** Returns the specificity of a location: from a subdivision, which is the most specific, to the default. */
function specificity({ continentCode, countryCode, subdivisionCode }: GeoLocation, location: GeoLocation = {}): number | undefined {
  if (countryCode === '*') return 3;
  if (subdivisionCode !== undefined) return subdivisionCode === location.subdivisionCode && countryCode === location.countryCode ? 0 : undefined;
  if (countryCode !== undefined) return countryCode === location.countryCode ? 1 : undefined;
  return continentCode === location.continentCode ? 2 : undefined;
}
