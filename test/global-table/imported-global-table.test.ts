import { Lazy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { GlobalEventBus, GlobalTable, MultiRegionFunction } from '../../src';
import { CODE, expectPropError, mesh, regional, resources, testSystem } from '../support/synth';

describe('GlobalTable.fromTableName', () => {
  test('takes a name, as the CDK does', () => {
    const system = testSystem();
    const table = GlobalTable.fromTableName(system, 'Table', 'their-table');
    table.grantReadData(new MultiRegionFunction(system, 'Reader', { codePath: CODE }));
    expect(table.tableName).toBe('their-table');
    expect(system._hasGlobalStack).toBe(false);
    expect(JSON.stringify(regional(system, 'us-west-2').toJSON())).toContain(':dynamodb:us-west-2:",{"Ref":"AWS::AccountId"},":table/their-table"');
  });

  test('throws if the name is none', () => {
    expectPropError(() => GlobalTable.fromTableName(testSystem(), 'Table', 'my table'), 'tableName', '"my table"', 'the name of a DynamoDB table', 'Orders/Table');
  });
});

describe('GlobalTable with the name of a table that exists', () => {
  const partitionKey = { name: 'pk', type: AttributeType.STRING };

  test('is of that name everywhere, and can be imported', () => {
    const system = testSystem();
    const table = new GlobalTable(system, 'Table', { partitionKey, tableName: 'settings' });
    table.grantReadData(new MultiRegionFunction(system, 'Reader', { codePath: CODE }));
    const [{ Properties, DeletionPolicy }] = resources(Template.fromStack(system.globalStack), 'AWS::DynamoDB::GlobalTable');
    expect([table.tableName, Properties.TableName, DeletionPolicy]).toEqual(['settings', 'settings', 'RetainExceptOnCreate']);
    expect(JSON.stringify(regional(system, 'us-west-2').toJSON())).toContain(':table/settings"');
  });

  test('refuses what is no name', () => {
    expectPropError(() => new GlobalTable(testSystem(), 'Table', { partitionKey, tableName: 'my table' }), 'tableName', '"my table"', 'the name of a DynamoDB table', 'Orders/Table');
  });

  test('still checks its indexes', () => {
    const index = { indexName: 'a', partitionKey: { name: 'a', type: AttributeType.STRING } };
    expectPropError(() => new GlobalTable(testSystem(), 'Table', { partitionKey, tableName: 'settings', globalSecondaryIndexes: [index] }), 'indexName', '"a"', '3 to 255', 'Orders/Table');
  });
});

describe('GlobalTable.fromTableAttributes with streams', () => {
  const arns = (name = 'their-table') => Object.fromEntries(['ap-southeast-2', 'us-west-2'].map(region => [region, `arn:aws:dynamodb:${region}:111122223333:table/${name}/stream/2026-01-01T00:00:00.000`]));
  const imported = (attributes: object) => GlobalTable.fromTableAttributes(testSystem(), 'Table', { tableName: 'their-table', ...attributes });

  test('reads them without asking for their ARNs', () => {
    const system = testSystem();
    GlobalTable.fromTableAttributes(system, 'Table', { tableName: 'their-table', streamArns: arns() }).publishChangesTo(new GlobalEventBus(system, 'Bus'), { detailType: 'Changed' });
    for (const region of system.regions) {
      const template = regional(system, region);
      template.resourceCountIs('AWS::CloudFormation::CustomResource', 0);
      template.hasResourceProperties('AWS::Pipes::Pipe', { Source: arns()[region] });
    }
  });

  test.each<[string, object, string, string]>([
    ['a region has none', { streamArns: { 'us-west-2': arns()['us-west-2'] } }, 'streamArns of ap-southeast-2', 'undefined'],
    ['one is of no region of the system', { streamArns: { ...arns(), 'eu-west-1': 'a' } }, 'streamArns', '"eu-west-1"'],
    ['one is of another table', { streamArns: arns('another') }, 'streamArns of ap-southeast-2', 'table/another'],
    ['one is of another region', { streamArns: { ...arns(), 'us-west-2': arns()['ap-southeast-2'] } }, 'streamArns of us-west-2', 'ap-southeast-2'],
    ['a revision is given as well', { streamArns: arns(), streamRevision: 1 }, 'streamRevision', '1'],
  ])('throws if %s', (_, attributes, prop, value) => {
    expectPropError(() => imported(attributes), prop, value, '', 'Orders/Table');
  });
});

describe('GlobalTable.fromTableAttributes', () => {
  test('makes nothing', () => {
    const system = testSystem();
    const table = GlobalTable.fromTableAttributes(system, 'Table', { tableName: 'their-table' });
    expect(table.tableName).toBe('their-table');
    expect(system._allStacks).toEqual([]);
    expect(table.inRegion('us-west-2').tableName).toBe('their-table');
    for (const stack of [system.globalStack, ...system.regions.map(region => system.stackIn(region))]) {
      expect(Template.fromStack(stack).toJSON().Resources ?? {}).toEqual({});
    }
  });

  test('watches the table on request, as one of its own', () => {
    const system = testSystem(3);
    GlobalTable.fromTableAttributes(system, 'Table', { tableName: 'their-table', alarms: true, globalIndexes: ['byDate'], alarmSettings: { replicationLatency: { threshold: 2_000 } } });
    const alarms = [regional(system, 'us-west-2'), mesh(system, 'us-west-2')].flatMap(template => resources(template, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
    expect(alarms).toHaveLength(7);
    for (const alarm of alarms) expect(JSON.stringify([alarm.Dimensions, alarm.Metrics])).toContain('their-table');
    expect(alarms.filter(({ MetricName }) => MetricName === 'ReplicationLatency').map(({ Threshold }) => Threshold)).toEqual([2000, 2000]);
  });

  test('gives the ARN of the stream in each region', () => {
    const system = testSystem();
    const table = GlobalTable.fromTableAttributes(system, 'Table', { tableName: 'their-table' });
    expect(system.stackIn('us-west-2').resolve(table.streamArnIn('us-west-2'))).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^TableStreamArn/), 'StreamArn'] });
    expect(table.streamArnIn('us-west-2')).toBe(table.streamArnIn('us-west-2'));
    system.regions.forEach(region => regional(system, region).resourceCountIs('AWS::CloudFormation::CustomResource', 1));
  });

  test('throws if asked for a region that the system does not have', () => {
    const table = GlobalTable.fromTableAttributes(testSystem(), 'Table', { tableName: 'their-table' });
    expectPropError(() => table.inRegion('eu-west-1'), 'region', '"eu-west-1"', 'ap-southeast-2, us-west-2', 'Orders/Table');
    expectPropError(() => table.streamArnIn('eu-west-1'), 'region', '"eu-west-1"', 'ap-southeast-2, us-west-2', 'Orders/Table');
  });

  test.each<[string, any]>([['""', undefined], ['"my table"', 'my table'], ['"ab"', 'ab'], ['an unresolved token', Lazy.string({ produce: () => 'table' })]])('throws if the name is %s', (shown, tableName) => {
    expectPropError(() => GlobalTable.fromTableAttributes(testSystem(), 'Table', { tableName }), 'tableName', shown, 'the name of a DynamoDB table', 'Orders/Table');
  });

  test('throws if a key is missing', () => {
    expectPropError(() => GlobalTable.fromTableAttributes(testSystem(), 'Table', { tableName: 'their-table', encryptionKeyArns: {} }), 'encryptionKeyArns of ap-southeast-2', 'undefined', 'a KMS key', 'Orders/Table');
  });
});
