import { Duration, Validations } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { ComplianceMode, EventReplication, GlobalEventBus, GlobalTable, MultiRegionFunction, MultiRegionSystem, PublishChangesOptions, SystemUnit, TableChange } from '../../src';
import { expectOwnReferencesOnly } from '../support/references';
import { CODE, expectPropError, regional, REGIONS, resources, statementsOf, testSystem } from '../support/synth';

const partitionKey = { name: 'pk', type: AttributeType.STRING };

function tableOf(system: MultiRegionSystem): GlobalTable {
  return new GlobalTable(system, 'Table', { partitionKey });
}

function busOf(system: MultiRegionSystem): GlobalEventBus {
  return new GlobalEventBus(system, 'Bus', { replicationCanary: false });
}

/** The pipe of a region. */
function pipeIn(system: MultiRegionSystem, region: string): any {
  return resources(regional(system, region), 'AWS::Pipes::Pipe')[0].Properties;
}

function published(count: number, options: Partial<PublishChangesOptions> = {}): MultiRegionSystem {
  const system = testSystem(count);
  tableOf(system).publishChangesTo(busOf(system), { detailType: 'ItemChanged', ...options });
  return system;
}

/** The warnings that are attached to the system's stacks, where the CLI prints them. */
function warnings(system: MultiRegionSystem): unknown[] {
  Template.fromStack(system.globalStack);
  return system._allStacks.flatMap(stack => Annotations.fromStack(stack).findWarning('*', Match.anyValue())).map(({ entry }) => entry.data);
}

const filtersOf = (pipe: any) => pipe.SourceParameters.FilterCriteria.Filters.map(({ Pattern }: any) => JSON.parse(Pattern));

describe('GlobalTable.publishChangesTo', () => {
  test.each([1, 2, 3, 10])('has the documented defaults in each of %i regions', count => {
    const system = published(count);
    for (const region of system.regions) {
      const template = regional(system, region);
      template.resourceCountIs('AWS::Pipes::Pipe', 1);
      const pipe = pipeIn(system, region);
      expect(pipe).toMatchObject({
        Source: { 'Fn::GetAtt': [expect.stringMatching(/^TableStreamArn/), 'StreamArn'] },
        SourceParameters: {
          DynamoDBStreamParameters: {
            StartingPosition: 'TRIM_HORIZON',
            BatchSize: 10,
            OnPartialBatchItemFailure: 'AUTOMATIC_BISECT',
            MaximumRetryAttempts: 185,
            MaximumRecordAgeInSeconds: 23 * 60 * 60,
            DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^DeadLetters/), 'Arn'] } },
          },
        },
        Target: { 'Fn::GetAtt': [expect.stringMatching(/^Bus/), 'Arn'] },
        TargetParameters: { EventBridgeEventBusParameters: { Source: 'Orders', DetailType: 'ItemChanged' } },
        LogConfiguration: { Level: 'ERROR', CloudwatchLogsLogDestination: { LogGroupArn: expect.anything() } },
      });
      expect(pipe.LogConfiguration).not.toHaveProperty('IncludeExecutionData');
      expect(pipe).not.toHaveProperty('Enrichment');
      expect(filtersOf(pipe)).toEqual([
        { eventName: ['INSERT', 'MODIFY'], dynamodb: { NewImage: { region: { S: [region] } } } },
        { eventName: ['REMOVE'], dynamodb: { OldImage: { region: { S: [region] } } } },
      ]);
      template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: '/aws/vendedlogs/pipes/Orders-Table-ItemChanged', RetentionInDays: 30 });
      for (const MetricName of ['ExecutionFailed', 'ExecutionPartiallyFailed']) {
        template.hasResourceProperties('AWS::CloudWatch::Alarm', {
          Namespace: 'AWS/EventBridge/Pipes',
          MetricName,
          Statistic: 'Sum',
          Period: 300,
          EvaluationPeriods: 2,
          Threshold: 1,
          TreatMissingData: 'notBreaching',
          Dimensions: [{ Name: 'PipeName', Value: { Ref: Match.stringLikeRegexp('^TableOutboxItemChangedPipe') } }],
        });
      }
    }
  });

  test('describes a change by its key for duplicates, what happened, where, and the record of the stream as a whole', () => {
    const { InputTemplate } = pipeIn(published(2), 'us-west-2').TargetParameters;
    // no path leads to what a change may not have, such as the old image of a new item
    expect([...InputTemplate.matchAll(/<([^>]*)>/g)].map(match => match[1])).toEqual(['$.eventID', '$.eventName', '$.dynamodb']);
    const record = { ApproximateCreationDateTime: 1763800000, Keys: { pk: { S: 'o-1' } }, OldImage: { pk: { S: 'o-1' }, region: { S: 'us-west-2' } } };
    const filled = InputTemplate.replace('<$.eventID>', 'c4ca').replace('<$.eventName>', 'REMOVE').replace('<$.dynamodb>', JSON.stringify(record));
    expect(JSON.parse(filled)).toEqual({ idempotencyKey: 'c4ca', change: 'REMOVE', table: 'Orders-Table', dynamodb: record });
  });

  test('passes every option on', () => {
    const system = published(2, {
      source: 'com.example/orders',
      changes: [TableChange.INSERT],
      regionAttribute: 'writtenIn',
      itemFilter: { sk: ['order'], status: ['PAID', 'SHIPPED'] },
      retryAttempts: 3,
      maxRecordAge: Duration.hours(1),
      logRetention: RetentionDays.ONE_YEAR,
    });
    const pipe = pipeIn(system, 'us-west-2');
    expect(pipe.SourceParameters.DynamoDBStreamParameters).toMatchObject({ MaximumRetryAttempts: 3, MaximumRecordAgeInSeconds: 3600 });
    expect(pipe.TargetParameters.EventBridgeEventBusParameters.Source).toBe('com.example/orders');
    expect(filtersOf(pipe)).toEqual([
      { eventName: ['INSERT'], dynamodb: { NewImage: { sk: { S: ['order'] }, status: { S: ['PAID', 'SHIPPED'] }, writtenIn: { S: ['us-west-2'] } } } },
    ]);
    regional(system, 'us-west-2').hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: Match.stringLikeRegexp('pipes'), RetentionInDays: 365 });
  });

  test('publishes removals only, by what the item was', () => {
    expect(filtersOf(pipeIn(published(2, { changes: [TableChange.REMOVE], itemFilter: { sk: ['order'] } }), 'us-west-2'))).toEqual([
      { eventName: ['REMOVE'], dynamodb: { OldImage: { sk: { S: ['order'] }, region: { S: ['us-west-2'] } } } },
    ]);
  });

  test('publishes expiries alone where they took place', () => {
    const userIdentity = { type: ['Service'], principalId: ['dynamodb.amazonaws.com'] };
    expect(filtersOf(pipeIn(published(2, { changes: [TableChange.EXPIRE] }), 'us-west-2'))).toEqual([{ eventName: ['REMOVE'], userIdentity }]);
    expect(filtersOf(pipeIn(published(2, { changes: [TableChange.INSERT, TableChange.EXPIRE], itemFilter: { sk: ['order'] } }), 'us-west-2'))).toEqual([
      { eventName: ['INSERT'], dynamodb: { NewImage: { sk: { S: ['order'] }, region: { S: ['us-west-2'] } } } },
      { eventName: ['REMOVE'], userIdentity, dynamodb: { OldImage: { sk: { S: ['order'] } } } },
    ]);
  });

  test('has the enrichment of the same region make the details', () => {
    const system = testSystem();
    const enrichment = new MultiRegionFunction(system, 'Enrich', { codePath: CODE });
    tableOf(system).publishChangesTo(busOf(system), { detailType: 'ItemChanged', enrichment });
    const pipe = pipeIn(system, 'us-west-2');
    expect(pipe.Enrichment).toEqual({ Ref: expect.stringMatching(/^EnrichLive/) });
    expect(pipe.EnrichmentParameters.InputTemplate).toContain('"idempotencyKey": "<$.eventID>"');
    expect(pipe.TargetParameters).not.toHaveProperty('InputTemplate');
    expect(statementsOf(regional(system, 'us-west-2'), 'TableOutbox')).toContainEqual({
      Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { Ref: expect.stringMatching(/^EnrichLive/) },
    });
  });

  test('may read this stream, publish on this bus, send to this queue and write this log, and nothing else', () => {
    const system = published(2);
    const statements = statementsOf(regional(system, 'us-west-2'), 'TableOutbox')
      .map(({ Action, Resource }) => [[Action].flat(), JSON.stringify(Resource)]);
    expect(statements).toEqual(expect.arrayContaining([
      [['events:PutEvents'], expect.stringMatching(/^\{"Fn::GetAtt":\["Bus\w+","Arn"\]\}$/)],
      [['sqs:SendMessage'], expect.stringMatching(/^\{"Fn::GetAtt":\["DeadLetters\w+","Arn"\]\}$/)],
      [['logs:CreateLogStream', 'logs:PutLogEvents'], expect.stringMatching(/^\{"Fn::GetAtt":\["TableOutbox\w+Logs\w+","Arn"\]\}$/)],
      [['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], expect.stringMatching(/^\{"Fn::GetAtt":\["TableStreamArn\w*","StreamArn"\]\}$/)],
      [['dynamodb:ListStreams'], expect.stringMatching(/:table\/Orders-Table\/stream\/\*/)],
    ]));
    expect(statements).toHaveLength(5);
    const [role] = resources(regional(system, 'us-west-2'), 'AWS::IAM::Role').filter(({ Properties }) => JSON.stringify(Properties.AssumeRolePolicyDocument).includes('pipes.amazonaws.com'));
    expect(role.Properties.AssumeRolePolicyDocument.Statement[0].Condition).toEqual({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
  });

  test('may decrypt the stream of a table with keys of its own', () => {
    const system = testSystem();
    const encryptionKeyArns = Object.fromEntries(REGIONS.slice(0, 2).map(region => [region, `arn:aws:kms:${region}:111122223333:key/mrk-1`]));
    new GlobalTable(system, 'Table', { partitionKey, encryptionKeyArns }).publishChangesTo(busOf(system), { detailType: 'ItemChanged' });
    expect(statementsOf(regional(system, 'us-west-2'), 'TableOutbox')).toContainEqual(
      expect.objectContaining({ Action: ['kms:Decrypt', 'kms:DescribeKey'], Resource: encryptionKeyArns['us-west-2'] }));
  });

  test('has its permissions in the pipe\'s role, so that they are there before the pipe', () => {
    const template = regional(published(2), 'us-west-2').toJSON();
    const { RoleArn } = resources(template, 'AWS::Pipes::Pipe')[0].Properties;
    expect(template.Resources[RoleArn['Fn::GetAtt'][0]].Properties.Policies[0].PolicyDocument.Statement.length).toBeGreaterThan(4);
    expect(resources(template, 'AWS::IAM::Policy').filter(({ Properties }) => JSON.stringify(Properties.Roles).includes('Table'))).toEqual([]);
  });

  test.each([1, 3])('makes the same of a region of a system of %i regions, except for the bus', count => {
    const tableIn = (each: number) => {
      const { Resources } = regional(published(each), REGIONS[0]).toJSON();
      return Object.fromEntries(Object.entries(Resources).filter(([id]) => /^(Table|StreamArn)/.test(id)));
    };
    expect(Object.keys(tableIn(count)).length).toBeGreaterThan(8);
    expect(tableIn(count)).toEqual(tableIn(2));
  });

  test('has the ARN of a stream read in its region, by one function for all tables, which may describe these only', () => {
    const system = testSystem();
    const bus = busOf(system);
    new GlobalTable(system, 'A', { partitionKey }).publishChangesTo(bus, { detailType: 'A' });
    GlobalTable.fromTableAttributes(system, 'B', { tableName: 'their-table' }).publishChangesTo(bus, { detailType: 'B' });
    new GlobalTable(system, 'Silent', { partitionKey });
    for (const region of system.regions) {
      const template = regional(system, region);
      template.resourceCountIs('AWS::CloudFormation::CustomResource', 2);
      for (const TableName of ['Orders-A', 'their-table']) {
        template.hasResourceProperties('AWS::CloudFormation::CustomResource', { TableName, ServiceTimeout: 120, ServiceToken: { 'Fn::GetAtt': [Match.stringLikeRegexp('^StreamArnFunction'), 'Arn'] } });
      }
      const described = statementsOf(template, 'StreamArnRole').filter(({ Action }) => Action === 'dynamodb:DescribeTable');
      expect(described.map(({ Resource }) => Resource.map((arn: any) => arn['Fn::Join'][1].at(-1)))).toEqual([[':table/Orders-A', ':table/their-table']]);
      template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'Orders-StreamArn', Timeout: 60 });
      // nothing that a gradual deployment could watch
      for (const type of ['AWS::CodeDeploy::DeploymentGroup', 'AWS::Lambda::Alias', 'AWS::Lambda::Version']) template.resourceCountIs(type, 0);
    }
    expect(resources(Template.fromStack(system.globalStack), 'AWS::Pipes::Pipe')).toEqual([]);
  });

  // CloudFormation asks a custom resource again when its properties change, and only then
  test('has the ARNs read again when the streams are others than before', () => {
    const read = (streamRevision?: number) => ['Own', 'Theirs'].flatMap(id => {
      const system = testSystem();
      const table = id === 'Own'
        ? new GlobalTable(system, 'Table', { partitionKey, streamRevision })
        : GlobalTable.fromTableAttributes(system, 'Table', { tableName: 'their-table', streamRevision });
      table.publishChangesTo(busOf(system), { detailType: 'Changed' });
      return system.regions.flatMap(region => resources(regional(system, region), 'AWS::CloudFormation::CustomResource').map(({ Properties }) => Properties.Revision));
    });
    expect(read()).toEqual([undefined, undefined, undefined, undefined]);
    expect(read(0)).toEqual(read());
    expect(read(2)).toEqual([2, 2, 2, 2]);
  });

  test.each([-1, 1.5, NaN])('throws if streamRevision is %p', streamRevision => {
    expectPropError(() => new GlobalTable(testSystem(), 'Table', { partitionKey, streamRevision }), 'streamRevision', String(streamRevision), 'a whole number, 0 or more', 'Orders/Table');
  });

  test('publishes a table under several detail types', () => {
    const system = testSystem();
    const table = tableOf(system);
    const bus = busOf(system);
    table.publishChangesTo(bus, { detailType: 'Order Placed', changes: [TableChange.INSERT] });
    table.publishChangesTo(bus, { detailType: 'OrderGone', changes: [TableChange.REMOVE] });
    const template = regional(system, 'us-west-2');
    template.resourceCountIs('AWS::Pipes::Pipe', 2);
    template.resourceCountIs('AWS::CloudFormation::CustomResource', 1);
    template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: '/aws/vendedlogs/pipes/Orders-Table-Order-Placed' });
  });

  test.each([[1, 2, 0], [1, 3, 1], [2, 1, 0], [2, 2, 1]])('in %i regions with %i readers of the stream, warns %i times', (count, readers, times) => {
    const system = testSystem(count);
    const table = tableOf(system);
    const bus = busOf(system);
    for (let i = 0; i < readers; i++) table.publishChangesTo(bus, { detailType: `Type${i}` });
    expect(warnings(system)).toEqual(Array.from({ length: times }, () => expect.stringContaining('cdk-multi-region:streamReaders')));
  });

  test('says nothing of its readers once that is acknowledged on the table', () => {
    const system = testSystem();
    const table = tableOf(system);
    const bus = busOf(system);
    for (const detailType of ['A', 'B']) table.publishChangesTo(bus, { detailType });
    Validations.of(table).acknowledge({ id: 'cdk-multi-region:streamReaders', reason: 'little is written' });
    expect(warnings(system)).toEqual([]);
  });

  describe('across units', () => {
    /** A table in a unit, whose bus, or whose enrichment only, is in the system or in another unit. */
    function acrossUnits(what: 'bus' | 'enrichment', compliance = ComplianceMode.STANDARD): { system: MultiRegionSystem; unit: SystemUnit } {
      const system = testSystem(2, { compliance });
      const unit = new SystemUnit(system, 'Billing');
      const bus = new GlobalEventBus(what === 'bus' ? system : unit, 'Bus', { replicationCanary: false, replication: EventReplication.none() });
      const enrichment = what === 'enrichment' ? new MultiRegionFunction(system, 'Enrich', { codePath: CODE }) : undefined;
      new GlobalTable(unit, 'Table', { partitionKey }).publishChangesTo(bus, { detailType: 'ItemChanged', enrichment });
      return { system, unit };
    }
    const join = (arn: any) => arn['Fn::Join'][1].map((part: any) => part.Ref ?? part).join('');

    test.each(['bus', 'enrichment'] as const)('has the pipe in the unit\'s mesh stack if the %s is elsewhere, and names it literally', what => {
      const { system, unit } = acrossUnits(what);
      for (const region of system.regions) {
        const template = Template.fromStack(unit._stacks.meshIn(region));
        const [{ Properties: pipe }] = resources(template, 'AWS::Pipes::Pipe');
        const arn = (service: string, rest: string) => `arn:AWS::Partition:${service}:${region}:AWS::AccountId:${rest}`;
        const busName = what === 'bus' ? 'Orders-Bus' : 'Orders-Billing-Bus';
        expect(join(pipe.Target)).toBe(arn('events', `event-bus/${busName}`));
        expect(pipe.Enrichment && join(pipe.Enrichment)).toBe(what === 'enrichment' ? arn('lambda', 'function:Orders-Enrich:live') : undefined);
        expect(pipe.Source).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^TableStreamArn/), 'StreamArn'] });
        expect(join(pipe.SourceParameters.DynamoDBStreamParameters.DeadLetterConfig.Arn)).toBe(arn('sqs', 'Orders-Billing-DeadLetters'));
        expect(join(pipe.LogConfiguration.CloudwatchLogsLogDestination.LogGroupArn)).toBe(arn('logs', 'log-group:/aws/vendedlogs/pipes/Orders-Billing-Table-ItemChanged:*'));
        const [{ Properties: { ServiceToken } }] = resources(template, 'AWS::CloudFormation::CustomResource');
        expect(join(ServiceToken)).toBe(arn('lambda', 'function:Orders-Billing-StreamArn'));
        template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'ExecutionFailed', Dimensions: [{ Name: 'PipeName', Value: { Ref: Match.stringLikeRegexp('^TableOutbox') } }] });

        const own = Template.fromStack(unit._stacks.stackIn(region));
        for (const type of ['AWS::Pipes::Pipe', 'AWS::CloudFormation::CustomResource']) own.resourceCountIs(type, 0);
        own.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'Orders-Billing-StreamArn' });
        own.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: '/aws/vendedlogs/pipes/Orders-Billing-Table-ItemChanged' });
        const [unhealthy] = resources(own, 'AWS::CloudWatch::CompositeAlarm').filter(({ Properties }) => Properties.AlarmName);
        expect(JSON.stringify(unhealthy.Properties.AlarmRule)).not.toContain('Outbox');
      }
      expectOwnReferencesOnly(system);
    });

    test.each(Object.values(ComplianceMode))('refers to no other stack in mode %s, and is clean under cdk-nag', compliance => {
      const { system } = acrossUnits('bus', compliance);
      expectOwnReferencesOnly(system);
      for (const pack of [new AwsSolutionsChecks(system.node.root), new ServerlessChecks(system.node.root)]) {
        expect(pack.validateScope(system.node.root).violations).toEqual([]);
      }
    });

    test('uses a bus and an enrichment of its own unit by reference, in the regional stack', () => {
      const system = testSystem();
      const unit = new SystemUnit(system, 'Billing');
      const bus = new GlobalEventBus(unit, 'Bus', { replication: EventReplication.none() });
      new GlobalTable(unit, 'Table', { partitionKey, alarms: false }).publishChangesTo(bus, { detailType: 'ItemChanged', enrichment: new MultiRegionFunction(unit, 'Enrich', { codePath: CODE }) });
      const [{ Properties: pipe }] = resources(Template.fromStack(unit._stacks.stackIn('us-west-2')), 'AWS::Pipes::Pipe');
      expect([pipe.Target, pipe.Enrichment]).toEqual([{ 'Fn::GetAtt': [expect.stringMatching(/^Bus/), 'Arn'] }, { Ref: expect.stringMatching(/^EnrichLive/) }]);
      expect(pipe.SourceParameters.DynamoDBStreamParameters.DeadLetterConfig.Arn).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^DeadLetters/), 'Arn'] });
      expect(unit._stacks.meshStacks).toEqual([]);
      expectOwnReferencesOnly(system);
    });
  });

  describe('throws if', () => {
    const make = (options: any) => () => published(2, options);

    test.each(['', '$.dynamodb.Keys', ' x', 'x'.repeat(129), 5])('the detail type is %j', detailType => {
      expectPropError(make({ detailType }), 'detailType', JSON.stringify(detailType), '1 to 128 characters', 'Orders/Table');
    });
    test('a detail type is published already', () => {
      const system = testSystem();
      const table = tableOf(system);
      table.publishChangesTo(busOf(system), { detailType: 'Order Placed' });
      expectPropError(() => table.publishChangesTo(new GlobalEventBus(system, 'Other'), { detailType: 'Order-Placed' }), 'detailType', '"Order-Placed"', 'one that differs', 'Orders/Table');
    });
    test.each(['aws.orders', '', 'my orders'])('the source is %j', source => {
      expectPropError(make({ source }), 'source', JSON.stringify(source), 'not beginning with "aws."', 'Orders/Table');
    });
    test.each([[], ['INSERT', 'INSERT'], ['UPDATE']])('the changes are %j', (...changes) => {
      expectPropError(make({ changes: changes.flat() }), 'changes', JSON.stringify(changes.flat()), 'INSERT, MODIFY, REMOVE, EXPIRE, each once', 'Orders/Table');
    });
    test('expiries are asked for twice', () => {
      expectPropError(make({ changes: ['REMOVE', 'EXPIRE'] }), 'changes', '["REMOVE","EXPIRE"]', 'REMOVE, which has expiries in it, or EXPIRE', 'Orders/Table');
    });
    test('an attribute is none', () => {
      expectPropError(make({ regionAttribute: 'meta.region' }), 'regionAttribute', '"meta.region"', 'the name of an attribute', 'Orders/Table');
      expectPropError(make({ itemFilter: { 'a b': ['x'] } }), 'itemFilter', '"a b"', 'the name of an attribute', 'Orders/Table');
    });
    test('the filter names the region, or no values', () => {
      expectPropError(make({ itemFilter: { region: ['us-west-2'] } }), 'itemFilter', '"region"', 'other than the regionAttribute', 'Orders/Table');
      expectPropError(make({ itemFilter: { sk: [] } }), 'itemFilter of sk', '[]', 'at least one literal string', 'Orders/Table');
      expectPropError(make({ itemFilter: { sk: [5] } }), 'itemFilter of sk', '[5]', 'at least one literal string', 'Orders/Table');
    });
    test.each([-1, 1.5, 10_001])('there are %d retries', retryAttempts => {
      expectPropError(make({ retryAttempts }), 'retryAttempts', String(retryAttempts), '0 to 10000', 'Orders/Table');
    });
    test.each([Duration.seconds(59), Duration.hours(24), Duration.millis(60_500)])('changes are given up after %s', maxRecordAge => {
      expectPropError(make({ maxRecordAge }), 'maxRecordAge', '"', '1 minute to 23 hours', 'Orders/Table');
    });
    test('the bus or the enrichment is of another system', () => {
      const system = testSystem();
      expectPropError(() => tableOf(system).publishChangesTo(busOf(testSystem()), { detailType: 'x' }), 'bus', '"Orders/Bus"', 'a construct of the system Orders', 'Orders/Table');
      const enrichment = new MultiRegionFunction(testSystem(), 'Enrich', { codePath: CODE });
      expectPropError(make({ enrichment }), 'enrichment', '"Orders/Enrich"', 'a construct of the system Orders', 'Orders/Table');
    });
  });
});
