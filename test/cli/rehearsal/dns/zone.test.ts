import { Continent, GeoLocation } from 'aws-cdk-lib/aws-route53';
import { answer, Asker } from '../../../../cli/rehearsal/dns/routing';
import { Zone } from '../../../../cli/rehearsal/dns/zone';
import { CloudAssembly, Template } from '../../../../cli/system/cloud-assembly';
import { ApiAuthorization, ApiRouting, MultiRegionApi, MultiRegionSystem } from '../../../../src';
import { DOMAIN } from '../../../support/order-system';
import { regions, testApp } from '../../../support/synth';

const SOUTH = 'ap-southeast-2';
const WEST = 'us-west-2';
const EUROPE = 'eu-west-1';

/** What the library makes of an API, read back. */
function zoneOf(count: number, routing?: ApiRouting): Zone {
  const app = testApp();
  const system = new MultiRegionSystem(app, 'Orders', regions(count));
  new MultiRegionApi(system, 'Api', { domain: DOMAIN, routing, authorization: ApiAuthorization.none({ reason: 'a test without users' }) });
  return Zone.read(CloudAssembly.read(app.synth().directory));
}

function lead(zone: Zone, asker: Partial<Asker>, sickRegions: string[] = []): string | undefined {
  const isHealthy = (id: string) => !sickRegions.some(region => id.startsWith(`Orders/${region}-mesh/`));
  return answer({ records: zone.records, isHealthy, random: () => 0.5 }, DOMAIN.domainName, 'A', { nearestFirst: [], ...asker })?.region;
}

describe('the zone of a system in two regions', () => {
  const zone = zoneOf(2);

  test('has two names per region, one of them shared', () => {
    expect(zone.endpoints).toEqual([SOUTH, WEST].flatMap(region => [
      { region, host: 'orders.example.com' }, { region, host: `${region}.orders.example.com` },
    ]));
    expect(zone.sharedName).toBe('orders.example.com');
    expect(zone.regionalName(WEST)).toBe('us-west-2.orders.example.com');
  });

  const [shared, own] = ['orders.example.com', 'us-west-2.orders.example.com'].map(host => ({ region: WEST, host }));

  test('has records that lead to the names of their own region, the shared one by way of a record of the region\'s own stack', () => {
    expect(zone.records.filter(record => record.type === 'A' && zone.endpointsOf(record).some(({ region }) => region === WEST))).toEqual([
      { name: 'shared.us-west-2.orders.example.com', type: 'A', policy: { kind: 'simple' }, target: shared, evaluateTargetHealth: true },
      { name: 'us-west-2.orders.example.com', type: 'A', policy: { kind: 'simple' }, target: own, evaluateTargetHealth: true },
      {
        name: 'orders.example.com',
        type: 'A',
        policy: { kind: 'latency', region: WEST },
        target: 'shared.us-west-2.orders.example.com',
        evaluateTargetHealth: true,
        healthCheckId: expect.stringMatching(/^Orders\/us-west-2-mesh\//),
      },
    ]);
  });

  test('leads the shared name to the endpoint of that name', () => {
    const nearWest = { nearestFirst: [WEST, SOUTH] };
    expect(answer({ records: zone.records, isHealthy: () => true }, 'orders.example.com', 'A', nearWest)).toEqual(shared);
  });

  test('has the same records for IPv6', () => {
    const ofType = (type: string) => zone.records.filter(found => found.type === type).map(({ type: _, ...found }) => found);
    expect(ofType('AAAA')).toEqual(ofType('A'));
    expect(ofType('AAAA')).toHaveLength(6);
  });

  test('has health checks of what the region says, and of what its peer says of it', () => {
    const { healthCheckId } = zone.records.find(({ policy }) => policy.kind === 'latency' && policy.region === WEST)!;
    const parent = zone.healthChecks.get(healthCheckId!)!;
    expect(parent).toEqual({ kind: 'calculated', children: [expect.any(String), expect.any(String)], threshold: 2, inverted: false });
    expect(parent.kind === 'calculated' && parent.children.map(child => zone.healthChecks.get(child))).toEqual([
      { kind: 'endpoint', host: 'us-west-2.orders.example.com', path: '/health', interval: 10, failureThreshold: 3, inverted: false },
      { kind: 'endpoint', host: 'ap-southeast-2.orders.example.com', path: '/evacuation/us-west-2', interval: 30, failureThreshold: 1, inverted: true },
    ]);
    expect(zone.healthChecks.size).toBe(6);
  });
});

describe('what the library promises of its routing, as Route 53 answers', () => {
  test('latency: to the nearest healthy region', () => {
    const zone = zoneOf(3, ApiRouting.latency());
    const nearestFirst = [EUROPE, WEST, SOUTH];
    expect([[], [EUROPE], [EUROPE, WEST], nearestFirst].map(sick => lead(zone, { nearestFirst }, sick))).toEqual([EUROPE, WEST, SOUTH, EUROPE]);
  });

  test('failover: to the primary region, to the others while it is not healthy, and to the primary if none is', () => {
    const zone = zoneOf(3, ApiRouting.failover());
    expect([[], [SOUTH], [SOUTH, WEST], [WEST, EUROPE], [SOUTH, WEST, EUROPE]].map(sick => lead(zone, {}, sick)))
      .toEqual([SOUTH, expect.stringMatching(`${WEST}|${EUROPE}`), EUROPE, SOUTH, SOUTH]);
  });

  test('weighted: a region of weight 0 gets clients only when no other is healthy', () => {
    const zone = zoneOf(2, ApiRouting.weighted({ [SOUTH]: 0, [WEST]: 5 }));
    expect([[], [WEST], [WEST, SOUTH]].map(sick => lead(zone, {}, sick))).toEqual([WEST, SOUTH, WEST]);
  });

  test('geolocation: to the region of the location, and everybody else to the nearest healthy one, whichever region has the default record', () => {
    const zone = zoneOf(3, ApiRouting.geolocation({ [EUROPE]: [GeoLocation.continent(Continent.EUROPE)], [WEST]: [GeoLocation.country('US')] }, SOUTH));
    const european = { nearestFirst: [EUROPE, WEST, SOUTH], location: { continentCode: 'EU', countryCode: 'FR' } };
    const african = { nearestFirst: [SOUTH, EUROPE, WEST], location: { continentCode: 'AF', countryCode: 'KE' } };
    expect([[], [EUROPE], [EUROPE, WEST], [SOUTH]].map(sick => lead(zone, european, sick))).toEqual([EUROPE, WEST, SOUTH, EUROPE]);
    expect([[], [SOUTH], [SOUTH, EUROPE]].map(sick => lead(zone, african, sick))).toEqual([SOUTH, EUROPE, WEST]);
  });
});

describe('what the stand-in does not model', () => {
  const alias = { DNSName: { 'Fn::GetAtt': ['Domain', 'RegionalDomainName'] }, EvaluateTargetHealth: true };
  const record = (properties: object) => ({ Type: 'AWS::Route53::RecordSet', Properties: { Name: 'x.example.com', Type: 'A', ...properties } });
  const check = (config: object) => ({ Type: 'AWS::Route53::HealthCheck', Properties: { HealthCheckConfig: config } });

  type Resource = Required<Template>['Resources'][string];

  function read(resource: Resource, others: Record<string, Resource> = {}): Zone {
    const Domain = { Type: 'AWS::ApiGateway::DomainName', Properties: { DomainName: 'api.example.com' } };
    const stack = { id: 'Stack', stackName: 'Stack', region: WEST, dependencies: [], template: { Resources: { It: resource, Domain, ...others } } };
    return Zone.read({ stacks: [stack] } as unknown as CloudAssembly);
  }

  test.each([
    ['failover records', record({ AliasTarget: alias, Failover: 'PRIMARY' }), 'its routing policy'],
    ['several answers at a time', record({ AliasTarget: alias, MultiValueAnswer: true }), 'its routing policy'],
    ['addresses', record({ ResourceRecords: ['192.0.2.1'] }), 'a record that is no alias'],
    ['an alias to a load balancer', record({ AliasTarget: { ...alias, DNSName: { 'Fn::GetAtt': ['LoadBalancer', 'DNSName'] } } }), '{"Fn::GetAtt":["LoadBalancer","DNSName"]}'],
    ['alarms', check({ Type: 'CLOUDWATCH_METRIC' }), 'a health check of type CLOUDWATCH_METRIC'],
    ['disabled health checks', check({ Type: 'HTTPS', Disabled: true }), 'a disabled health check'],
  ])('is refused by name: %s', (_, resource, what) => {
    expect(() => read(resource)).toThrow(`the stand-in for Route 53 does not model ${what}: Stack/It`);
  });

  test('is left alone if it leads nobody to the API', () => {
    expect(read(record({ Type: 'TXT', ResourceRecords: ['"text"'] })).records).toEqual([]);
  });

  test('names are compared without case and final dot', () => {
    const other = record({ Name: 'other.example.com', AliasTarget: alias });
    expect(read(record({ Name: 'X.Example.com.', AliasTarget: { ...alias, DNSName: 'Other.Example.com.' } }), { other }).records[0])
      .toMatchObject({ name: 'x.example.com', target: 'other.example.com' });
  });
});

describe('what AWS refuses, or would not serve', () => {
  const domain = (DomainName: string) => ({ Type: 'AWS::ApiGateway::DomainName', Properties: { DomainName } });
  const aliasOf = (Name: string, DNSName: unknown) => ({ Type: 'AWS::Route53::RecordSet', Properties: { Name, Type: 'A', AliasTarget: { DNSName, EvaluateTargetHealth: true } } });
  const endpoint = (id: string) => ({ 'Fn::GetAtt': [id, 'RegionalDomainName'] });
  const read = (Resources: Template['Resources']) => Zone.read({ stacks: [{ id: 'Stack', stackName: 'Stack', region: WEST, dependencies: [], template: { Resources } }] } as unknown as CloudAssembly);

  test('is an alias of a record that is not there', () => {
    expect(() => read({ It: aliasOf('api.example.com', 'gone.example.com') })).toThrow('targets gone.example.com., type A, but that target was not found: api.example.com');
  });

  test('is a custom domain name that leads to another one\'s target, over whatever records', () => {
    const Domains = { Shared: domain('api.example.com'), Own: domain('west.api.example.com') };
    const Records = { Own1: aliasOf('west.api.example.com', endpoint('Own')), Shared1: aliasOf('api.example.com', 'west.api.example.com') };
    expect(() => read({ ...Domains, ...Records })).toThrow('api.example.com is a custom domain name, and its record leads to that of west.api.example.com in us-west-2');
    const Target = aliasOf('shared.west.api.example.com', endpoint('Shared'));
    expect(read({ ...Domains, ...Records, Target, Shared1: aliasOf('api.example.com', 'shared.west.api.example.com') }).records).toHaveLength(3);
  });
});
