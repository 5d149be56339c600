import { IConstruct } from 'constructs';
import { invalidProp } from '../system/errors';

/** The names that a domain takes for itself. */
export interface ClaimedNames {
  readonly domainName: string;
  readonly zone?: { readonly hostedZoneId: string };
  readonly regions: string[];
  /** All names, `domainName` among them. */
  readonly names: string[];
}

interface Claim {
  readonly owner: IConstruct;
  readonly domain: ClaimedNames;
}

/** The domains of each app. */
const claims = new WeakMap<IConstruct, Claim[]>();

/**
 * Notes the names of an API; throws if another API of the app has one of them in the same region or the same hosted zone.
 *
 * A custom domain name exists once in a region, whatever the account.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html
 */
export function claimNames(owner: IConstruct, domain: ClaimedNames): void {
  const others = claims.get(owner.node.root) ?? [];
  for (const other of others) {
    const isOfSameZone = domain.zone !== undefined && other.domain.zone?.hostedZoneId === domain.zone.hostedZoneId;
    const isNear = isOfSameZone || other.domain.regions.some(region => domain.regions.includes(region));
    const taken = isNear && domain.names.find(name => other.domain.names.includes(name));
    if (taken) {
      const what = taken === domain.domainName ? '' : `, because it also makes ${taken}`;
      throw invalidProp(owner, 'domain.domainName', domain.domainName, `names that no other API has; ${other.owner.node.path} has ${other.domain.domainName} and makes ${taken}${what}`);
    }
  }
  claims.set(owner.node.root, [...others, { owner, domain }]);
}
