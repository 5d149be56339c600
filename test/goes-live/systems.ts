import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { byRegion, keyArns, Subject, testScene, thresholds, With } from './subject';
import { AlarmProfile, AlarmSubscription, ApiAuthorization, ComplianceMode, GlobalTable, MultiRegionApi, MultiRegionFunction, MultiRegionSystem } from '../../src';
import { allTemplates, CODE, regions, testApp } from '../support/synth';

/** A system with a table, a function that may be in a network, and an API that is probed. */
function filled(props: any): Record<string, any> {
  const system = new MultiRegionSystem(testApp(), 'Shop', props);
  new GlobalTable(system, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } }).grantReadData(new MultiRegionFunction(system, 'Handler', { codePath: CODE }));
  new MultiRegionApi(system, 'Api', {
    domain: { hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com', domainName: 'api.example.com' }, authorization: ApiAuthorization.none({ reason: 'a test' }),
  });
  return allTemplates(system);
}

const networks = (id: string) => byRegion(testScene(), () => ({ subnetIds: [`subnet-${id}`, 'subnet-b'], securityGroupIds: [`sg-${id}`] }));

export const SYSTEMS: Subject[] = [
  {
    of: 'MultiRegionSystemProps',
    base: () => regions(2),
    make: (_, props) => filled(props),
    changes: {
      primaryRegion: new With({ primaryRegion: 'us-west-2', secondaryRegions: ['ap-southeast-2'] }),
      secondaryRegions: ['us-west-2', 'eu-west-1'],
      account: '444455556666',
      alarmProfile: AlarmProfile.ESSENTIAL,
      alarmSettings: { deadLetters: { threshold: 7 } },
      alarmSubscriptions: [AlarmSubscription.email('ops@example.com')],
      compliance: ComplianceMode.STRICT,
      deletable: true,
      encryptionKeyArns: keyArns(testScene()),
      functionNetworks: networks('a'),
      reservedConcurrency: { evacuation: 7 },
      retiringRegions: ['us-west-2'],
      systemName: 'Store',
    },
  },
  {
    of: 'SystemAlarmSettings',
    base: () => ({}),
    make: (_, alarmSettings) => filled({ ...regions(2), alarmSettings }),
    changes: thresholds('deadLetters'),
  },
  {
    of: 'ReservedConcurrencyOptions',
    base: () => ({}),
    make: (_, reservedConcurrency) => filled({ ...regions(2), reservedConcurrency }),
    changes: { enabled: false, evacuation: 7, health: 7 },
  },
  {
    of: 'FunctionNetwork',
    base: () => networks('a')['us-west-2'],
    make: (_, network) => filled({ ...regions(2), functionNetworks: byRegion(testScene(), () => network) }),
    changes: { subnetIds: ['subnet-c', 'subnet-d'], securityGroupIds: ['sg-c'] },
  },
  {
    of: 'FunctionNetwork',
    when: 'of constructs',
    base: () => ({ vpc: 'vpc-1', subnets: ['subnet-1', 'subnet-2'], groups: ['sg-1'] }),
    make: (system, { vpc, vpcSubnets, securityGroups, subnets, groups }) => {
      for (const region of system.regions) {
        const stack = system.stackIn(region);
        system.addFunctionNetwork(region, {
          vpc: Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: vpc, availabilityZones: ['a', 'b'], isolatedSubnetIds: subnets, privateSubnetIds: ['subnet-3', 'subnet-4'] }),
          vpcSubnets,
          securityGroups: (securityGroups ?? groups).map((id: string) => SecurityGroup.fromSecurityGroupId(stack, id, id)),
        });
      }
      new MultiRegionFunction(system, 'Handler', { codePath: CODE });
    },
    changes: { vpc: new With({ vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } }), vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED }, securityGroups: ['sg-2'] },
  },
  {
    of: 'MultiRegionFunctionProps',
    when: 'with networks that the system makes',
    base: () => ({ codePath: CODE }),
    make: (_, props) => {
      const system = new MultiRegionSystem(testApp(), 'Shop', { ...regions(2), compliance: ComplianceMode.STRICT });
      new MultiRegionFunction(system, 'Handler', props);
      return allTemplates(system);
    },
    changes: { internetAccess: true },
  },
];
