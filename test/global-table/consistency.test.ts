import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { GlobalTable, GlobalTableProps, MultiRegionSystem, TableConsistency } from '../../src';
import { expectPropError, regional, resources, testApp } from '../support/synth';

const partitionKey = { name: 'pk', type: AttributeType.STRING };
const SETS = 'sets: US (us-east-1, us-east-2, us-west-2), EU (eu-west-1, eu-west-2, eu-west-3, eu-central-1), AP (ap-northeast-1, ap-northeast-2, ap-northeast-3)';

function systemOf([primaryRegion, ...secondaryRegions]: string[]): MultiRegionSystem {
  return new MultiRegionSystem(testApp(), 'Orders', { primaryRegion, secondaryRegions });
}

function make(regions: string[], props: Partial<GlobalTableProps>): MultiRegionSystem {
  const system = systemOf(regions);
  new GlobalTable(system, 'Table', { partitionKey, ...props });
  return system;
}

describe('a strongly consistent GlobalTable', () => {
  const STRONG = { consistency: TableConsistency.STRONG };

  test.each<[string, string[], string | undefined]>([
    ['three regions of a set', ['us-west-2', 'us-east-1', 'us-east-2'], undefined],
    ['three of the four European regions', ['eu-west-3', 'eu-west-1', 'eu-central-1'], undefined],
    ['two regions and a witness of their set', ['ap-northeast-1', 'ap-northeast-3'], 'ap-northeast-2'],
  ])('spans %s', (_, regions, witnessRegion) => {
    const system = make(regions, { ...STRONG, witnessRegion });
    const [{ Properties }] = resources(Template.fromStack(system.globalStack), 'AWS::DynamoDB::GlobalTable');
    expect(Properties.MultiRegionConsistency).toBe('STRONG');
    expect(Properties.GlobalTableWitnesses).toEqual(witnessRegion && [{ Region: witnessRegion }]);
    expect(Properties.Replicas.map((replica: any) => replica.Region).sort()).toEqual([...regions].sort());
  });

  test('has no alarm on replication latency, a metric that it does not have, and no warning about its replicas', () => {
    const system = make(['us-west-2', 'us-east-1', 'us-east-2'], STRONG);
    for (const region of system.regions) {
      const metrics = resources(regional(system, region), 'AWS::CloudWatch::Alarm').map(alarm => alarm.Properties.MetricName);
      expect(metrics.sort()).toEqual(['ReadThrottleEvents', 'WriteThrottleEvents', undefined]);
    }
    expect(system._stacks.meshStacks).toEqual([]);
    expect(system._allStacks.flatMap(stack => Annotations.fromStack(stack).findWarning('*', Match.anyValue()))).toEqual([]);
  });

  test.each<[string, string[], string | undefined]>([
    ['two regions without a witness', ['us-west-2', 'us-east-1'], undefined],
    ['one region', ['us-west-2'], undefined],
    ['four regions', ['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-central-1'], undefined],
    ['three regions and a witness', ['eu-west-1', 'eu-west-2', 'eu-west-3'], 'eu-central-1'],
    ['regions of two sets', ['us-west-2', 'us-east-1', 'eu-west-1'], undefined],
    ['a region of no set', ['ap-southeast-2', 'us-west-2', 'us-east-1'], undefined],
    ['a witness of another set', ['us-west-2', 'us-east-1'], 'eu-west-1'],
  ])('throws in %s, and lists the sets', (_, regions, witnessRegion) => {
    expectPropError(() => make(regions, { ...STRONG, witnessRegion }), 'consistency', `"STRONG in ${regions.join(', ')}`, SETS, 'Orders/Table');
  });

  test('throws if its witness is a region of the system', () => {
    expectPropError(() => make(['us-west-2', 'us-east-1', 'us-east-2'], { ...STRONG, witnessRegion: 'us-east-1' }), 'witnessRegion', '"us-east-1"', SETS, 'Orders/Table');
  });

  test('throws if items are to expire, or if it has local indexes, which DynamoDB does not support', () => {
    const regions = ['us-west-2', 'us-east-1', 'us-east-2'];
    expectPropError(() => make(regions, { ...STRONG, timeToLiveAttribute: 'expiresAt' }), 'timeToLiveAttribute', '"expiresAt"', 'nothing', 'Orders/Table');
    const index = { indexName: 'byDate', sortKey: { name: 'date', type: AttributeType.STRING } };
    expectPropError(() => make(regions, { ...STRONG, sortKey: index.sortKey, localSecondaryIndexes: [index] }), 'localSecondaryIndexes', '1 indexes', 'none', 'Orders/Table');
  });

  test('throws if conflicts are to be detected, since there are none', () => {
    const table = new GlobalTable(systemOf(['us-west-2', 'us-east-1', 'us-east-2']), 'Table', { partitionKey, ...STRONG });
    expectPropError(() => table.detectConflicts(), 'consistency', '"STRONG"', 'EVENTUAL', 'Orders/Table');
  });
});

describe('an eventually consistent GlobalTable', () => {
  test('says nothing of consistency in the template, which is DynamoDB\'s default', () => {
    const [{ Properties }] = resources(Template.fromStack(make(['us-west-2', 'us-east-1'], { consistency: TableConsistency.EVENTUAL }).globalStack), 'AWS::DynamoDB::GlobalTable');
    expect(Properties).not.toHaveProperty('MultiRegionConsistency');
  });

  test('throws if it is given a witness', () => {
    expectPropError(() => make(['us-west-2', 'us-east-1'], { witnessRegion: 'us-east-2' }), 'witnessRegion', '"us-east-2"', 'only a table with consistency STRONG', 'Orders/Table');
  });

  test('throws if its consistency is none', () => {
    expectPropError(() => make(['us-west-2', 'us-east-1'], { consistency: 'WEAK' as any }), 'consistency', '"WEAK"', 'EVENTUAL, STRONG', 'Orders/Table');
  });
});
