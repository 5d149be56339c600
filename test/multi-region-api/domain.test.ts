import { Duration } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Continent, GeoLocation, HostedZone, PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { ApiAuthorization, ApiDomainProps, ApiRouting, MultiRegionApi, MultiRegionApiProps, MultiRegionSystem } from '../../src';
import { DOMAIN } from '../support/order-system';
import { errorOf, expectPropError, mesh, regional, resources, testSystem } from '../support/synth';

const authorization = ApiAuthorization.none({ reason: 'for the tests of this file' });

function apiIn(system: MultiRegionSystem, props: Partial<MultiRegionApiProps> = {}) {
  return new MultiRegionApi(system, 'Api', { domain: DOMAIN, authorization, ...props });
}

/** The records of a stack: name, type and what is not the alias target. */
function records(template: Template) {
  return resources(template, 'AWS::Route53::RecordSet').map(({ Properties: { AliasTarget, HostedZoneId, HealthCheckId, ...rest } }) => rest);
}

describe('MultiRegionApi with a domain', () => {
  test.each([1, 2, 3])('has a certificate with both names, and TLS 1.2 domains for them, in each of %i regions', count => {
    const system = testSystem(count);
    apiIn(system);
    for (const region of system.regions) {
      const template = regional(system, region);
      template.hasResourceProperties('AWS::CertificateManager::Certificate', {
        DomainName: 'orders.example.com',
        SubjectAlternativeNames: [`${region}.orders.example.com`],
        ValidationMethod: 'DNS',
        DomainValidationOptions: Match.arrayWith([{ DomainName: 'orders.example.com', HostedZoneId: DOMAIN.hostedZoneId }]),
      });
      const names = resources(template, 'AWS::ApiGateway::DomainName');
      expect(names.map(({ Properties }) => Properties.DomainName)).toEqual(['orders.example.com', `${region}.orders.example.com`]);
      for (const { Properties } of names) {
        expect(Properties).toMatchObject({ SecurityPolicy: 'TLS_1_2', EndpointConfiguration: { Types: ['REGIONAL'], IpAddressType: 'dualstack' } });
      }
      template.resourceCountIs('AWS::ApiGateway::BasePathMapping', 2);
      template.hasResourceProperties('AWS::ApiGateway::RestApi', { DisableExecuteApiEndpoint: true });
      template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'DaysToExpiry', Threshold: 30, ComparisonOperator: 'LessThanThreshold' });
    }
  });

  const ipv4AndIpv6 = (record: object) => ['A', 'AAAA'].map(Type => ({ ...record, Type }));

  test.each([1, 2])('has a name for each custom domain name, by alias records for IPv4 and IPv6 that lead to its own target, in the stack of each of %i regions', count => {
    const system = testSystem(count);
    apiIn(system);
    for (const region of system.regions) {
      const template = regional(system, region);
      const hostOf = Object.fromEntries(Object.entries(template.findResources('AWS::ApiGateway::DomainName')).map(([id, { Properties }]) => [id, Properties.DomainName]));
      const found = resources(template, 'AWS::Route53::RecordSet').map(({ Properties: { AliasTarget: { DNSName, HostedZoneId, ...target }, ...rest } }) => {
        const { 'Fn::GetAtt': [id, attribute] } = DNSName;
        expect([attribute, HostedZoneId]).toEqual(['RegionalDomainName', { 'Fn::GetAtt': [id, 'RegionalHostedZoneId'] }]);
        return { ...rest, ...target, host: hostOf[id] };
      });
      const record = { HostedZoneId: DOMAIN.hostedZoneId, EvaluateTargetHealth: true };
      expect(found).toEqual([
        ...ipv4AndIpv6({ ...record, Name: `shared.${region}.orders.example.com`, host: 'orders.example.com' }),
        ...ipv4AndIpv6({ ...record, Name: `${region}.orders.example.com`, host: `${region}.orders.example.com` }),
      ]);
    }
  });

  test.each([1, 2])('lets clients in by the mesh stack: the shared name is an alias of a record of the region\'s stack, by name, with the region\'s health, in each of %i regions', count => {
    const system = testSystem(count);
    apiIn(system);
    for (const region of system.regions) {
      expect(resources(mesh(system, region), 'AWS::Route53::RecordSet').map(({ Properties }) => Properties)).toEqual(ipv4AndIpv6({
        HostedZoneId: DOMAIN.hostedZoneId,
        Name: 'orders.example.com',
        SetIdentifier: region,
        Region: region,
        AliasTarget: { DNSName: `shared.${region}.orders.example.com`, HostedZoneId: DOMAIN.hostedZoneId, EvaluateTargetHealth: true },
        HealthCheckId: { 'Fn::GetAtt': [expect.stringMatching(/^ApiHealthHealthy/), 'HealthCheckId'] },
      }));
    }
  });

  test('lets clients in when all else of the mesh stack is there', () => {
    const system = testSystem();
    apiIn(system);
    new Queue(system.meshStackIn('us-west-2'), 'Another');
    mesh(system, 'us-west-2').allResources('AWS::Route53::RecordSet', { DependsOn: [Match.stringLikeRegexp('^Another')] });
  });

  test('has the same parts in a region\'s own stack, whatever peers there are', () => {
    const partsIn = (count: number) => {
      const system = testSystem(count);
      apiIn(system);
      const all = Object.entries(regional(system, 'ap-southeast-2').toJSON().Resources);
      const Resources = Object.fromEntries(all.filter(([id]) => !id.startsWith('ControlTable')));
      // versions are named by what is in them, and the function that answers for evacuations knows all regions
      return JSON.parse(JSON.stringify(Resources).replace(/ap-southeast-2,[a-z0-9,-]+/g, 'ap-southeast-2').replace(/CurrentVersion\w+/g, 'CurrentVersion'));
    };
    expect(partsIn(3)).toEqual(partsIn(1));
  });

  test.each([1, 2, 3, 10])('takes a region for healthy when it serves and none of its peers says that it is evacuated, in %i regions', count => {
    const system = testSystem(count);
    apiIn(system);
    for (const region of system.regions) {
      const checks = resources(mesh(system, region), 'AWS::Route53::HealthCheck').map(check => check.Properties.HealthCheckConfig);
      const [calculated] = checks.filter(check => check.Type === 'CALCULATED');
      const probes = checks.filter(check => check.Type === 'HTTPS');
      expect(calculated).toMatchObject({ HealthThreshold: count });
      expect(calculated.ChildHealthChecks).toHaveLength(count);
      expect(probes.map(probe => [probe.FullyQualifiedDomainName, probe.ResourcePath, probe.Inverted])).toEqual([
        [`${region}.orders.example.com`, '/health', false],
        ...system.peersOf(region).map(peer => [`${peer}.orders.example.com`, `/evacuation/${region}`, true]),
      ]);
      for (const probe of probes) {
        const probing = probe.Inverted ? { RequestInterval: 30, FailureThreshold: 1 } : { RequestInterval: 10, FailureThreshold: 3 };
        expect(probe).toMatchObject({ Port: 443, EnableSNI: true, ...probing, Regions: ['us-east-1', 'eu-west-1', 'ap-southeast-1'] });
      }
    }
  });

  test.each([['ap-southeast-2', 1], ['ap-southeast-2,us-west-2', 2]])('answers for evacuations from the local replica of the system\'s control table, in %s', (REGIONS, count) => {
    const system = testSystem(count);
    apiIn(system);
    new MultiRegionApi(system, 'Admin', { domain: { ...DOMAIN, domainName: 'admin.example.com' }, authorization });
    for (const region of system.regions) {
      const template = regional(system, region);
      template.hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: 'Orders-Control-Evacuation',
        Environment: { Variables: { CONTROL_TABLE_NAME: 'Orders-Control-Table', REGIONS } },
      });
      expect(resources(template, 'AWS::ApiGateway::Resource').filter(resource => resource.Properties.PathPart === 'evacuation')).toHaveLength(2);
      expect(resources(template, 'AWS::Lambda::Function').filter(fn => fn.Properties.FunctionName === 'Orders-Control-Evacuation')).toHaveLength(1);
    }
  });

  test('tells how long a failover takes, at synthesis and by failoverTime', () => {
    const system = testSystem();
    expect(apiIn(system).failoverTime.toSeconds()).toBe(108);
    const slow = new MultiRegionApi(system, 'Slow', {
      authorization,
      domain: { ...DOMAIN, domainName: 'slow.example.com' },
      health: { requestInterval: Duration.seconds(30), failureThreshold: 2, checkerRegions: ['us-west-1', 'us-west-2', 'sa-east-1'] },
    });
    expect(slow.failoverTime.toSeconds()).toBe(132);
    expect(Annotations.fromStack(system.stackIn('ap-southeast-2')).findInfo('*', Match.anyValue()).map(({ entry }) => entry.data)).toEqual([
      expect.stringContaining('orders.example.com fails over in about 108 s'),
      expect.stringContaining('slow.example.com fails over in about 132 s: 2 failing probes, each 30 s after the one before and given up after 6 s, and 60 s until resolvers ask again'),
    ]);
    expect(resources(mesh(system, 'us-west-2'), 'AWS::Route53::HealthCheck').map(check => check.Properties.HealthCheckConfig)).toContainEqual(
      expect.objectContaining({ RequestInterval: 30, FailureThreshold: 2, Regions: ['us-west-1', 'us-west-2', 'sa-east-1'] }));
  });

  test('goes without evacuation probes and expiry alarm on request', () => {
    const system = testSystem();
    apiIn(system, { health: { evacuation: false }, domain: DOMAIN, alarmSettings: { certificateExpiry: { enabled: false } } });
    const template = regional(system, 'us-west-2');
    expect(resources(mesh(system, 'us-west-2'), 'AWS::Route53::HealthCheck').map(check => check.Properties.HealthCheckConfig.Type)).toEqual(['HTTPS', 'CALCULATED']);
    expect(resources(template, 'AWS::ApiGateway::Resource').map(resource => resource.Properties.PathPart)).toEqual(['health']);
    expect(resources(template, 'AWS::CloudWatch::Alarm').filter(alarm => alarm.Properties.MetricName === 'DaysToExpiry')).toEqual([]);
  });

  test('gives URLs that can be used anywhere', () => {
    const api = apiIn(testSystem());
    expect(api.url).toBe('https://orders.example.com/');
    expect(api.urlIn('us-west-2')).toBe('https://us-west-2.orders.example.com/');
    regional(MultiRegionSystem.of(api), 'us-west-2').hasOutput('*', { Value: 'https://us-west-2.orders.example.com/' });
  });

  test('takes a hosted zone that was imported, and a name at its top', () => {
    const system = testSystem();
    const hostedZone = HostedZone.fromHostedZoneAttributes(system.globalStack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.com' });
    apiIn(system, { domain: { hostedZone, domainName: 'example.com' } });
    expect(records(mesh(system, 'us-west-2'))[0].Name).toBe('example.com');
    expect(records(regional(system, 'us-west-2')).map(({ Name }) => Name)).toContain('us-west-2.example.com');
  });

  test('is warned of in China, and takes a name of 64 characters', () => {
    const system = testSystem(1, { primaryRegion: 'cn-north-1', secondaryRegions: ['cn-northwest-1'] });
    apiIn(system, { domain: { ...DOMAIN, domainName: `${'a'.repeat(52)}.example.com` } });
    regional(system, 'cn-north-1');
    expect(Annotations.fromStack(system.stackIn('cn-north-1')).findWarning('*', Match.stringLikeRegexp('in China')).map(({ entry }) => entry.data)).toEqual([
      expect.stringContaining('Orders/Api has a domain in China'),
    ]);
  });

  describe('routes', () => {
    const shared = (system: MultiRegionSystem, region: string) => records(mesh(system, region))
      .filter(({ Name, Type }) => Name === 'orders.example.com' && Type === 'A').map(({ Name, Type, ...policy }) => policy);

    test('by weights', () => {
      const system = testSystem();
      apiIn(system, { routing: ApiRouting.weighted({ 'ap-southeast-2': 255, 'us-west-2': 0 }) });
      expect(shared(system, 'ap-southeast-2')).toEqual([{ SetIdentifier: 'ap-southeast-2', Weight: 255 }]);
      expect(shared(system, 'us-west-2')).toEqual([{ SetIdentifier: 'us-west-2', Weight: 0 }]);
    });

    test('to the primary region first, and to all others when that is not healthy', () => {
      const system = testSystem(3);
      apiIn(system, { routing: ApiRouting.failover() });
      expect(system.regions.map(region => shared(system, region))).toEqual([
        [{ SetIdentifier: 'ap-southeast-2', Weight: 1 }], [{ SetIdentifier: 'us-west-2', Weight: 0 }], [{ SetIdentifier: 'eu-west-1', Weight: 0 }],
      ]);
    });

    test('by location, and everybody else to the nearest healthy region', () => {
      const system = testSystem(3);
      apiIn(system, {
        routing: ApiRouting.geolocation({
          'us-west-2': [GeoLocation.continent(Continent.NORTH_AMERICA), GeoLocation.subdivision('WA')],
          'eu-west-1': [GeoLocation.country('IE')],
        }, 'ap-southeast-2'),
      });
      expect(shared(system, 'us-west-2')).toEqual([
        { SetIdentifier: 'us-west-2-NA', GeoLocation: { ContinentCode: 'NA' } },
        { SetIdentifier: 'us-west-2-US-WA', GeoLocation: { CountryCode: 'US', SubdivisionCode: 'WA' } },
      ]);
      expect(shared(system, 'eu-west-1')).toEqual([{ SetIdentifier: 'eu-west-1-IE', GeoLocation: { CountryCode: 'IE' } }]);
      expect(shared(system, 'ap-southeast-2')).toEqual([{ SetIdentifier: 'Default', GeoLocation: { CountryCode: '*' } }]);
      mesh(system, 'ap-southeast-2').hasResource('AWS::Route53::RecordSet', {
        Properties: {
          SetIdentifier: 'Default',
          Type: 'A',
          HealthCheckId: Match.absent(),
          AliasTarget: { DNSName: 'nearest.orders.example.com', HostedZoneId: DOMAIN.hostedZoneId, EvaluateTargetHealth: true },
        },
        DependsOn: [Match.stringLikeRegexp('^ApiNearestA')],
      });
      for (const region of system.regions) {
        expect(records(mesh(system, region))).toContainEqual({ Name: 'nearest.orders.example.com', Type: 'A', SetIdentifier: region, Region: region });
      }
    });
  });

  describe('throws if', () => {
    const path = 'Orders/Api';
    const withDomain = (domain: Partial<ApiDomainProps>) => () => apiIn(testSystem(), { domain: { ...DOMAIN, ...domain } });
    const withRouting = (routing: ApiRouting) => () => apiIn(testSystem(), { routing });

    test.each<[string, Partial<ApiDomainProps>, string, string, string]>([
      ['the name is not within the zone', { domainName: 'orders.example.org' }, 'domain.domainName', '"orders.example.org"', 'example.com or a name within it'],
      ['the name only ends like the zone', { domainName: 'badexample.com' }, 'domain.domainName', '"badexample.com"', 'a name within it'],
      ['the name is not one', { domainName: 'Orders.example.com' }, 'domain.domainName', '"Orders.example.com"', 'in lower case'],
      ['the name is empty', { domainName: '' }, 'domain.domainName', '""', 'such as api.example.com'],
      ['the name is a wildcard', { domainName: '*.example.com' }, 'domain.domainName', '"*.example.com"', 'no wildcard, because each region has a name below it'],
      ['a label has 64 characters', { domainName: `${'a'.repeat(64)}.example.com` }, 'domain.domainName', '"aaa', 'such as api.example.com'],
      ['the name has 65 characters', { domainName: `${'a'.repeat(53)}.example.com` }, 'domain.domainName', '"aaa', 'at most 64 characters, as a certificate\'s common name; these are 65'],
      ['the zone is given by its path', { hostedZoneId: '/hostedzone/Z1' }, 'domain.hostedZoneId', '"/hostedzone/Z1"', 'such as Z0123456789ABCDEFGHIJ'],
      ['the zone has no name', { zoneName: undefined }, 'domain.zoneName', 'undefined', 'such as example.com'],
      ['the zone has no id', { hostedZoneId: undefined }, 'domain.hostedZoneId', 'undefined', 'the literal id'],
      ['there is no zone', { hostedZoneId: undefined, zoneName: undefined }, 'domain.hostedZone', 'undefined', 'either hostedZone'],
    ])('%s', (_, domain, prop, value, allowed) => {
      expectPropError(withDomain(domain), prop, value, allowed, path);
    });

    test('the name is that of another API of the app, or one that another API makes, or the other way round', () => {
      const system = testSystem(2);
      const withName = (id: string, domainName: string, owner = system, zone: object = DOMAIN) => () => (
        new MultiRegionApi(owner, id, { domain: { ...DOMAIN, ...zone, domainName }, authorization })
      );
      withName('First', 'orders.example.com')();
      withName('Free', 'billing.example.com')();
      expectPropError(withName('Same', 'orders.example.com'), 'domain.domainName', '"orders.example.com"', 'names that no other API has; Orders/First has orders.example.com', 'Orders/Same');
      for (const name of ['us-west-2.orders.example.com', 'shared.us-west-2.orders.example.com']) {
        const id = `Below-${name.replace(/\./g, '-')}`;
        expectPropError(withName(id, name), 'domain.domainName', `"${name}"`, `Orders/First has orders.example.com and makes ${name}`, `Orders/${id}`);
      }
      withName('Nearest', 'nearest.orders.example.com')(); // only geolocation makes it
      withName('Regional', 'us-west-2.shop.example.com')();
      expectPropError(withName('Above', 'shop.example.com'), 'domain.domainName', '"shop.example.com"', 'because it also makes us-west-2.shop.example.com', 'Orders/Above');
      // of another system, in other regions: the same zone has the records, another one does not
      const other = new MultiRegionSystem(system.node.root, 'Other', { primaryRegion: 'eu-west-1', secondaryRegions: [] });
      expectPropError(withName('Api', 'orders.example.com', other), 'domain.domainName', '"orders.example.com"', 'Orders/First', 'Other/Api');
      expect(withName('Elsewhere', 'orders.example.com', other, { hostedZoneId: 'Z2' })).not.toThrow();
      // apps do not know of each other
      expect(withName('First', 'orders.example.com', testSystem())).not.toThrow();
    });

    test('Route 53 has no public hosted zones, as in GovCloud', () => {
      const system = testSystem(1, { primaryRegion: 'us-gov-west-1', secondaryRegions: ['us-gov-east-1'] });
      expectPropError(() => apiIn(system), 'domain', '{"domainName":"orders.example.com"}', 'no domain in AWS GovCloud (us-gov-west-1)', path);
      expect(() => new MultiRegionApi(system, 'WithoutDomain', { authorization })).not.toThrow();
    });

    test('the zone is given twice, or is made by the same app', () => {
      const system = testSystem();
      const hostedZone = HostedZone.fromHostedZoneId(system.globalStack, 'Imported', 'Z1');
      expectPropError(() => apiIn(system, { domain: { ...DOMAIN, hostedZone } }), 'domain.hostedZone', 'Imported', 'either hostedZone', path);
      expectPropError(() => apiIn(testSystem(), { domain: { domainName: 'a.example.com', hostedZone } }), 'domain.hostedZone', 'Imported', 'HostedZone.fromHostedZoneAttributes', path);
      const made = new PublicHostedZone(testSystem().globalStack, 'Made', { zoneName: 'example.com' });
      expectPropError(() => apiIn(testSystem(), { domain: { domainName: 'a.example.com', hostedZone: made } }), 'domain.hostedZoneId', 'an unresolved token', 'import the zone by its id', path);
    });

    test('weights are missing, unknown, out of range or all zero', () => {
      const all = { 'ap-southeast-2': 1, 'us-west-2': 1 };
      expectPropError(withRouting(ApiRouting.weighted({ 'us-west-2': 1 })), 'weight of ap-southeast-2', 'undefined', 'for every region', path);
      expectPropError(withRouting(ApiRouting.weighted({ ...all, 'eu-west-1': 1 })), 'routing: weighted', '"eu-west-1"', 'regions of this system', path);
      expectPropError(withRouting(ApiRouting.weighted({ ...all, 'us-west-2': 256 })), 'weight of us-west-2', '256', 'from 0 to 255', path);
      expectPropError(withRouting(ApiRouting.weighted({ ...all, 'us-west-2': 0.5 })), 'weight of us-west-2', '0.5', 'a whole number', path);
      expectPropError(withRouting(ApiRouting.weighted({ 'ap-southeast-2': 0, 'us-west-2': 0 })), 'routing: weighted', '0', 'above 0 for at least one', path);
      expectPropError(withRouting(ApiRouting.weighted(undefined as any)), 'weight of ap-southeast-2', 'undefined', 'for every region', path);
    });

    test('locations are missing, unknown, twice or the default', () => {
      const ireland = GeoLocation.country('IE');
      expectPropError(withRouting(ApiRouting.geolocation({}, 'us-west-2')), 'routing: geolocation', '{}', 'at least one location', path);
      expectPropError(withRouting(ApiRouting.geolocation({ 'us-west-2': [ireland] }, 'eu-west-1')), 'defaultRegion', '"eu-west-1"', 'a region of this system', path);
      expectPropError(withRouting(ApiRouting.geolocation({ 'eu-west-1': [ireland] }, 'us-west-2')), 'routing: geolocation', '"eu-west-1"', 'regions of this system', path);
      expectPropError(withRouting(ApiRouting.geolocation({ 'us-west-2': [ireland], 'ap-southeast-2': [ireland] }, 'us-west-2')), 'geolocation of ap-southeast-2', '"IE"', 'us-west-2 has it', path);
      expectPropError(withRouting(ApiRouting.geolocation({ 'us-west-2': [GeoLocation.default()] }, 'us-west-2')), 'geolocation of us-west-2', '"Default"', 'other than the default', path);
    });

    test('routing is not one, or there is no domain to route', () => {
      expectPropError(withRouting('latency' as any), 'routing', '"latency"', 'ApiRouting.latency()', path);
      const alone = (props: Partial<MultiRegionApiProps>) => () => new MultiRegionApi(testSystem(), 'Api', { authorization, ...props });
      expectPropError(alone({ routing: ApiRouting.latency() }), 'routing', '…', 'only with a domain', path);
      expectPropError(alone({ health: {} }), 'health', '…', 'only with a domain', path);
      expect(errorOf(() => new MultiRegionApi(testSystem(), 'Api', { authorization }).failoverTime)).toContain('failoverTime is unknown without a domain');
    });

    test.each<[string, object, string, string, string]>([
      ['the interval is not one', { requestInterval: Duration.seconds(20) }, 'health.requestInterval', '20 seconds', '10 or 30'],
      ['the threshold is 0', { failureThreshold: 0 }, 'health.failureThreshold', '0', 'from 1 to 10'],
      ['the threshold is 11', { failureThreshold: 11 }, 'health.failureThreshold', '11', 'from 1 to 10'],
      ['there are two checker regions', { checkerRegions: ['us-east-1', 'us-west-1'] }, 'health.checkerRegions', 'us-west-1', 'at least 3 of'],
      ['a checker region counts twice', { checkerRegions: ['us-east-1', 'us-east-1', 'us-west-1'] }, 'health.checkerRegions', 'us-west-1', 'at least 3 of'],
      ['a region has no checkers', { checkerRegions: ['us-east-1', 'us-west-1', 'eu-north-1'] }, 'health.checkerRegions', 'eu-north-1', 'at least 3 of'],
    ])('%s', (_, health, prop, value, allowed) => {
      expectPropError(() => apiIn(testSystem(), { health }), prop, value, allowed, path);
    });
  });
});
