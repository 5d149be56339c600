/** Certificates and records of the names of an API that others make. */
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { ApiAuthorization, ApiDomainProps, ApiRouting, MultiRegionApi, MultiRegionApiProps, MultiRegionSystem } from '../../src';
import { expectNoFindings } from '../support/findings';
import { DOMAIN } from '../support/order-system';
import { expectOwnReferencesOnly } from '../support/references';
import { errorOf, expectPropError, mesh, regional, resources, testSystem } from '../support/synth';

const authorization = ApiAuthorization.none({ reason: 'for the tests of this file' });
const arn = (region: string) => `arn:aws:acm:${region}:111122223333:certificate/12345678-1234-1234-1234-123456789012`;
const IN_OREGON = 'the literal ARN of a certificate of AWS Certificate Manager in us-west-2';
const arns = (system: MultiRegionSystem) => Object.fromEntries(system.regions.map(region => [region, arn(region)]));

function apiIn(system: MultiRegionSystem, domain: Partial<ApiDomainProps>, props: Partial<MultiRegionApiProps> = {}) {
  return new MultiRegionApi(system, 'Api', { authorization, domain: { domainName: DOMAIN.domainName, certificateArns: arns(system), ...domain }, ...props });
}

const expectCertificateOfItsOwn = (template: Template, region: string) => {
  template.resourceCountIs('AWS::CertificateManager::Certificate', 0);
  expect(resources(template, 'AWS::ApiGateway::DomainName').map(({ Properties }) => [Properties.DomainName, Properties.RegionalCertificateArn])).toEqual([
    ['orders.example.com', arn(region)], [`${region}.orders.example.com`, arn(region)],
  ]);
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'DaysToExpiry', Dimensions: [{ Name: 'CertificateArn', Value: arn(region) }] });
};

describe('MultiRegionApi with certificates of one\'s own', () => {
  test.each([1, 2, 10])('has both names of each of %i regions on that region\'s, and its expiry watched', count => {
    const system = testSystem(count);
    apiIn(system, { ...DOMAIN });
    for (const region of system.regions) {
      expectCertificateOfItsOwn(regional(system, region), region);
      regional(system, region).resourceCountIs('AWS::Route53::RecordSet', 4);
    }
    expectNoFindings(system);
  });

  test('may have a name of more than 64 characters', () => {
    const system = testSystem(1);
    const domainName = `${'a'.repeat(60)}.orders.example.com`;
    expect(apiIn(system, { ...DOMAIN, domainName }).url).toBe(`https://${domainName}/`);
    expectPropError(() => apiIn(testSystem(1), { ...DOMAIN, domainName, certificateArns: undefined }), 'domain.domainName', domainName, 'at most 64 characters', 'Orders/Api');
  });

  test.each<[string, { [region: string]: string }, string, string, string]>([
    ['a region has none', { 'ap-southeast-2': arn('ap-southeast-2') }, 'domain.certificateArns of us-west-2', 'undefined', IN_OREGON],
    ['one is of another region', { 'ap-southeast-2': arn('ap-southeast-2'), 'us-west-2': arn('us-east-1') }, 'domain.certificateArns of us-west-2', 'us-east-1', IN_OREGON],
    ['one is of another service', { 'ap-southeast-2': arn('ap-southeast-2').replace('acm', 'iam'), 'us-west-2': arn('us-west-2') }, 'domain.certificateArns of ap-southeast-2', 'arn:aws:iam:', 'the literal ARN of a certificate'],
    ['one is of no region of the system', { 'ap-southeast-2': arn('ap-southeast-2'), 'us-west-2': arn('us-west-2'), 'eu-west-1': arn('eu-west-1') }, 'domain.certificateArns', '"eu-west-1"', 'regions of this system: ap-southeast-2, us-west-2'],
  ])('throws if %s', (_, certificateArns, prop, value, allowed) => {
    expectPropError(() => apiIn(testSystem(), { ...DOMAIN, certificateArns }), prop, value, allowed, 'Orders/Api');
  });
});

describe('MultiRegionApi whose records are made elsewhere', () => {
  test.each([1, 2, 3])('makes no record in %i regions, and says by outputs where they lead, and which health check each region has', count => {
    const system = testSystem(count);
    apiIn(system, { externalDns: true });
    expectOwnReferencesOnly(system);
    for (const region of system.regions) {
      const [template, peers] = [regional(system, region), mesh(system, region)];
      expectCertificateOfItsOwn(template, region);
      for (const part of [template, peers]) part.resourceCountIs('AWS::Route53::RecordSet', 0);
      const nameOf = Object.fromEntries(Object.entries(template.findResources('AWS::ApiGateway::DomainName')).map(([id, { Properties }]) => [id, Properties.DomainName]));
      const outputs = Object.entries<any>(template.toJSON().Outputs).filter(([id]) => /Target/.test(id)).map(([, { Value, Description }]) => [nameOf[Value['Fn::GetAtt'][0]], Value['Fn::GetAtt'][1], Description]);
      expect(outputs).toEqual([
        ['orders.example.com', 'RegionalDomainName', `the record of orders.example.com for ${region} leads here, by CNAME or by alias`],
        [`${region}.orders.example.com`, 'RegionalDomainName', `the record of ${region}.orders.example.com leads here, by CNAME or by alias`],
        [`${region}.orders.example.com`, 'RegionalHostedZoneId', expect.any(String)],
      ]);
      peers.hasOutput('*', { Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ApiHealthHealthy'), 'HealthCheckId'] } });
      peers.resourceCountIs('AWS::Route53::HealthCheck', count + 1);
    }
    expectNoFindings(system);
  });

  test('says at synthesis which records to make, and promises no time', () => {
    const system = testSystem();
    const api = apiIn(system, { externalDns: true });
    expect(Annotations.fromStack(system.stackIn('ap-southeast-2')).findInfo('*', Match.anyValue()).map(({ entry }) => entry.data)).toEqual([
      expect.stringContaining('orders.example.com fails over only as your DNS does'),
    ]);
    expect(errorOf(() => api.failoverTime)).toContain('not with externalDns [Orders/Api]');
    expect(errorOf(() => api.evacuationTime)).toContain('not with externalDns');
    expect([api.url, api.urlIn('us-west-2')]).toEqual(['https://orders.example.com/', 'https://us-west-2.orders.example.com/']);
  });

  test('may stand beside another one in the same app, under another name', () => {
    const system = testSystem(1);
    apiIn(system, { externalDns: true });
    const other = (domainName: string) => new MultiRegionApi(system, `Other${domainName.length}`, { authorization, domain: { domainName, certificateArns: arns(system), externalDns: true } });
    expect(() => other('admin.example.com')).not.toThrow();
    expect(errorOf(() => other('orders.example.com'))).toContain('names that no other API has; Orders/Api has orders.example.com');
  });

  const zone = (system: MultiRegionSystem) => HostedZone.fromHostedZoneAttributes(system.globalStack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.com' });
  test.each<[string, (system: MultiRegionSystem) => Partial<ApiDomainProps>, string, string, string]>([
    ['there are no certificates', () => ({ certificateArns: undefined }), 'domain.certificateArns', 'undefined', 'a certificate for every region with externalDns'],
    ['there is a hosted zone', system => ({ hostedZone: zone(system) }), 'domain.hostedZone', 'Orders/global/Zone', 'none with externalDns'],
    ['there is the id of one', () => ({ hostedZoneId: 'Z1' }), 'domain.hostedZoneId', '"Z1"', 'none with externalDns'],
    ['there is the name of one', () => ({ zoneName: 'example.com' }), 'domain.zoneName', '"example.com"', 'none with externalDns'],
    ['the name is not one', () => ({ domainName: 'Orders' }), 'domain.domainName', '"Orders"', 'a literal domain name in lower case'],
  ])('throws if %s', (_, domain, prop, value, allowed) => {
    const system = testSystem();
    expectPropError(() => apiIn(system, { externalDns: true, ...domain(system) }), prop, value, allowed, 'Orders/Api');
  });

  test('throws if it is to route', () => {
    expectPropError(() => apiIn(testSystem(), { externalDns: true }, { routing: ApiRouting.failover() }), 'routing', '…', 'whoever makes the records chooses', 'Orders/Api');
  });
});
