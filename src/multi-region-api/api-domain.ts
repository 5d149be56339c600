import { Duration, Stack } from 'aws-cdk-lib';
import { CfnDomainName, DomainName, EndpointType, RestApi, SecurityPolicy } from 'aws-cdk-lib/aws-apigateway';
import { Certificate, CertificateValidation, ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { CfnRecordSet, HostedZone, IHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct, IConstruct } from 'constructs';
import { HealthSettings, regionalHealth } from './api-health';
import { ApiRouting } from './api-routing';
import { watch } from '../system/legacy';
import { invalidProp, requireLiteral } from '../system/errors';

const HOST_NAME = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** The domain of an API: its name, and the public hosted zone that it is in. */
export interface ApiDomainProps {
  /** The name that clients use, in lower case, such as `api.example.com`. Each region also gets a name of its own, `<region>.api.example.com`. */
  readonly domainName: string;

  /**
   * The hosted zone. It must have been imported, by literal id and name, since every region's stack uses it.
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
 * The domain of an API in all regions; each region's share is wholly in its own stack.
 * @internal
 */
export class ApiDomain {
  public readonly domainName: string;
  private readonly hostedZoneId: string;
  private readonly zoneName: string;

  /** Throws unless the zone is literal and the name is within it. */
  constructor(
    owner: IConstruct,
    props: ApiDomainProps,
    private readonly routing: ApiRouting,
    private readonly health: HealthSettings,
  ) {
    const { hostedZone, hostedZoneId, zoneName } = props;
    if ((hostedZone !== undefined) === (hostedZoneId !== undefined || zoneName !== undefined)) {
      throw invalidProp(owner, 'domain.hostedZone', hostedZone?.node.path, 'either hostedZone, or hostedZoneId and zoneName');
    }
    this.hostedZoneId = hostedZone?.hostedZoneId ?? hostedZoneId!;
    this.zoneName = (hostedZone?.zoneName ?? zoneName!)?.replace(/\.$/, '');
    requireLiteral(owner, 'domain.hostedZoneId', this.hostedZoneId, /^[A-Z0-9]+$/, 'the literal id of a hosted zone, such as Z0123456789ABCDEFGHIJ: import the zone by its id');
    requireLiteral(owner, 'domain.zoneName', this.zoneName, HOST_NAME, 'the literal name of a hosted zone, such as example.com');
    requireLiteral(owner, 'domain.domainName', props.domainName, HOST_NAME, 'a literal domain name in lower case, such as api.example.com');
    if (props.domainName !== this.zoneName && !props.domainName.endsWith(`.${this.zoneName}`)) {
      throw invalidProp(owner, 'domain.domainName', props.domainName, `${this.zoneName} or a name within it`);
    }
    this.domainName = props.domainName;
  }

  /** The name that always leads to one region: for probes, and for clients that choose their region. */
  public regionalName(region: string): string {
    return `${region}.${this.domainName}`;
  }

  /** A region's share: certificate, names, health and records. */
  public addTo(scope: Construct, restApi: RestApi, region: string, peers: string[], primaryRegion: string): void {
    const certificate = new Certificate(scope, 'Certificate', {
      domainName: this.domainName,
      subjectAlternativeNames: [this.regionalName(region)],
      validation: CertificateValidation.fromDns(HostedZone.fromHostedZoneAttributes(scope, 'Zone', { hostedZoneId: this.hostedZoneId, zoneName: this.zoneName })),
    });
    watchExpiry(scope, certificate, this.domainName);

    const shared = regionalDomain(scope, 'Domain', this.domainName, certificate, restApi);
    const own = regionalDomain(scope, 'RegionalDomain', this.regionalName(region), certificate, restApi);
    const healthy = regionalHealth(new Construct(scope, 'Health'), region, peers, peer => this.regionalName(peer), this.health);

    this.records(scope, 'RegionalName', this.regionalName(region), own, {});
    const routed = { setIdentifier: region, healthCheckId: healthy.attrHealthCheckId };
    const nearest = this.routing._usesNearest ? this.records(scope, 'Nearest', this.nearestName, shared, { ...routed, region }) : [];
    for (const { setIdentifier, policy, toNearest } of this.routing._recordsOf(region, primaryRegion)) {
      if (toNearest) {
        this.recordsToNearest(scope, `Shared-${setIdentifier}`, nearest, { ...policy, setIdentifier });
      } else {
        this.records(scope, `Shared-${setIdentifier}`, this.domainName, shared, { ...routed, ...policy, setIdentifier });
      }
    }
  }

  /** Leads to the nearest healthy region: what a default record needs to outlive any single region. */
  private get nearestName(): string {
    return `nearest.${this.domainName}`;
  }

  private recordsToNearest(scope: Construct, id: string, nearest: CfnRecordSet[], policy: object): void {
    for (const target of nearest) {
      new CfnRecordSet(scope, `${id}-${target.type}`, {
        hostedZoneId: this.hostedZoneId,
        name: this.domainName,
        type: target.type,
        ...policy,
        aliasTarget: { dnsName: this.nearestName, hostedZoneId: this.hostedZoneId, evaluateTargetHealth: true },
      }).node.addDependency(target); // Route 53 refuses an alias to a record of the same zone that is not there yet
    }
  }

  private records(scope: Construct, id: string, name: string, target: CfnDomainName, policy: object): CfnRecordSet[] {
    return ['A', 'AAAA'].map(type => new CfnRecordSet(scope, `${id}-${type}`, {
      hostedZoneId: this.hostedZoneId,
      name,
      type,
      ...policy,
      aliasTarget: { dnsName: target.attrRegionalDomainName, hostedZoneId: target.attrRegionalHostedZoneId, evaluateTargetHealth: true },
    }));
  }
}

function regionalDomain(scope: Construct, id: string, domainName: string, certificate: ICertificate, restApi: RestApi): CfnDomainName {
  const domain = new DomainName(scope, id, {
    domainName,
    certificate,
    endpointType: EndpointType.REGIONAL,
    securityPolicy: SecurityPolicy.TLS_1_2,
    mapping: restApi,
  });
  const cfn = domain.node.defaultChild as CfnDomainName;
  // without it the AAAA records would lead nowhere; the L2 has no property for it
  cfn.addPropertyOverride('EndpointConfiguration.IpAddressType', 'dualstack');
  return cfn;
}

/** A health check does not mind an expired certificate, clients do. */
function watchExpiry(scope: Construct, certificate: ICertificate, domainName: string): void {
  watch(scope, 'CertificateExpiry', {
    description: days => `The certificate of ${domainName} in ${Stack.of(scope).region} expires within ${days} days and was not renewed: `
      + 'check that its DNS validation record is still in the hosted zone.',
    metric: certificate.metricDaysToExpiry({ period: Duration.days(1), statistic: 'Minimum' }),
    threshold: 30,
    whenBelow: true,
  });
}
