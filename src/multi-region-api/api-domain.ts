import { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { IConstruct } from 'constructs';
import { HealthSettings } from './api-health';
import { ApiRouting } from './api-routing';
import { claimNames } from './domain-claims';
import { invalidProp, requireLiteral } from '../system/errors';

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
   * The hosted zone. It must have been imported, by literal id and name, since stacks in all regions use it.
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
}

/**
 * The names of an API, and how Route 53 leads to them.
 * @internal
 */
export class ApiDomain {
  public readonly domainName: string;
  public readonly hostedZoneId: string;
  public readonly zoneName: string;

  /** Throws unless the zone is literal, the name is within it, no other API of the app has it, and Route 53 serves it. */
  constructor(
    owner: IConstruct,
    props: ApiDomainProps,
    public readonly regions: string[],
    public readonly routing: ApiRouting,
    public readonly health: HealthSettings,
  ) {
    requirePublicDns(owner, props, regions);
    const { hostedZone, hostedZoneId, zoneName } = props;
    if ((hostedZone !== undefined) === (hostedZoneId !== undefined || zoneName !== undefined)) {
      throw invalidProp(owner, 'domain.hostedZone', hostedZone?.node.path, 'either hostedZone, or hostedZoneId and zoneName');
    }
    this.hostedZoneId = hostedZone?.hostedZoneId ?? hostedZoneId!;
    this.zoneName = (hostedZone ? zoneNameOf(owner, hostedZone) : zoneName!)?.replace(/\.$/, '');
    requireLiteral(owner, 'domain.hostedZoneId', this.hostedZoneId, /^[A-Z0-9]{1,32}$/, 'the literal id of a hosted zone, such as Z0123456789ABCDEFGHIJ: import the zone by its id');
    requireLiteral(owner, 'domain.zoneName', this.zoneName, HOST_NAME, 'the literal name of a hosted zone, such as example.com');
    requireLiteral(owner, 'domain.domainName', props.domainName, HOST_NAME, 'a literal domain name in lower case, such as api.example.com, and no wildcard, because each region has a name below it');
    if (props.domainName !== this.zoneName && !props.domainName.endsWith(`.${this.zoneName}`)) {
      throw invalidProp(owner, 'domain.domainName', props.domainName, `${this.zoneName} or a name within it`);
    }
    if (props.domainName.length > MAX_LENGTH) {
      throw invalidProp(owner, 'domain.domainName', props.domainName, `at most ${MAX_LENGTH} characters, as a certificate's common name; these are ${props.domainName.length}`);
    }
    this.domainName = props.domainName;
    claimNames(owner, this);
  }

  /** All names that exist for the domain. */
  public get names(): string[] {
    const nearest = this.routing._usesNearest ? [this.nearestName] : [];
    return [this.domainName, ...nearest, ...this.regions.flatMap(region => [this.regionalName(region), this.sharedTargetName(region)])];
  }

  /** Returns the name that always leads to one region: for probes, and for clients that choose their region. */
  public regionalName(region: string): string {
    return `${region}.${this.domainName}`;
  }

  /**
   * Returns the name of the record that leads to the shared custom domain name of one region, for records of the shared name to be aliases of. Nobody
   * asks for it.
   */
  public sharedTargetName(region: string): string {
    return `shared.${this.regionalName(region)}`;
  }

  /** The name that leads to the nearest healthy region: what a default record needs to outlive any single region. */
  public get nearestName(): string {
    return `nearest.${this.domainName}`;
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
