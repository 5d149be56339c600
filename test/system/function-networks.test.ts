import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { ISecurityGroup, IVpc, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { ComplianceMode, FunctionNetwork, MultiRegionFunction, MultiRegionSystem, SystemUnit } from '../../src';
import { CODE, errorOf, expectPropError, regional, regions, resources, stackOf, testApp, testSystem } from '../support/synth';

const [PRIMARY, SECONDARY] = ['ap-southeast-2', 'us-west-2'];
const LITERAL = { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] };

const importedVpc = (scope: Construct): IVpc => Vpc.fromVpcAttributes(scope, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a', 'b'], privateSubnetIds: ['subnet-a', 'subnet-b'] });
const importedGroup = (scope: Construct): ISecurityGroup => SecurityGroup.fromSecurityGroupId(scope, 'Group', 'sg-9');
const imported = (scope: Construct): FunctionNetwork => ({ vpc: importedVpc(scope), securityGroups: [importedGroup(scope)] });

function made(scope: Construct, subnetType = SubnetType.PRIVATE_WITH_EGRESS): { network: FunctionNetwork; vpc: Vpc } {
  const vpc = new Vpc(scope, 'Vpc', {
    maxAzs: 2, natGateways: 1, subnetConfiguration: [{ name: 'public', subnetType: SubnetType.PUBLIC }, { name: 'own', subnetType }],
  });
  return { vpc, network: { vpc, securityGroups: [new SecurityGroup(scope, 'Group', { vpc })] } };
}

const fn = (scope: Construct, props: object = {}, id = 'Handler') => new MultiRegionFunction(scope, id, { codePath: CODE, ...props });

/** The networks of all functions of a region, by name. */
const networksIn = (system: MultiRegionSystem, region: string): Record<string, any> => Object.fromEntries(
  resources(regional(system, region), 'AWS::Lambda::Function').map(({ Properties }) => [Properties.FunctionName, Properties.VpcConfig]),
);

describe('The network of functions', () => {
  test('is a VPC that the region\'s stack makes', () => {
    const system = testSystem();
    for (const region of system.regions) system.addFunctionNetwork(region, made(system.stackIn(region)).network);
    fn(system);
    for (const region of system.regions) {
      const networks = Object.values(networksIn(system, region));
      expect(networks.length).toBeGreaterThan(1);
      for (const { SubnetIds, SecurityGroupIds } of networks) {
        expect(SubnetIds).toEqual([{ Ref: expect.stringMatching(/^Vpcown/) }, { Ref: expect.stringMatching(/^Vpcown/) }]);
        expect(SecurityGroupIds).toEqual([{ 'Fn::GetAtt': [expect.stringMatching(/^Group/), 'GroupId'] }]);
      }
    }
    const handler = resources(regional(system, SECONDARY), 'AWS::Lambda::Function').find(({ Properties }) => Properties.FunctionName === 'Orders-Handler');
    // a function that runs during the deployment needs a way out
    expect(handler.DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/^Vpcown.*Route/)]));
  });

  test.each([ComplianceMode.STANDARD, ComplianceMode.STRICT])('is an imported VPC, also with %s, which makes none then', compliance => {
    const system = testSystem(2, { compliance });
    for (const region of system.regions) system.addFunctionNetwork(region, imported(system.stackIn(region)));
    fn(system);
    for (const region of system.regions) {
      regional(system, region).resourceCountIs('AWS::EC2::VPC', 0);
      for (const network of Object.values(networksIn(system, region))) expect(network).toEqual({ SubnetIds: ['subnet-a', 'subnet-b'], SecurityGroupIds: ['sg-9'] });
    }
  });

  test('may be of literal ids, imported in a stack of another part of the app', () => {
    const app = testApp();
    const network = Object.fromEntries([PRIMARY, SECONDARY].map(region => [region, imported(new Stack(app, `Network-${region}`, { env: { region } }))]));
    const system = new MultiRegionSystem(app, 'Orders', { ...regions(2), functionNetworks: network });
    fn(new SystemUnit(system, 'Billing'));
    fn(system);
    expect(Object.values(networksIn(system, SECONDARY))).toContainEqual({ SubnetIds: ['subnet-a', 'subnet-b'], SecurityGroupIds: ['sg-9'] });
  });

  test('may be of some regions, which synthesis warns of', () => {
    const system = testSystem(2, { functionNetworks: { [SECONDARY]: LITERAL } });
    fn(system);
    expect(Object.values(networksIn(system, PRIMARY)).filter(Boolean)).toEqual([]);
    expect(Object.values(networksIn(system, SECONDARY)).every(Boolean)).toBe(true);
    expect(JSON.stringify(Annotations.fromStack(system.stackIn(PRIMARY)).findWarning('*', Match.stringLikeRegexp('leave out ap-southeast-2')))).toContain('regionsWithoutNetwork');
  });

  test('is not warned of if every region has one', () => {
    const system = testSystem(2, { functionNetworks: { [PRIMARY]: LITERAL, [SECONDARY]: LITERAL } });
    fn(system);
    expect(Annotations.fromStack(system.stackIn(PRIMARY)).findWarning('*', Match.stringLikeRegexp('leave out'))).toEqual([]);
  });

  test('may be a function\'s own, of some regions', () => {
    const system = testSystem(2, { functionNetworks: { [PRIMARY]: LITERAL, [SECONDARY]: LITERAL } });
    const own = made(system.stackIn(SECONDARY)).network;
    fn(system, { networks: { [SECONDARY]: own } });
    fn(system, {}, 'Other');
    expect(networksIn(system, PRIMARY)['Orders-Handler']).toEqual({ SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] });
    expect(networksIn(system, SECONDARY)['Orders-Handler'].SubnetIds).toHaveLength(2);
    expect(networksIn(system, SECONDARY)['Orders-Other']).toEqual({ SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] });
  });

  test('may be a function\'s own, beside the VPC of strict mode', () => {
    const system = testSystem(1, { compliance: ComplianceMode.STRICT });
    fn(system, { networks: { [PRIMARY]: LITERAL }, internetAccess: true });
    fn(system, {}, 'Other');
    expect(networksIn(system, PRIMARY)['Orders-Handler']).toEqual({ SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] });
    expect(JSON.stringify(networksIn(system, PRIMARY)['Orders-Other'])).toContain('ProtectionNetwork');
  });

  test('is a unit\'s own, or the system\'s', () => {
    const system = testSystem(2, { functionNetworks: { [PRIMARY]: LITERAL, [SECONDARY]: LITERAL } });
    const unit = new SystemUnit(system, 'Billing');
    unit.addFunctionNetwork(SECONDARY, made(stackOf(unit, SECONDARY)).network);
    fn(unit);
    const networkOf = (region: string) => resources(stackOf(unit, region) && regionalOf(unit, region), 'AWS::Lambda::Function').map(({ Properties }) => Properties.VpcConfig)[0];
    expect(networkOf(PRIMARY)).toEqual({ SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] });
    expect(JSON.stringify(networkOf(SECONDARY))).toContain('Vpcown');
  });

  test('of the system\'s stack is refused to functions of a unit, with what to do', () => {
    const system = testSystem(1);
    const unit = new SystemUnit(system, 'Billing');
    system.addFunctionNetwork(PRIMARY, made(system.stackIn(PRIMARY)).network);
    expect(errorOf(() => fn(unit))).toMatch(/^network is Orders\/ap-southeast-2\/Vpc.*allowed: constructs of the stack Orders\/Billing\/ap-southeast-2, or of literal ids/);
  });

  test.each<[string, (system: MultiRegionSystem, stack: Stack) => any, string, string]>([
    ['a VPC is looked up', (_, stack) => ({ vpc: Vpc.fromLookup(stack, 'Vpc', { vpcId: 'vpc-1' }), securityGroupIds: ['sg-1'] }), 'which the CDK looks up', 'Vpc.fromVpcAttributes'],
    ['a security group is looked up', (_, stack) => ({ subnetIds: ['subnet-1'], securityGroups: [SecurityGroup.fromLookupById(stack, 'Group', 'sg-1')] }), 'which the CDK looks up', 'literal ids'],
    ['the zones of a VPC are looked up', (_, stack) => ({ vpc: new Vpc(stack, 'Vpc'), securityGroupIds: ['sg-1'] }), 'which the CDK looks up', 'a Vpc in a system without account'],
    ['it is of another region', system => imported(system.stackIn(SECONDARY)), 'of a stack in us-west-2', 'constructs of a stack in ap-southeast-2'],
    ['its subnets are public', (_, stack) => ({ ...made(stack).network, vpcSubnets: { subnetType: SubnetType.PUBLIC } }), 'public subnets', 'private or isolated'],
    ['both ids and a VPC are given', (_, stack) => ({ ...imported(stack), subnetIds: ['subnet-1'] }), 'subnet-1', 'because vpc is given'],
    ['both ids and security groups are given', (_, stack) => ({ ...imported(stack), securityGroupIds: ['sg-1'] }), 'sg-1', 'because securityGroups are given'],
    ['there is no security group', (_, stack) => ({ vpc: importedVpc(stack), securityGroups: [] }), '[]', 'one or more'],
    ['the VPC is none', () => ({ vpc: 'vpc-1', securityGroupIds: ['sg-1'] }), 'vpc-1', 'a VPC, as of'],
    ['a security group is none', () => ({ subnetIds: ['subnet-1'], securityGroups: ['sg-1'] }), 'sg-1', 'a list of security groups'],
    ['subnets are selected of no VPC', () => ({ ...LITERAL, vpcSubnets: {} }), 'without vpc', 'the vpc as well'],
  ])('throws if %s', (situation, network, value, allowed) => {
    const system = testSystem(2, situation.includes('looked up') ? { account: '111122223333' } : {});
    expectPropError(() => system.addFunctionNetwork(PRIMARY, network(system, system.stackIn(PRIMARY))), `network of ${PRIMARY}`, value, allowed, 'Orders');
  });

  test('throws if it comes after functions, or twice, or for no region of the system', () => {
    const system = testSystem(2);
    system.addFunctionNetwork(SECONDARY, LITERAL);
    expectPropError(() => system.addFunctionNetwork(SECONDARY, LITERAL), 'region', SECONDARY, 'no network yet', 'Orders');
    fn(system);
    expectPropError(() => system.addFunctionNetwork(PRIMARY, LITERAL), 'region', `${PRIMARY}, where there are functions already`, 'add its network before', 'Orders');
    expectPropError(() => system.addFunctionNetwork('eu-west-1', LITERAL), 'region', 'eu-west-1', 'a region of this system', 'Orders');
    expectPropError(() => fn(system, { networks: { 'eu-west-1': LITERAL } }, 'Other'), 'networks', 'eu-west-1', 'regions of this system', 'Orders/Other');
  });

  test('makes no reference between stacks', () => {
    const app: App = testApp();
    const system = new MultiRegionSystem(app, 'Orders', regions(3));
    for (const region of system.regions) system.addFunctionNetwork(region, made(system.stackIn(region)).network);
    fn(system);
    expect(() => app.synth()).not.toThrow();
  });
});

function regionalOf(unit: SystemUnit, region: string): any {
  return (unit.node.root as App).synth().getStackByName(stackOf(unit, region).stackName).template;
}
