import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AttributeType, Billing, Capacity, ContributorInsightsMode, TableClass } from 'aws-cdk-lib/aws-dynamodb';
import { AccountPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { GlobalTable, GlobalTableProps, MultiRegionFunction, MultiRegionSystem, SystemUnit, TableConsistency } from '../../src';
import { expectOwnReferencesOnly } from '../support/references';
import { CODE, errorOf, expectPropError, mesh, regional, REGIONS, resources, testApp, testSystem } from '../support/synth';

const partitionKey = { name: 'pk', type: AttributeType.STRING };
const sortKey = { name: 'sk', type: AttributeType.STRING };
const KEYS = Object.fromEntries(REGIONS.slice(0, 2).map(region => [region, `arn:aws:kms:${region}:111122223333:key/mrk-1`]));

/** The properties of the table in the global stack. */
function tableOf(system: MultiRegionSystem): any {
  return resources(Template.fromStack(system.globalStack), 'AWS::DynamoDB::GlobalTable')[0].Properties;
}

/** What a table with these properties is in a system of two regions. */
function made(props: Partial<GlobalTableProps>): any {
  const system = testSystem();
  new GlobalTable(system, 'Table', { partitionKey, ...props });
  return tableOf(system);
}

/** The warnings that are attached to the system's stacks, where the CLI prints them. */
function warningsOf(system: MultiRegionSystem): unknown[] {
  Template.fromStack(system.globalStack);
  return system._allStacks.flatMap(stack => Annotations.fromStack(stack).findWarning('*', Match.anyValue())).map(({ entry }) => entry.data);
}

describe('GlobalTable', () => {
  test.each([1, 2, 3, 10])('has a protected replica in each of %i regions, defined once in the global stack', count => {
    const system = testSystem(count);
    new GlobalTable(system, 'Table', { partitionKey });
    const template = Template.fromStack(system.globalStack);
    template.hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'RetainExceptOnCreate',
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

  test('has the documented defaults', () => {
    const system = testSystem();
    new GlobalTable(system, 'Table', { partitionKey });
    const table = tableOf(system);
    expect(table).toEqual({
      TableName: 'Orders-Table',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      Replicas: ['us-west-2', 'ap-southeast-2'].map(Region => ({
        Region, DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      })),
    });
    Template.fromStack(system.globalStack).hasResource('AWS::DynamoDB::GlobalTable', { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    for (const region of system.regions) {
      const template = regional(system, region);
      const common = { Namespace: 'AWS/DynamoDB', Period: 60, EvaluationPeriods: 5, TreatMissingData: 'notBreaching' };
      template.resourceCountIs('AWS::CloudWatch::Alarm', 3);
      mesh(system, region).resourceCountIs('AWS::CloudWatch::Alarm', 1);
      mesh(system, region).hasResourceProperties('AWS::CloudWatch::Alarm', { ...common, MetricName: 'ReplicationLatency', Statistic: 'Average', Threshold: 60_000 });
      template.hasResourceProperties('AWS::CloudWatch::Alarm', { ...common, MetricName: 'ReadThrottleEvents', Statistic: 'Sum', Threshold: 1, DatapointsToAlarm: 3 });
      template.hasResourceProperties('AWS::CloudWatch::Alarm', { ...common, MetricName: 'WriteThrottleEvents', Statistic: 'Sum', Threshold: 1, DatapointsToAlarm: 3 });
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        Metrics: [{ Expression: 'SELECT SUM(SystemErrors) FROM SCHEMA("AWS/DynamoDB", Operation, TableName) WHERE TableName = \'Orders-Table\'', Period: 60, ReturnData: true, Id: Match.anyValue() }],
        Threshold: 1,
        EvaluationPeriods: 5,
        DatapointsToAlarm: 3,
        TreatMissingData: 'notBreaching',
      });
      template.resourceCountIs('AWS::Lambda::Function', 0);
    }
  });

  test('keeps its identities', () => {
    const system = testSystem();
    new GlobalTable(system, 'OrdersTable', { partitionKey });
    expect(Object.keys(Template.fromStack(system.globalStack).findResources('AWS::DynamoDB::GlobalTable'))).toEqual(['OrdersTableD407578C']);
    expect(Object.keys(mesh(system, 'us-west-2').findResources('AWS::CloudWatch::Alarm', { Properties: { MetricName: 'ReplicationLatency' } }))).toEqual([
      'OrdersTableReplicationLatencyapsoutheast2B48F2E43',
    ]);
  });

  test('takes secondary indexes', () => {
    const table = made({
      sortKey,
      globalSecondaryIndexes: [{ indexName: 'byCustomer', partitionKey: { name: 'customer', type: AttributeType.STRING } }],
      localSecondaryIndexes: [{ indexName: 'byDate', sortKey: { name: 'date', type: AttributeType.STRING } }],
    });
    expect(table.GlobalSecondaryIndexes).toEqual([{ IndexName: 'byCustomer', KeySchema: [{ AttributeName: 'customer', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } }]);
    expect(table.LocalSecondaryIndexes).toEqual([{
      IndexName: 'byDate', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'date', KeyType: 'RANGE' }], Projection: { ProjectionType: 'ALL' },
    }]);
    for (const replica of table.Replicas) expect(replica.GlobalSecondaryIndexes).toEqual([{ IndexName: 'byCustomer' }]);
  });

  test('takes the maxima of on-demand capacity and warm throughput', () => {
    const table = made({
      billing: Billing.onDemand({ maxReadRequestUnits: 100, maxWriteRequestUnits: 50 }),
      warmThroughput: { readUnitsPerSecond: 15_000, writeUnitsPerSecond: 5_000 },
    });
    expect(table).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      WriteOnDemandThroughputSettings: { MaxWriteRequestUnits: 50 },
      WarmThroughput: { ReadUnitsPerSecond: 15_000, WriteUnitsPerSecond: 5_000 },
    });
    for (const replica of table.Replicas) expect(replica.ReadOnDemandThroughputSettings).toEqual({ MaxReadRequestUnits: 100 });
  });

  test('takes provisioned capacity, scaled in every region', () => {
    const readCapacity = Capacity.autoscaled({ minCapacity: 5, maxCapacity: 50 });
    const table = made({ billing: Billing.provisioned({ readCapacity, writeCapacity: Capacity.autoscaled({ maxCapacity: 20 }) }) });
    expect(table.BillingMode).toBe('PROVISIONED');
    expect(table.WriteProvisionedThroughputSettings.WriteCapacityAutoScalingSettings).toMatchObject({ MinCapacity: 1, MaxCapacity: 20 });
    for (const replica of table.Replicas) {
      expect(replica.ReadProvisionedThroughputSettings.ReadCapacityAutoScalingSettings).toMatchObject({ MinCapacity: 5, MaxCapacity: 50 });
    }
  });

  test('gives every replica its table class, insights, tags, recovery period and protection', () => {
    const table = made({
      tableClass: TableClass.STANDARD_INFREQUENT_ACCESS,
      contributorInsightsSpecification: { enabled: true, mode: ContributorInsightsMode.THROTTLED_KEYS },
      tags: { team: 'orders' },
      recoveryPeriod: Duration.days(7),
      deletionProtection: false,
    });
    for (const replica of table.Replicas) {
      expect(replica).toMatchObject({
        TableClass: 'STANDARD_INFREQUENT_ACCESS',
        ContributorInsightsSpecification: { Enabled: true, Mode: 'THROTTLED_KEYS' },
        Tags: [{ Key: 'team', Value: 'orders' }],
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 },
        DeletionProtectionEnabled: false,
      });
    }
  });

  test('encrypts each replica with the key of its region', () => {
    const table = made({ encryptionKeyArns: KEYS });
    expect(table.SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
    expect(Object.fromEntries(table.Replicas.map((replica: any) => [replica.Region, replica.SSESpecification.KMSMasterKeyId]))).toEqual(KEYS);
  });

  test.each([REGIONS[0], REGIONS[1]])('gives a resource policy to the replica in %s only', region => {
    const policy = new PolicyDocument({ statements: [new PolicyStatement({ principals: [new AccountPrincipal('444455556666')], actions: ['dynamodb:GetItem'], resources: ['*'] })] });
    const table = made({ resourcePolicies: { [region]: policy } });
    expect(table.Replicas.filter((replica: any) => replica.ResourcePolicy).map((replica: any) => replica.Region)).toEqual([region]);
  });

  test('watches the replication latency of each directed pair', () => {
    const system = testSystem(3);
    new GlobalTable(system, 'Table', { partitionKey, alarmSettings: { replicationLatency: { threshold: 5_000 } } });
    for (const region of system.regions) {
      const alarms = resources(mesh(system, region), 'AWS::CloudWatch::Alarm').filter(alarm => alarm.Properties.MetricName === 'ReplicationLatency');
      expect(alarms.map(alarm => alarm.Properties.Dimensions)).toEqual(system.peersOf(region).map(peer => [
        { Name: 'ReceivingRegion', Value: peer }, { Name: 'TableName', Value: 'Orders-Table' },
      ]));
      expect(alarms.map(alarm => alarm.Properties.Threshold)).toEqual(alarms.map(() => 5_000));
    }
  });

  test('watches the throttling of each global index apart from the table\'s', () => {
    const system = testSystem();
    new GlobalTable(system, 'Table', { partitionKey, globalSecondaryIndexes: [{ indexName: 'byCustomer', partitionKey: sortKey }] });
    for (const MetricName of ['ReadThrottleEvents', 'WriteThrottleEvents']) {
      const alarms = resources(regional(system, 'us-west-2'), 'AWS::CloudWatch::Alarm').filter(alarm => alarm.Properties.MetricName === MetricName);
      expect(alarms.map(alarm => alarm.Properties.Dimensions)).toEqual([
        [{ Name: 'TableName', Value: 'Orders-Table' }],
        [{ Name: 'GlobalSecondaryIndexName', Value: 'byCustomer' }, { Name: 'TableName', Value: 'Orders-Table' }],
      ]);
    }
  });

  test('says in each alarm what it means and what to do', () => {
    const system = testSystem();
    new GlobalTable(system, 'Table', { partitionKey });
    const alarms = [regional(system, 'us-west-2'), mesh(system, 'us-west-2')].flatMap(template => resources(template, 'AWS::CloudWatch::Alarm'));
    expect(alarms).toHaveLength(4);
    for (const { Properties: { AlarmDescription } } of alarms) {
      expect(AlarmDescription).toMatch(/us-west-2.*(Look at|look at|see whether)/);
    }
  });

  test('goes without alarms on request, and then without a stack in any region', () => {
    const system = testSystem();
    const table = new GlobalTable(system, 'Table', { partitionKey, alarms: false });
    expect(system._allStacks.map(({ stackName }) => stackName)).toEqual(['Orders-global']);
    table.grantReadData(new MultiRegionFunction(new SystemUnit(system, 'Billing'), 'Handler', { codePath: CODE, rollbackOnAlarm: false }));
    // the unit's dead-letter queue has an alarm, which notifies the topic of the system's stack
    expect(system._allStacks.map(({ stackName }) => stackName)).not.toContain('Orders-us-west-2-mesh');
    system.regions.forEach(region => regional(system, region).resourceCountIs('AWS::CloudWatch::Alarm', 0));
  });

  test.each([1, 2, 3])('has the same regional stack, whatever peers there are: with %i regions that of one region', count => {
    const stackOf = (each: number) => {
      const system = testSystem(each);
      new GlobalTable(system, 'Table', { partitionKey, globalSecondaryIndexes: [{ indexName: 'byA', partitionKey: sortKey }] }).detectConflicts();
      return regional(system, REGIONS[0]).toJSON();
    };
    expect(stackOf(count)).toEqual(stackOf(1));
  });

  test('makes no mesh stack in a system of one region', () => {
    const system = testSystem(1);
    new GlobalTable(system, 'Table', { partitionKey, alarmSettings: { replicationLatency: { threshold: 5_000 } } });
    expect(regional(system, REGIONS[0]).toJSON().Resources).toBeDefined();
    expect(system._stacks.meshStacks).toEqual([]);
  });

  test('does not count late replication against the region that sends', () => {
    const system = testSystem();
    new GlobalTable(system, 'Table', { partitionKey });
    const [unhealthy] = resources(regional(system, 'us-west-2'), 'AWS::CloudWatch::CompositeAlarm');
    expect(JSON.stringify(unhealthy.Properties.AlarmRule).match(/"Ref":"\w+"/g)).toEqual(['ReadThrottling', 'WriteThrottling', 'SystemErrors'].map(id => expect.stringContaining(`Table${id}`)));
    const [alarm] = resources(mesh(system, 'us-west-2'), 'AWS::CloudWatch::Alarm');
    expect(JSON.stringify(alarm.Properties.AlarmActions)).toContain(':us-west-2:');
    expect(JSON.stringify(alarm.Properties.AlarmActions)).toContain(':Orders-alarms');
    expectOwnReferencesOnly(system);
  });

  describe('in a unit', () => {
    test('is in the system\'s global stack, with alarms in the unit\'s stacks', () => {
      const system = testSystem();
      const table = new GlobalTable(new SystemUnit(system, 'Billing'), 'Table', { partitionKey });
      expect(table.tableName).toBe('Orders-Billing-Table');
      expect(tableOf(system).TableName).toBe('Orders-Billing-Table');
      const alarms = system._allStacks.filter(stack => stack.region === 'us-west-2')
        .map(stack => [stack.stackName, resources(Template.fromStack(stack), 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties.MetricName)]);
      expect(alarms).toEqual([
        ['Orders-Billing-us-west-2', ['ReadThrottleEvents', 'WriteThrottleEvents', undefined]],
        ['Orders-us-west-2', []],
        ['Orders-Billing-us-west-2-mesh', ['ReplicationLatency']],
      ]);
      expectOwnReferencesOnly(system);
    });
  });

  test.each([[1, 0], [2, 0], [3, 1], [10, 1]])('in %i regions, warns %i times that a table takes one new replica a deployment', (count, times) => {
    const system = testSystem(count);
    new GlobalTable(system, 'A', { partitionKey });
    new GlobalTable(system, 'B', { partitionKey });
    expect(warningsOf(system)).toEqual(Array.from({ length: times }, () => expect.stringMatching(/one more in secondaryRegions.*cdk-multi-region:oneReplicaPerDeployment/)));
    expect(Annotations.fromStack(system.globalStack).findWarning('*', Match.anyValue())).toEqual([]);
  });

  test('says nothing of replicas once that is acknowledged on the system', () => {
    const system = testSystem(3);
    new GlobalTable(system, 'Table', { partitionKey });
    Validations.of(system).acknowledge({ id: 'cdk-multi-region:oneReplicaPerDeployment', reason: 'all three are deployed' });
    expect(warningsOf(system)).toEqual([]);
  });

  test('throws if the id gives a name that DynamoDB does not accept', () => {
    expectPropError(() => new GlobalTable(testSystem(), 'My Table', { partitionKey }), 'id', '"My Table"', 'the name of a DynamoDB table', 'Orders/My Table');
  });

  test('throws if asked for a region that the system does not have', () => {
    const table = new GlobalTable(testSystem(), 'Table', { partitionKey });
    expectPropError(() => table.inRegion('eu-west-1'), 'region', '"eu-west-1"', 'ap-southeast-2, us-west-2', 'Orders/Table');
  });

  describe('throws if', () => {
    const make = (props: any) => () => new GlobalTable(testSystem(), 'Table', { partitionKey, ...props });

    test.each([Duration.days(0), Duration.days(36), Duration.hours(36)])('the recovery period is %s', recoveryPeriod => {
      expectPropError(make({ recoveryPeriod }), 'recoveryPeriod', '"', 'whole days, from 1 day to 35 days', 'Orders/Table');
    });
    test.each<[string, any, string, string, string]>([
      ['the attribute for expiry has no name', { timeToLiveAttribute: '' }, 'timeToLiveAttribute', '""', '1 to 255 characters'],
      ['an index has too short a name', { globalSecondaryIndexes: [{ indexName: 'by', partitionKey }] }, 'globalSecondaryIndexes[0].indexName', '"by"', '3 to 255 letters'],
      ['two indexes have one name', { globalSecondaryIndexes: [1, 2].map(() => ({ indexName: 'byX', partitionKey })) }, 'globalSecondaryIndexes[1].indexName', '"byX"', 'no other index'],
      ['there are too many global indexes', { globalSecondaryIndexes: Array.from({ length: 21 }, (_, i) => ({ indexName: `by${i}x`, partitionKey })) }, 'globalSecondaryIndexes', '21 indexes', 'at most 20'],
      ['there are too many local indexes', { sortKey: partitionKey, localSecondaryIndexes: Array.from({ length: 6 }, (_, i) => ({ indexName: `by${i}x`, sortKey: partitionKey })) }, 'localSecondaryIndexes', '6 indexes', 'at most 5'],
      ['a local index has no sort key beside it', { localSecondaryIndexes: [{ indexName: 'byX', sortKey: partitionKey }] }, 'localSecondaryIndexes', '["byX"]', 'none unless the table has a sortKey'],
    ])('%s', (_, props, prop, value, allowed) => expectPropError(make(props), prop, value, allowed, 'Orders/Table'));
    test('a key is missing, of another region, not literal, or of no region of the system', () => {
      const { 'us-west-2': _, ...some } = KEYS;
      expectPropError(make({ encryptionKeyArns: some }), 'encryptionKeyArns of us-west-2', 'undefined', 'a KMS key in us-west-2', 'Orders/Table');
      expectPropError(make({ encryptionKeyArns: { ...KEYS, 'us-west-2': KEYS['ap-southeast-2'] } }), 'encryptionKeyArns of us-west-2', 'kms:ap-southeast-2', 'a KMS key in us-west-2', 'Orders/Table');
      expectPropError(make({ encryptionKeyArns: { ...KEYS, 'us-west-2': 'alias/mine' } }), 'encryptionKeyArns of us-west-2', '"alias/mine"', 'the literal ARN', 'Orders/Table');
      expectPropError(make({ encryptionKeyArns: { ...KEYS, 'eu-west-1': 'x' } }), 'encryptionKeyArns', '"eu-west-1"', 'ap-southeast-2, us-west-2', 'Orders/Table');
    });
    test('a resource policy is for no region of the system', () => {
      expectPropError(make({ resourcePolicies: { 'eu-west-1': new PolicyDocument() } }), 'resourcePolicies', '"eu-west-1"', 'ap-southeast-2, us-west-2', 'Orders/Table');
    });
    test('an alarm has settings and is not there', () => {
      const synth = (system: MultiRegionSystem, props: Partial<GlobalTableProps>) => () => {
        new GlobalTable(system, 'Table', { partitionKey, ...props });
        Template.fromStack(system.globalStack);
      };
      for (const key of ['lostWrites', 'conflictsAge', 'executionFailed', 'executionPartiallyFailed']) {
        expect(errorOf(synth(testSystem(), { alarmSettings: { [key]: { threshold: 2 } } }))).toContain(`alarmSettings.${key} is {"threshold":2}; allowed: settings of alarms that there are`);
        expect(synth(testSystem(), { alarmSettings: { [key]: { enabled: false } } })).not.toThrow();
      }
      for (const key of ['readThrottling', 'replicationLatency']) {
        expect(errorOf(synth(testSystem(), { alarms: false, alarmSettings: { [key]: { enabled: true } } }))).toContain(`alarmSettings.${key} is {"enabled":true}`);
      }
      const strong = new MultiRegionSystem(testApp(), 'Orders', { primaryRegion: 'us-west-2', secondaryRegions: ['us-east-1', 'us-east-2'] });
      expect(errorOf(synth(strong, { consistency: TableConsistency.STRONG, alarmSettings: { replicationLatency: { threshold: 5 } } }))).toContain('alarmSettings.replicationLatency');
    });
    test('the threshold of an alarm is none', () => {
      expectPropError(make({ alarmSettings: { replicationLatency: { threshold: 0 } } }), 'alarmSettings.replicationLatency.threshold', '0', 'above 0', 'Orders/Table');
    });
  });
});
