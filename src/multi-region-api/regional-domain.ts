import { CfnOutput } from 'aws-cdk-lib';
import { CfnDomainName, DomainName, EndpointType, RestApi, SecurityPolicy } from 'aws-cdk-lib/aws-apigateway';
import { Certificate, CertificateValidation, ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { aliasRecords } from './alias-records';
import { addExpiryAlarm, ApiAlarms } from './api-alarms';
import { ApiDomain } from './api-domain';
import { RegionalScope } from '../system/regional-scope';

/**
 * Creates what one region has of the domain and needs no other region, in the region's stack: the certificate, the two custom domain names, and a record for each, which nobody is led to yet.
 * Where somebody else makes the records, outputs say where these lead.
 *
 * The records of the shared name are in the mesh stack, see `admitTraffic`. They need the domain name that API Gateway makes for the shared custom domain name, which is not known at synthesis,
 * so this stack gives it a name that is.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-regional-api-custom-domain-create.html
 */
export function addRegionalDomain(scope: RegionalScope, domain: ApiDomain, restApi: RestApi, alarms: ApiAlarms): void {
  const { regional, region } = scope;
  const { domainName, zone } = domain;
  const certificate = certificateIn(regional, region, domain);
  addExpiryAlarm(scope, alarms, certificate.certificateArn, domainName);
  const shared = customDomainName(regional, 'Domain', domainName, certificate, restApi);
  const own = customDomainName(regional, 'RegionalDomain', domain.regionalName(region), certificate, restApi);
  if (zone) {
    const { hostedZoneId } = zone;
    aliasRecords(regional, 'SharedTarget', { hostedZoneId, name: domain.sharedTargetName(region), target: targetOf(shared) });
    aliasRecords(regional, 'RegionalName', { hostedZoneId, name: domain.regionalName(region), target: targetOf(own) });
  } else {
    const record = (name: string) => `the record of ${name} leads here, by CNAME or by alias`;
    new CfnOutput(regional, 'SharedNameTarget', { value: shared.attrRegionalDomainName, description: record(`${domainName} for ${region}`) });
    new CfnOutput(regional, 'RegionalNameTarget', { value: own.attrRegionalDomainName, description: record(domain.regionalName(region)) });
    new CfnOutput(regional, 'TargetHostedZoneId', { value: own.attrRegionalHostedZoneId, description: 'the hosted zone of both targets, for alias records of Route 53' });
  }
}

function certificateIn(regional: Construct, region: string, domain: ApiDomain): ICertificate {
  if (domain.certificateArns) return Certificate.fromCertificateArn(regional, 'Certificate', domain.certificateArns[region]);
  return new Certificate(regional, 'Certificate', {
    domainName: domain.domainName,
    subjectAlternativeNames: [domain.regionalName(region)],
    validation: CertificateValidation.fromDns(HostedZone.fromHostedZoneAttributes(regional, 'Zone', domain.zone!)),
  });
}

function customDomainName(scope: Construct, id: string, domainName: string, certificate: ICertificate, restApi: RestApi): CfnDomainName {
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

function targetOf({ attrRegionalDomainName, attrRegionalHostedZoneId }: CfnDomainName) {
  return { dnsName: attrRegionalDomainName, hostedZoneId: attrRegionalHostedZoneId };
}
