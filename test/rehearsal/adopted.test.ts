/** The third app that is rehearsed: of a team that had something already. */
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { TABLE, WAREHOUSES } from './adopted/names';
import { ShopSystem } from './adopted/shop-system';
import { TeamStack } from './adopted/team-stack';
import { ApiDomainProps } from '../../src';
import { resources, templates, testApp } from '../support/synth';

const REGIONS = ['eu-west-1', 'us-east-1'];
const ACCOUNT = '111122223333';
const inEach = <T>(valueIn: (region: string) => T) => Object.fromEntries(REGIONS.map(region => [region, valueIn(region)]));
const certificateArns = inEach(region => `arn:aws:acm:${region}:${ACCOUNT}:certificate/11111111-1111-1111-1111-111111111111`);
const DOMAIN = { domainName: 'shop.example.com', certificateArns };

const shop = (domain: ApiDomainProps) => new ShopSystem(testApp(), 'Shop', {
  account: ACCOUNT,
  primaryRegion: REGIONS[0],
  secondaryRegions: REGIONS.slice(1),
  domain,
  layerArns: inEach(region => [`arn:aws:lambda:${region}:${ACCOUNT}:layer:shop-boxes:1`]),
});

describe.each<[string, ApiDomainProps]>([
  ['with records of the system', { ...DOMAIN, hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com' }],
  ['with records that others make', { ...DOMAIN, externalDns: true }],
])('the shop %s', (_, domain) => {
  test('has no finding in what the system makes', () => {
    const system = shop(domain);
    // what the team has is the team's
    expect([new AwsSolutionsChecks(), new ServerlessChecks()].flatMap(pack => pack.validateScope(system).violations)).toEqual([]);
  });

  test('has what the team had, and what is new for it, in every region', () => {
    const system = shop(domain);
    const all = templates(system);
    for (const region of REGIONS) {
      const stack = all[region];
      expect(resources(stack, 'AWS::ApiGateway::UsagePlanKey')).toHaveLength(1);
      expect(resources(stack, 'AWS::ApiGateway::Authorizer').map(({ Properties }) => Properties.Type).sort()).toEqual(['REQUEST', 'TOKEN']);
      const [find] = resources(stack, 'AWS::Lambda::Function').filter(({ Properties }) => Properties.FunctionName === 'Shop-Find');
      expect(find.Properties).toMatchObject({
        EphemeralStorage: { Size: 1024 },
        Layers: [expect.stringContaining(region)],
        Environment: { Variables: { TABLE_NAME: TABLE, WAREHOUSE: WAREHOUSES[region] } },
      });
      const called = resources(stack, 'AWS::Lambda::Permission').map(({ Properties }) => JSON.stringify(Properties.FunctionName));
      expect(called).toEqual(expect.arrayContaining(['place-order:live', 'notify'].map(name => expect.stringContaining(name))));
    }
  });

  test('is deployed after what the team has, in each region by itself', () => {
    const system = shop(domain);
    const teams = system.node.root.node.children.filter(child => child instanceof TeamStack) as TeamStack[];
    expect(teams.map(({ region }) => region)).toEqual(REGIONS);
    for (const team of teams) {
      expect(system.stackIn(team.region).dependencies).toContain(team);
      expect(team.dependencies).toEqual([]);
      Template.fromStack(team).resourceCountIs('AWS::Lambda::Function', 3);
    }
  });
});
