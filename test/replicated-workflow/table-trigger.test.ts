/** Workflows that the insertion of an item starts, by what is synthesized. */
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import {
  ComplianceMode, GlobalEventBus, GlobalTable, IGlobalTable, MultiRegionFunction, MultiRegionSystem, ReplicatedWorkflow, ReplicatedWorkflowProps,
  SystemUnit, WorkflowDefinition, WorkflowOwnership, WorkflowTableTrigger, WorkflowTrigger,
} from '../../src';
import { matchesPattern } from '../support/event-pattern';
import { expectOwnReferencesOnly } from '../support/references';
import { CODE, expectPropError, regional, resources, statementsOf, testSystem } from '../support/synth';

const TRIGGER = { source: 'orders', detailType: 'OrderPlaced', timeAttribute: 'placedAt' };

interface Options {
  readonly table?: Partial<WorkflowTableTrigger>;
  readonly trigger?: Partial<WorkflowTrigger>;
  readonly workflow?: Partial<ReplicatedWorkflowProps>;
  readonly tableIn?: SystemUnit;
  readonly workflowIn?: SystemUnit;
}

function tableOf(scope: MultiRegionSystem | SystemUnit): GlobalTable {
  return new GlobalTable(scope, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
}

/** A system with a workflow that a table starts. */
function build(system: MultiRegionSystem, { table, trigger, workflow, tableIn, workflowIn }: Options = {}): MultiRegionSystem {
  const bus = new GlobalEventBus(system, 'Bus', { replicationCanary: false });
  const hello = new MultiRegionFunction(workflowIn ?? system, 'Hello', { codePath: CODE });
  new ReplicatedWorkflow(workflowIn ?? system, 'Fulfilment', {
    definition: WorkflowDefinition.fromFile('test/support/hello.asl.json', { functions: { Hello: hello } }),
    trigger: {
      bus,
      eventPattern: { source: ['orders'], detailType: ['OrderPlaced'] },
      idempotencyKeyPath: '$.detail.orderId',
      table: { table: table?.table ?? tableOf(tableIn ?? system), ...TRIGGER, ...table },
      ...trigger,
    },
    ...workflow,
  });
  return system;
}

const pipesIn = (template: Template) => resources(template, 'AWS::Pipes::Pipe').map(({ Properties }) => Properties);
const filtersOf = (pipe: any) => pipe.SourceParameters.FilterCriteria.Filters.map(({ Pattern }: any) => JSON.parse(Pattern));
const join = (arn: any) => arn['Fn::Join'][1].map((part: any) => part.Ref ?? part).join('');

describe('ReplicatedWorkflow with a table as trigger', () => {
  test.each([1, 2, 3, 10])('has the documented defaults in each of %i regions', count => {
    const system = build(testSystem(count));
    for (const region of system.regions) {
      const template = regional(system, region);
      const [pipe, ...others] = pipesIn(template);
      expect(others).toEqual([]);
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
        Target: { 'Fn::GetAtt': [expect.stringMatching(/^FulfilmentEvents/), 'Arn'] },
        LogConfiguration: { Level: 'ERROR', CloudwatchLogsLogDestination: { LogGroupArn: expect.anything() } },
      });
      expect(pipe.LogConfiguration).not.toHaveProperty('IncludeExecutionData');
      // every region sees the items of all
      expect(filtersOf(pipe)).toEqual([{ eventName: ['INSERT'] }]);
      expect(JSON.parse(pipe.TargetParameters.InputTemplate.replace('<$.dynamodb>', '{}'))).toEqual({
        tableRecord: { id: '<$.eventID>', source: 'orders', detailType: 'OrderPlaced', timeAttribute: 'placedAt', regionAttribute: 'region', dynamodb: {} },
      });
      template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: '/aws/vendedlogs/pipes/to/Orders-Fulfilment', RetentionInDays: 30 });
      for (const MetricName of ['ExecutionFailed', 'ExecutionPartiallyFailed']) {
        template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName, Dimensions: [{ Name: 'PipeName', Value: { Ref: Match.stringLikeRegexp('^TableFeedFulfilmentPipe') } }] });
      }
    }
    for (const pack of [new AwsSolutionsChecks(system.node.root), new ServerlessChecks(system.node.root)]) {
      if (count === 2) expect(pack.validateScope(system.node.root).violations).toEqual([]);
    }
  });

  test('has no pipe without one', () => {
    const system = build(testSystem(), { trigger: { table: undefined } });
    system.regions.forEach(region => regional(system, region).resourceCountIs('AWS::Pipes::Pipe', 0));
  });

  test('has pipes that may read this stream, send to this queue and to the dead letters, write this log, and nothing else', () => {
    const statements = statementsOf(regional(build(testSystem()), 'us-west-2'), 'TableFeed').map(({ Action, Resource }) => [[Action].flat(), JSON.stringify(Resource)]);
    expect(statements).toEqual(expect.arrayContaining([
      [['sqs:SendMessage'], expect.stringMatching(/^\{"Fn::GetAtt":\["FulfilmentEvents\w+","Arn"\]\}$/)],
      [['sqs:SendMessage'], expect.stringMatching(/^\{"Fn::GetAtt":\["DeadLetters\w+","Arn"\]\}$/)],
      [['logs:CreateLogStream', 'logs:PutLogEvents'], expect.stringMatching(/^\{"Fn::GetAtt":\["TableFeed\w+Logs\w+","Arn"\]\}$/)],
      [['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], expect.stringMatching(/^\{"Fn::GetAtt":\["TableStreamArn\w*","StreamArn"\]\}$/)],
      [['dynamodb:ListStreams'], expect.stringMatching(/:table\/Orders-Table\/stream\/\*/)],
    ]));
    expect(statements).toHaveLength(5);
  });

  test('passes every option on', () => {
    const system = build(testSystem(), {
      table: { regionAttribute: 'writtenIn', itemFilter: { sk: ['order'], kind: ['book', 'tea'] } }, workflow: { logRetention: RetentionDays.ONE_YEAR },
    });
    const [pipe] = pipesIn(regional(system, 'us-west-2'));
    expect(filtersOf(pipe)).toEqual([{ eventName: ['INSERT'], dynamodb: { NewImage: { sk: { S: ['order'] }, kind: { S: ['book', 'tea'] } } } }]);
    expect(pipe.TargetParameters.InputTemplate).toContain('"regionAttribute": "writtenIn"');
    regional(system, 'us-west-2').hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: Match.stringLikeRegexp('pipes/to'), RetentionInDays: 365 });
  });

  describe('lets an item be acted on', () => {
    const record = (eventName: string, region: string) => ({ eventName, dynamodb: { NewImage: { region: { S: region } } } });
    /** The regions whose workflow gets a record that all replicas have in their streams. */
    function seenIn(ownership: WorkflowOwnership, eventName: string, writer: string): string[] {
      const system = build(testSystem(3), { workflow: { ownership } });
      const seen = record(eventName, writer);
      return system.regions.filter(region => pipesIn(regional(system, region)).flatMap(filtersOf).some(filter => matchesPattern(filter, seen)));
    }
    const ALL = ['ap-southeast-2', 'us-west-2', 'eu-west-1'];

    test.each<[string, WorkflowOwnership, string[]]>([
      ['by all regions, of which one runs it, where peers take over', WorkflowOwnership.originRegion(), ALL],
      ['by the region that wrote it, where none takes over', WorkflowOwnership.originRegion({ takeover: false }), ['us-west-2']],
      ['by the primary region', WorkflowOwnership.primaryRegion(), ['ap-southeast-2']],
      ['by every region for itself', WorkflowOwnership.everyRegion(), ALL],
    ])('%s', (_, ownership, seen) => {
      expect(seenIn(ownership, 'INSERT', 'us-west-2')).toEqual(seen);
      for (const other of ['MODIFY', 'REMOVE']) expect(seenIn(ownership, other, 'us-west-2')).toEqual([]);
    });
  });

  test('takes a table that something else made', () => {
    const system = testSystem();
    build(system, { table: { table: GlobalTable.fromTableAttributes(system, 'Theirs', { tableName: 'their-table' }) } });
    const [pipe] = pipesIn(regional(system, 'us-west-2'));
    expect(pipe.Source).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^TheirsStreamArn/), 'StreamArn'] });
  });

  test('starts several workflows by one table, and counts its pipes as readers of the stream', () => {
    const system = testSystem();
    const table = tableOf(system);
    build(system, { table: { table } });
    const warnings = () => system._allStacks.flatMap(stack => Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('streamReaders')));
    table.publishChangesTo(new GlobalEventBus(system, 'Other', { replicationCanary: false }), { detailType: 'ItemChanged' });
    Template.fromStack(system.globalStack);
    expect(warnings()).toHaveLength(1);
  });

  describe('across units', () => {
    test.each(['table', 'workflow'] as const)('has the pipe in the mesh stack of the table\'s unit if the %s is in another, and names the queue literally', what => {
      const system = testSystem();
      const unit = new SystemUnit(system, 'Billing');
      build(system, what === 'table' ? { tableIn: unit } : { workflowIn: unit });
      for (const region of system.regions) {
        const mesh = Template.fromStack(what === 'table' ? unit._stacks.meshIn(region) : system.meshStackIn(region));
        const [pipe] = pipesIn(mesh);
        const prefix = what === 'table' ? '' : 'Billing-';
        const queue = `arn:AWS::Partition:sqs:${region}:AWS::AccountId:Orders-${prefix}Fulfilment-events`;
        expect(join(pipe.Target)).toBe(queue);
        expect(statementsOf(mesh, 'TableFeed').filter(({ Action }) => Action === 'sqs:SendMessage').map(({ Resource }) => join(Resource))).toContain(queue);
        const owner = what === 'table' ? unit._stacks.stackIn(region) : system.stackIn(region);
        Template.fromStack(owner).hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: `/aws/vendedlogs/pipes/to/Orders-${prefix}Fulfilment` });
      }
      expectOwnReferencesOnly(system);
    });

    test.each(Object.values(ComplianceMode))('refers to no other stack in mode %s, and is clean under cdk-nag', compliance => {
      const system = testSystem(2, { compliance });
      build(system, { tableIn: new SystemUnit(system, 'Billing') });
      expectOwnReferencesOnly(system);
      for (const pack of [new AwsSolutionsChecks(system.node.root), new ServerlessChecks(system.node.root)]) {
        expect(pack.validateScope(system.node.root).violations).toEqual([]);
      }
    });
  });

  describe('throws if', () => {
    const make = (options: Options) => () => build(testSystem(), options);
    const PATH = 'Orders/Fulfilment';

    test.each([
      ['source', 'aws.orders', 'not beginning with "aws."'], ['source', '', 'letters, digits'],
      ['source', 'other', 'one that trigger.eventPattern.source matches: orders'],
      ['detailType', '', '1 to 128 characters'], ['detailType', '<$.eventID>', 'none of them < >'], ['detailType', 'a"b', 'none of them < >'], ['detailType', 'OrderChanged', 'one that trigger.eventPattern.detailType matches: OrderPlaced'],
      ['timeAttribute', 'a.b', 'the name of an attribute'], ['regionAttribute', '', 'the name of an attribute'],
    ])('%s is %j', (prop, value, allowed) => {
      expectPropError(make({ table: { [prop]: value } }), `trigger.table.${prop}`, JSON.stringify(value), allowed, PATH);
    });

    test('there is no time attribute', () => {
      expectPropError(make({ table: { timeAttribute: undefined as any } }), 'trigger.table.timeAttribute', 'undefined', 'the name of an attribute', PATH);
    });

    test('the items are filtered by region, by nothing, or by too much', () => {
      const ofRegion = make({ table: { itemFilter: { region: ['us-west-2'] } } });
      expectPropError(ofRegion, 'trigger.table.itemFilter', '"region"', 'attributes other than the regionAttribute', PATH);
      expectPropError(make({ table: { itemFilter: { sk: [] } } }), 'trigger.table.itemFilter of sk', '[]', 'at least one literal string', PATH);
      expectPropError(make({ table: { itemFilter: { sk: ['x'.repeat(5000)] } } }), 'trigger.table.itemFilter', 'characters as a pattern', 'at most 4096', PATH);
    });

    test('the table is of another system, or none', () => {
      expectPropError(make({ table: { table: tableOf(testSystem()) } }), 'trigger.table.table', 'Orders/Table', 'a construct of the system Orders', PATH);
      expectPropError(make({ table: { table: {} as IGlobalTable } }), 'trigger.table.table', '{}', 'a construct of the system Orders', PATH);
      const system = testSystem();
      const bus = new GlobalEventBus(system, 'NoTable');
      expectPropError(() => build(system, { table: { table: bus as any } }), 'trigger.table.table', 'Orders/NoTable', 'a GlobalTable', PATH);
    });

    test('executions have no names by which an item and its event are one', () => {
      const { everyRegion, primaryRegion, originRegion } = WorkflowOwnership;
      for (const ownership of [everyRegion(), primaryRegion(), originRegion({ takeover: false })]) {
        expectPropError(make({ workflow: { type: StateMachineType.EXPRESS, ownership } }), 'type', '"EXPRESS"', 'STANDARD with trigger.table', PATH);
      }
    });
  });

  test('does not judge patterns that filter content', () => {
    for (const eventPattern of [{ detailType: ['OrderPlaced'] }, { source: [{ prefix: 'ord' }] as any, detailType: ['OrderPlaced'] }]) {
      expect(() => build(testSystem(), { trigger: { eventPattern } })).not.toThrow();
    }
  });
});
