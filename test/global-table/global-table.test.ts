import { RemovalPolicy } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { GlobalTable, MultiRegionFunction } from '../../src';
import { CODE, expectPropError, regional, resources, testSystem } from '../support/synth';

const partitionKey = { name: 'pk', type: AttributeType.STRING };

describe('GlobalTable', () => {
  test.each([1, 2, 3, 10])('has a protected replica in each of %i regions, defined once in the global stack', count => {
    const system = testSystem(count);
    new GlobalTable(system, 'Table', { partitionKey });
    const template = Template.fromStack(system.globalStack);
    template.hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Retain',
      Properties: {
        TableName: 'Orders-Table',
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TimeToLiveSpecification: Match.absent(),
      },
    });
    const [{ Properties: { Replicas } }] = resources(template, 'AWS::DynamoDB::GlobalTable');
    expect(Replicas.map((replica: any) => replica.Region).sort()).toEqual([...system.regions].sort());
    for (const replica of Replicas) {
      expect(replica).toMatchObject({ DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } });
    }
  });

  test('takes a sort key, an expiry attribute and a removal policy', () => {
    const system = testSystem();
    new GlobalTable(system, 'Table', {
      partitionKey, sortKey: { name: 'sk', type: AttributeType.NUMBER }, timeToLiveAttribute: 'expiresAt', removalPolicy: RemovalPolicy.DESTROY,
    });
    Template.fromStack(system.globalStack).hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Delete',
      Properties: {
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    });
  });

  test('gives its name as a plain string, after the constructs it is in', () => {
    const system = testSystem();
    expect(new GlobalTable(new Construct(system, 'Billing'), 'Table', { partitionKey }).tableName).toBe('Orders-Billing-Table');
  });

  test.each<['grantReadData' | 'grantWriteData' | 'grantReadWriteData', string[], string[]]>([
    ['grantReadData', ['dynamodb:GetItem'], ['dynamodb:PutItem']],
    ['grantWriteData', ['dynamodb:PutItem'], ['dynamodb:GetItem']],
    ['grantReadWriteData', ['dynamodb:GetItem', 'dynamodb:PutItem'], []],
  ])('%s gives each region its own replica only', (grant, allowed, denied) => {
    const system = testSystem(3);
    const table = new GlobalTable(system, 'Table', { partitionKey });
    table[grant](new MultiRegionFunction(system, 'Handler', { codePath: CODE }));
    for (const region of system.regions) {
      const statements = resources(regional(system, region), 'AWS::IAM::Policy')
        .flatMap(policy => policy.Properties.PolicyDocument.Statement)
        .filter(statement => [statement.Action].flat().some((action: string) => action.startsWith('dynamodb:')));
      const actions = statements.flatMap(statement => statement.Action);
      allowed.forEach(action => expect(actions).toContain(action));
      denied.forEach(action => expect(actions).not.toContain(action));
      for (const statement of statements) {
        expect(statement.Resource).toEqual({
          'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:dynamodb:${region}:`, { Ref: 'AWS::AccountId' }, ':table/Orders-Table']],
        });
      }
    }
  });

  test('watches the replication latency of each directed pair', () => {
    const system = testSystem(3);
    new GlobalTable(system, 'Table', { partitionKey });
    for (const region of system.regions) {
      const alarms = resources(regional(system, region), 'AWS::CloudWatch::Alarm').filter(alarm => alarm.Properties.MetricName === 'ReplicationLatency');
      expect(alarms.map(alarm => alarm.Properties.Dimensions)).toEqual(system.peersOf(region).map(peer => [
        { Name: 'ReceivingRegion', Value: peer }, { Name: 'TableName', Value: 'Orders-Table' },
      ]));
    }
  });

  test('throws if the id gives a name that DynamoDB does not accept', () => {
    expectPropError(() => new GlobalTable(testSystem(), 'My Table', { partitionKey }), 'id', '"My Table"', 'the name of a DynamoDB table', 'Orders/My Table');
  });

  test('throws if asked for a region that the system does not have', () => {
    const table = new GlobalTable(testSystem(), 'Table', { partitionKey });
    expectPropError(() => table.inRegion('eu-west-1'), 'region', '"eu-west-1"', 'ap-southeast-2, us-west-2', 'Orders/Table');
  });
});
