import { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { IConstruct } from 'constructs';
import { HealthSettings } from './api-health';
import { ApiRouting } from './api-routing';
import { claimNames } from './domain-claims';
import { invalidProp, requireLiteral } from '../system/errors';
import { ArnKind, requireRegionalArns } from '../system/regional-arns';

const HOST_NAME = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The certificate's common name is the shared name; the regions' own names, which may be longer, are alternative names of it.
 *
 * @see https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
 */
const MAX_LENGTH = 64;

/** The domain of an API: its name, and the public hosted zone that it is in. */
export interface ApiDomainProps {
  /**
   * The name that clients use, in lower case, of at most 64 characters, such as `api.example.com`. Each region also gets a name of its own, `<region>.api.example.com`, so it cannot be a wildcard.
   *
   * No other API may have it, or one of the names below it that the library makes.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html
   */
  readonly domainName: string;

  /**
   * The hosted zone, of the system's account. It must have been imported, by literal id and name, since stacks in all regions use it.
   *
   * @default - hostedZoneId and zoneName
   */
  readonly hostedZone?: IHostedZone;

  /**
   * The id of the hosted zone, with zoneName.
   *
   * @default - hostedZone
   */
  readonly hostedZoneId?: string;

  /**
   * The name of the hosted zone, with hostedZoneId.
   *
   * @default - hostedZone
   */
  readonly zoneName?: string;

  /**
   * The ARN of each region's own certificate, for every region of the system: of AWS Certificate Manager, in that region and the system's account. Each must be for both names, `api.example.com` and
   * `<region>.api.example.com`: one that is requested for `api.example.com` and `*.api.example.com` is. A certificate for `*.example.com` is for the first only.
   *
   * AWS renews what it has issued while the CNAME records of its validation are there, and renews nothing that was imported: import the next one under the same ARN. The alarm on expiry is for both.
   *
   * @default - a certificate in each region that AWS issues and renews, by a record in the hosted zone
   * @see https://docs.aws.amazon.com/acm/latest/userguide/acm-renewal.html
   */
  readonly certificateArns?: { [region: string]: string };

  /**
   * Indicates that somebody else makes the records: another DNS service, or who owns the hosted zone in another account. There is no hosted zone then, `certificateArns` are needed, and `routing` is not ours. Where you can,
   * rather delegate the name to a hosted zone of the system's account: then all of this library works.
   *
   * Each region's stack says by its outputs where its records of the two names lead: `SharedNameTarget` and `RegionalNameTarget`, and `TargetHostedZoneId` for alias records. Each mesh stack has, as `HealthCheckId`, the health check
   * of the region. A hosted zone of another account may use it, by Route 53's API, and then loses, leaves and regains regions as ours do. Another DNS service cannot: it must ask
   * `https://<region>.<domainName>/health` by checks of its own, knows of no evacuation, and takes the time that it takes.
   *
   * @default false
   * @see https://repost.aws/knowledge-center/route-53-cross-account-health-checks
   */
  readonly externalDns?: boolean;
}

/**
 * A public hosted zone.
 * @internal
 */
export interface ApiZone {
  readonly hostedZoneId: string;
  readonly zoneName: string;
}

const CERTIFICATE: ArnKind = { service: 'acm', resource: 'certificate/[A-Za-z0-9-]+', name: 'certificate of AWS Certificate Manager' };

/**
 * The names of an API, and how Route 53 leads to them.
 * @internal
 */
export class ApiDomain {
  public readonly domainName: string;
  /** Undefined if the records are made elsewhere. */
  public readonly zone?: ApiZone;
  public readonly certificateArns?: { [region: string]: string };

  /** Throws unless the zone, if there is one, is literal and the name within it, no other API of the app has the name, and Route 53 serves it. */
  constructor(
    owner: IConstruct,
    props: ApiDomainProps,
    public readonly regions: string[],
    public readonly routing: ApiRouting,
    public readonly health: HealthSettings,
  ) {
    requirePublicDns(owner, props, regions);
    requireLiteral(owner, 'domain.domainName', props.domainName, HOST_NAME, 'a literal domain name in lower case, such as api.example.com, and no wildcard, because each region has a name below it');
    requireRegionalArns(owner, 'domain.certificateArns', regions, CERTIFICATE, props.certificateArns);
    this.certificateArns = props.certificateArns;
    this.zone = props.externalDns ? undefined : requireZone(owner, props);
    if (props.externalDns) requireNoZone(owner, props);
    if (!props.certificateArns && props.domainName.length > MAX_LENGTH) {
      throw invalidProp(owner, 'domain.domainName', props.domainName, `at most ${MAX_LENGTH} characters, as a certificate's common name; these are ${props.domainName.length}`);
    }
    this.domainName = props.domainName;
    claimNames(owner, this);
  }

  /** All names that exist for the domain. */
  public get names(): string[] {
    if (!this.zone) return [this.domainName, ...this.regions.map(region => this.regionalName(region))];
    const nearest = this.routing._usesNearest ? [this.nearestName] : [];
    return [this.domainName, ...nearest, ...this.regions.flatMap(region => [this.regionalName(region), this.sharedTargetName(region)])];
  }

  /** Returns the name that always leads to one region: for probes, and for clients that choose their region. */
  public regionalName(region: string): string {
    return `${region}.${this.domainName}`;
  }

  /** Returns the name of the record, in the zone, that leads to the shared custom domain name of one region, for records of the shared name to be aliases of. Nobody asks for it. */
  public sharedTargetName(region: string): string {
    return `shared.${this.regionalName(region)}`;
  }

  /** The name that leads to the nearest healthy region: what a default record needs to outlive any single region. */
  public get nearestName(): string {
    return `nearest.${this.domainName}`;
  }
}

function requireZone(owner: IConstruct, props: ApiDomainProps): ApiZone {
  const { domainName, hostedZone } = props;
  if ((hostedZone !== undefined) === (props.hostedZoneId !== undefined || props.zoneName !== undefined)) {
    throw invalidProp(owner, 'domain.hostedZone', hostedZone?.node.path, 'either hostedZone, or hostedZoneId and zoneName; or externalDns: true, if somebody else makes the records');
  }
  const hostedZoneId = hostedZone?.hostedZoneId ?? props.hostedZoneId!;
  const zoneName = (hostedZone ? zoneNameOf(owner, hostedZone) : props.zoneName!)?.replace(/\.$/, '');
  requireLiteral(owner, 'domain.hostedZoneId', hostedZoneId, /^[A-Z0-9]{1,32}$/, 'the literal id of a hosted zone, such as Z0123456789ABCDEFGHIJ: import the zone by its id');
  requireLiteral(owner, 'domain.zoneName', zoneName, HOST_NAME, 'the literal name of a hosted zone, such as example.com');
  if (domainName !== zoneName && !domainName.endsWith(`.${zoneName}`)) {
    throw invalidProp(owner, 'domain.domainName', domainName, `${zoneName} or a name within it`);
  }
  return { hostedZoneId, zoneName };
}

/** Requires that no zone is given: without one nothing validates a certificate, and nothing routes. */
function requireNoZone(owner: IConstruct, { hostedZone, hostedZoneId, zoneName, certificateArns }: ApiDomainProps): void {
  for (const [prop, value] of Object.entries({ hostedZone: hostedZone?.node.path, hostedZoneId, zoneName })) {
    if (value !== undefined) throw invalidProp(owner, `domain.${prop}`, value, 'none with externalDns, because somebody else makes the records');
  }
  if (!certificateArns) {
    throw invalidProp(owner, 'domain.certificateArns', certificateArns, 'a certificate for every region with externalDns, because the library has no hosted zone to validate one by');
  }
}

/** Returns the name of a zone: the CDK throws if a zone was imported by its id only. */
function zoneNameOf(owner: IConstruct, hostedZone: IHostedZone): string {
  try {
    return hostedZone.zoneName;
  } catch {
    throw invalidProp(owner, 'domain.hostedZone', hostedZone.node.path, 'a zone with its name, as by HostedZone.fromHostedZoneAttributes, or hostedZoneId and zoneName');
  }
}

/**
 * Refuses GovCloud, which has neither public hosted zones nor routing by latency or location.
 *
 * @see https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-r53.html
 */
function requirePublicDns(owner: IConstruct, { domainName }: ApiDomainProps, [region]: string[]): void {
  if (RegionInfo.get(region).partition === 'aws-us-gov') {
    throw invalidProp(owner, 'domain', { domainName }, `no domain in AWS GovCloud (${region}), because Route 53 has no public hosted zones there: have clients choose a region by urlIn`);
  }
}
