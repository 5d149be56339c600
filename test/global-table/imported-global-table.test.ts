import { Lazy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { GlobalTable } from '../../src';
import { expectPropError, mesh, regional, resources, testSystem } from '../support/synth';

describe('GlobalTable.fromTableName', () => {
  test('makes nothing', () => {
    const system = testSystem();
    const table = GlobalTable.fromTableName(system, 'Table', { tableName: 'their-table' });
    expect(table.tableName).toBe('their-table');
    expect(system._allStacks).toEqual([]);
    expect(table.inRegion('us-west-2').tableName).toBe('their-table');
    for (const stack of [system.globalStack, ...system.regions.map(region => system.stackIn(region))]) {
      expect(Template.fromStack(stack).toJSON().Resources ?? {}).toEqual({});
    }
  });

  test('watches the table on request, as one of its own', () => {
    const system = testSystem(3);
    GlobalTable.fromTableName(system, 'Table', { tableName: 'their-table', alarms: true, globalIndexes: ['byDate'], alarmSettings: { replicationLatency: { threshold: 2_000 } } });
    const alarms = [regional(system, 'us-west-2'), mesh(system, 'us-west-2')].flatMap(template => resources(template, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
    expect(alarms).toHaveLength(7);
    for (const alarm of alarms) expect(JSON.stringify([alarm.Dimensions, alarm.Metrics])).toContain('their-table');
    expect(alarms.filter(({ MetricName }) => MetricName === 'ReplicationLatency').map(({ Threshold }) => Threshold)).toEqual([2000, 2000]);
  });

  test('gives the ARN of the stream in each region', () => {
    const system = testSystem();
    const table = GlobalTable.fromTableName(system, 'Table', { tableName: 'their-table' });
    expect(system.stackIn('us-west-2').resolve(table.streamArnIn('us-west-2'))).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^TableStreamArn/), 'StreamArn'] });
    expect(table.streamArnIn('us-west-2')).toBe(table.streamArnIn('us-west-2'));
    system.regions.forEach(region => regional(system, region).resourceCountIs('AWS::CloudFormation::CustomResource', 1));
  });

  test('throws if asked for a region that the system does not have', () => {
    const table = GlobalTable.fromTableName(testSystem(), 'Table', { tableName: 'their-table' });
    expectPropError(() => table.inRegion('eu-west-1'), 'region', '"eu-west-1"', 'ap-southeast-2, us-west-2', 'Orders/Table');
    expectPropError(() => table.streamArnIn('eu-west-1'), 'region', '"eu-west-1"', 'ap-southeast-2, us-west-2', 'Orders/Table');
  });

  test.each<[string, any]>([['""', undefined], ['"my table"', 'my table'], ['"ab"', 'ab'], ['an unresolved token', Lazy.string({ produce: () => 'table' })]])('throws if the name is %s', (shown, tableName) => {
    expectPropError(() => GlobalTable.fromTableName(testSystem(), 'Table', { tableName }), 'tableName', shown, 'the name of a DynamoDB table', 'Orders/Table');
  });

  test('throws if a key is missing', () => {
    expectPropError(() => GlobalTable.fromTableName(testSystem(), 'Table', { tableName: 'their-table', encryptionKeyArns: {} }), 'encryptionKeyArns of ap-southeast-2', 'undefined', 'a KMS key', 'Orders/Table');
  });
});
