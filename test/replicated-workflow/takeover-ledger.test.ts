import { App, Duration } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Pass, StateMachineType, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import {
  GlobalEventBus, MultiRegionFunction, MultiRegionSystem, ReplicatedWorkflow, ReplicatedWorkflowProps, WorkflowDefinition, WorkflowDeployment,
  WorkflowOwnership,
} from '../../src';
import { chosen, CODE, errorOf, expectPropError, mesh, regional, resources, statementsOf, templates, testSystem } from '../support/synth';

function workflow(system: MultiRegionSystem, props: Partial<ReplicatedWorkflowProps> = {}): ReplicatedWorkflow {
  const hello = new MultiRegionFunction(system, 'Hello', { codePath: CODE });
  return new ReplicatedWorkflow(system, 'Fulfilment', {
    definition: WorkflowDefinition.fromFile('test/support/hello.asl.json', { functions: { Hello: hello } }),
    trigger: { bus: new GlobalEventBus(system, 'Bus'), eventPattern: { detailType: ['OrderPlaced'] }, idempotencyKeyPath: '$.detail.orderId' },
    ...props,
  });
}
const environment = (system: MultiRegionSystem, region: string, name: string) => resources(regional(system, region), 'AWS::Lambda::Function')
  .find(({ Properties }) => Properties.FunctionName === `Orders-Fulfilment-${name}`)?.Properties.Environment.Variables;

const AT_ONCE = Match.objectLike({ Type: 'ALL_AT_ONCE', Percentage: Match.absent(), Interval: Match.absent(), Alarms: Match.absent() });

describe('ReplicatedWorkflow that peers take over', () => {
  test('has a ledger in every region, with items that expire and an index of those that are open', () => {
    const system = testSystem(3);
    workflow(system);
    const [ledger] = resources(templates(system).global, 'AWS::DynamoDB::GlobalTable').filter(({ Properties }) => Properties.TableName === 'Orders-Fulfilment-Ledger-Table');
    expect(ledger.Properties).toMatchObject({
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'region', KeyType: 'RANGE' }],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      GlobalSecondaryIndexes: [{
        IndexName: 'open', KeySchema: [{ AttributeName: 'openIn', KeyType: 'HASH' }, { AttributeName: 'dueAt', KeyType: 'RANGE' }], Projection: { ProjectionType: 'KEYS_ONLY' },
      }],
    });
    expect(ledger.Properties.Replicas.map((replica: any) => replica.Region).sort()).toEqual([...system.regions].sort());
  });

  test('configures its starter and its sweeper with the ledger, the regions and the times, and its recorder with the ledger', () => {
    const system = testSystem(3);
    workflow(system, { ownership: WorkflowOwnership.originRegion({ takeoverAfter: Duration.minutes(7) }) });
    for (const region of system.regions) {
      const ledger = { LEDGER_TABLE_NAME: 'Orders-Fulfilment-Ledger-Table', STATE_MACHINE_ARN: { Ref: expect.stringMatching(/^FulfilmentLive/) } };
      for (const name of ['Starter', 'Ledger-Sweeper']) {
        expect(environment(system, region, name)).toMatchObject({
          ...ledger, TAKEOVER_AFTER_SECONDS: '420', BEAT_SECONDS: '60', MARGIN_SECONDS: '30', WORKFLOW_REGIONS: system.regions.join(','),
        });
      }
      // which region it is and how many there are is nothing to the recorder
      expect(environment(system, region, 'Ledger-Recorder')).toEqual(ledger);
      expect(environment(system, region, 'Ledger-Sweeper')).toMatchObject({ CONTROL_TABLE_NAME: 'Orders-Control-Table' });
    }
  });

  test('drops a run of the sweeper that waits for longer than a minute or fails, since the next one makes up for it', () => {
    const system = testSystem();
    workflow(system);
    for (const region of system.regions) {
      const settings = resources(regional(system, region), 'AWS::Lambda::EventInvokeConfig').map(({ Properties }) => Properties);
      const of = (name: string) => settings.find(({ FunctionName }) => JSON.stringify(FunctionName).includes(name));
      expect(of('LedgerSweeper')).toMatchObject({ MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 });
      // the end of an execution is told once: Lambda tries as often as it can
      expect(Object.keys(of('LedgerRecorder'))).toEqual(expect.not.arrayContaining(['MaximumEventAgeInSeconds', 'MaximumRetryAttempts']));
    }
  });

  test('runs the sweeper every minute, and the recorder at the end of each execution of its own', () => {
    const system = testSystem();
    workflow(system);
    for (const region of system.regions) {
      const template = regional(system, region);
      template.hasResourceProperties('AWS::Scheduler::Schedule', {
        ScheduleExpression: 'rate(1 minute)', Target: { Arn: { Ref: Match.stringLikeRegexp('^FulfilmentLedgerSweeperLive') } },
      });
      template.hasResourceProperties('AWS::Events::Rule', {
        EventBusName: Match.absent(),
        Name: 'Orders-Fulfilment-Ledger-Ended',
        EventPattern: {
          'source': ['aws.states'],
          'detail-type': ['Step Functions Execution Status Change'],
          'detail': { stateMachineArn: [{ Ref: Match.stringLikeRegexp('^FulfilmentStateMachine') }], status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] },
        },
        Targets: [Match.objectLike({ Arn: { Ref: Match.stringLikeRegexp('^FulfilmentLedgerRecorderLive') }, DeadLetterConfig: Match.anyValue() })],
      });
      // the function and the dead-letter queue admit the rule by its name, before it is there
      const arn = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:events:${region}:`, { Ref: 'AWS::AccountId' }, ':rule/Orders-Fulfilment-Ledger-Ended']] };
      template.hasResourceProperties('AWS::Lambda::Permission', { FunctionName: { Ref: Match.stringLikeRegexp('^FulfilmentLedgerRecorderLive') }, SourceArn: arn });
      template.hasResourceProperties('AWS::SQS::QueuePolicy', {
        Queues: [{ Ref: Match.stringLikeRegexp('^DeadLettersUndelivered') }],
        PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Condition: { ArnLike: { 'aws:SourceArn': Match.arrayWith([arn]) } } })]) },
      });
      template.hasResource('AWS::Events::Rule', {
        Properties: { Name: 'Orders-Fulfilment-Ledger-Ended' },
        DependsOn: Match.arrayWith([Match.stringLikeRegexp('^DeadLettersUndeliveredQueuePolicy'), Match.stringLikeRegexp('^FulfilmentLedgerRecorderLiveEvents')]),
      });
    }
  });

  test('lets each function do no more than its part', () => {
    const system = testSystem();
    workflow(system);
    const template = regional(system, 'us-west-2');
    const actions = (role: string) => [...new Set(statementsOf(template, role).flatMap(({ Action }) => Action as string[]))].filter(action => /^(states|dynamodb:(Query|UpdateItem))/.test(action)).sort();
    expect(actions('FulfilmentStarterRole')).toEqual(['dynamodb:Query', 'states:StartExecution']);
    expect(actions('FulfilmentLedgerSweeperRole')).toEqual(['dynamodb:Query', 'dynamodb:UpdateItem', 'states:DescribeExecution', 'states:StartExecution']);
    expect(actions('FulfilmentLedgerRecorderRole')).toEqual(['dynamodb:UpdateItem']);
    expect(statementsOf(template, 'FulfilmentLedgerScheduleRole')).toEqual([
      { Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: { Ref: expect.stringMatching(/^FulfilmentLedgerSweeperLive/) } },
    ]);
  });

  test('has alarms for everything that an operator should know', () => {
    const system = testSystem();
    workflow(system);
    const metrics = resources(regional(system, 'us-west-2'), 'AWS::CloudWatch::Alarm')
      .filter(({ Properties }) => /Fulfilment/.test(JSON.stringify(Properties.Dimensions ?? ''))).map(({ Properties }) => Properties.MetricName);
    expect(metrics).toEqual(expect.arrayContaining([
      'ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted', 'ExecutionThrottled', 'ApproximateAgeOfOldestMessage', 'ApproximateNumberOfMessagesVisible',
      'MissingIdempotencyKey', 'Takeovers', 'OldestUnresolvedSeconds',
    ]));
    // by then both regions have had their turn: 5 minutes, 10 until the next turn begins, and 3 that it lasts
    mesh(system, 'us-west-2').hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'OldestUnresolvedSeconds', Statistic: 'Maximum', Threshold: 1080 });
    regional(system, 'us-west-2').hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'OldestUnresolvedSeconds', Statistic: 'SampleCount', TreatMissingData: 'breaching' });
  });

  test.each<[string, Partial<ReplicatedWorkflowProps>]>([
    ['takeover is off', { ownership: WorkflowOwnership.originRegion({ takeover: false }) }],
    ['the primary region owns all', { ownership: WorkflowOwnership.primaryRegion() }],
    ['every region runs it', { ownership: WorkflowOwnership.everyRegion() }],
    ['there is no trigger', { trigger: undefined }],
  ])('has no ledger if %s', (_, props) => {
    const system = testSystem();
    workflow(system, props);
    expect(resources(templates(system).global, 'AWS::DynamoDB::GlobalTable')).toEqual([]);
  });

  describe('in a system of one region', () => {
    test('has the ledger, so that a region that joins finds what was started and ended', () => {
      const system = testSystem(1);
      workflow(system);
      expect(resources(templates(system).global, 'AWS::DynamoDB::GlobalTable').map(({ Properties }) => Properties.TableName)).toContain('Orders-Fulfilment-Ledger-Table');
      expect(environment(system, 'ap-southeast-2', 'Ledger-Sweeper').WORKFLOW_REGIONS).toBe('ap-southeast-2');
    });

    test('has no alarm on what a peer could have started, and takes its settings all the same', () => {
      const system = testSystem(1);
      workflow(system, { alarmSettings: { unresolved: { threshold: 60 }, takeovers: { threshold: 2 } } });
      regional(system, 'ap-southeast-2').hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'Takeovers', Threshold: 2 });
      expect(system._stacks.meshStacks).toEqual([]);
    });

    test('has the same regional stack as with peers, apart from the list of regions', () => {
      const [alone, ...others] = [1, 2, 10].map(count => {
        const system = testSystem(count);
        workflow(system);
        const all = JSON.stringify(Object.fromEntries(Object.entries<any>(regional(system, 'ap-southeast-2').toJSON().Resources)
          // whatever a table and a bus have for each peer is theirs
          .filter(([id]) => /^Fulfilment(?!LedgerTable)/.test(id))));
        // a version's id has a hash of the function's environment
        return JSON.parse(all.replace(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1').replace(/"WORKFLOW_REGIONS":"[^"]+"/g, '"WORKFLOW_REGIONS":""'));
      });
      expect(Object.keys(alone).length).toBeGreaterThan(40);
      others.forEach(other => expect(other).toEqual(alone));
    });
  });

  test.each<[string, Partial<ReplicatedWorkflowProps>]>([
    ['takeovers', { alarmSettings: { takeovers: { threshold: 5 } }, ownership: WorkflowOwnership.everyRegion() }],
    ['unresolved', { alarmSettings: { unresolved: { enabled: true } }, ownership: WorkflowOwnership.primaryRegion() }],
    ['sweeperMissing', { alarmSettings: { sweeperMissing: { threshold: 5 } }, ownership: WorkflowOwnership.originRegion({ takeover: false }) }],
    ['oldestEvent', { alarmSettings: { oldestEvent: { threshold: 5 } }, trigger: undefined }],
    ['deadLetters', { alarmSettings: { deadLetters: { threshold: 5 } }, trigger: undefined }],
  ])('stops the synthesis when it has settings for the alarm %s and has no such alarm', (key, props) => {
    const system = testSystem();
    workflow(system, props);
    expect(errorOf(() => (system.node.root as App).synth())).toContain(`alarmSettings.${key} is`);
  });
});

describe('ReplicatedWorkflow', () => {
  test('publishes a version of each revision, and moves the alias live to it, 10 % for 5 minutes first', () => {
    const system = testSystem();
    const fulfilment = workflow(system);
    for (const region of system.regions) {
      const template = regional(system, region);
      template.hasResource('AWS::StepFunctions::StateMachineVersion', {
        Properties: { StateMachineRevisionId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^FulfilmentStateMachine'), 'StateMachineRevisionId'] } },
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      });
      template.hasResourceProperties('AWS::StepFunctions::StateMachineAlias', {
        Name: 'live', DeploymentPreference: chosen(AT_ONCE, { Type: 'CANARY', Percentage: 10, Interval: 5, Alarms: [{ Ref: Match.stringLikeRegexp('^FulfilmentFailed') }] }),
      });
      expect(system.stackIn(region).resolve(fulfilment.liveArnIn(region))).toEqual({
        'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:states:${region}:`, { Ref: 'AWS::AccountId' }, ':stateMachine:Orders-Fulfilment:live']],
      });
    }
  });

  test.each<[WorkflowDeployment, object]>([
    [WorkflowDeployment.linear(25, Duration.minutes(10)), { Type: 'LINEAR', Percentage: 25, Interval: 10, Alarms: Match.anyValue() }],
    [WorkflowDeployment.allAtOnce(), { Type: 'ALL_AT_ONCE', Percentage: Match.absent(), Interval: Match.absent(), Alarms: Match.absent() }],
  ])('moves the alias as the deployment says', (deployment, expected) => {
    const system = testSystem();
    workflow(system, { deployment });
    regional(system, 'us-west-2').hasResourceProperties('AWS::StepFunctions::StateMachineAlias', { DeploymentPreference: chosen(AT_ONCE, Match.objectLike(expected)) });
  });

  test('is made of the CDK\'s states, once for each region', () => {
    const system = testSystem();
    const bound: string[] = [];
    workflow(system, {
      definition: WorkflowDefinition.fromBinding({
        bind(scope, region) {
          bound.push(region);
          return new Pass(scope, 'Begin', { comment: region }).next(new Wait(scope, 'Wait', { time: WaitTime.duration(Duration.seconds(1)) }));
        },
      }),
    });
    expect(bound).toEqual(system.regions);
    expect(JSON.stringify(resources(regional(system, 'us-west-2'), 'AWS::StepFunctions::StateMachine')[0].Properties.DefinitionString)).toContain('us-west-2');
  });

  test('is encrypted with each region\'s key, its ledger included, and lets its starters use it', () => {
    const system = testSystem();
    const encryptionKeyArns = Object.fromEntries(system.regions.map(region => [region, `arn:aws:kms:${region}:111122223333:key/mrk-1`]));
    workflow(system, { encryptionKeyArns });
    for (const region of system.regions) {
      const template = regional(system, region);
      template.hasResourceProperties('AWS::StepFunctions::StateMachine', { EncryptionConfiguration: { KmsKeyId: encryptionKeyArns[region], Type: 'CUSTOMER_MANAGED_KMS_KEY' } });
      for (const role of ['FulfilmentStarterRole', 'FulfilmentLedgerSweeperRole', 'FulfilmentRole']) {
        expect(JSON.stringify(statementsOf(template, role))).toContain('kms:GenerateDataKey');
      }
      // for what it hands to log delivery
      const logs = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:logs:${region}:`, { Ref: 'AWS::AccountId' }, ':*']] };
      expect(statementsOf(template, 'FulfilmentRole')).toContainEqual({
        Action: 'kms:GenerateDataKey', Effect: 'Allow', Resource: encryptionKeyArns[region], Condition: { StringEquals: { 'kms:EncryptionContext:SourceArn': logs } },
      });
    }
    const [ledger] = resources(templates(system).global, 'AWS::DynamoDB::GlobalTable').filter(({ Properties }) => /Ledger/.test(Properties.TableName));
    const keys = ledger.Properties.Replicas.map((replica: any) => replica.SSESpecification.KMSMasterKeyId);
    expect(keys.sort()).toEqual(Object.values(encryptionKeyArns).sort());
  });

  test('may be EXPRESS where no peer would take over', () => {
    const system = testSystem();
    workflow(system, { type: StateMachineType.EXPRESS, ownership: WorkflowOwnership.originRegion({ takeover: false }) });
    regional(system, 'us-west-2').hasResourceProperties('AWS::StepFunctions::StateMachine', { StateMachineType: 'EXPRESS' });
  });

  test('may not be EXPRESS with the default ownership, with one region either, since others may join', () => {
    expectPropError(() => workflow(testSystem(1), { type: StateMachineType.EXPRESS }), 'type', '"EXPRESS"', 'originRegion({ takeover: false })', 'Orders/Fulfilment');
  });

  describe('throws if', () => {
    test.each<[string, Partial<ReplicatedWorkflowProps>, string, string, string]>([
      ['peers take over too soon', { ownership: WorkflowOwnership.originRegion({ takeoverAfter: Duration.seconds(119) }) }, 'takeoverAfter', '1 minute 59 seconds', 'at least 2 minutes'],
      ['peers take over after a part of a second', { ownership: WorkflowOwnership.originRegion({ takeoverAfter: Duration.millis(120500) }) }, 'takeoverAfter', '2 minutes 500 millis', 'whole seconds'],
      ['peers would have to see how EXPRESS executions end', { type: StateMachineType.EXPRESS }, 'type', '"EXPRESS"', 'originRegion({ takeover: false })'],
      ['a canary is everybody', { deployment: WorkflowDeployment.canary(100, Duration.minutes(5)) }, 'percentage', '100', '1 to 99'],
      ['a canary is watched for too long', { deployment: WorkflowDeployment.canary(10, Duration.hours(36)) }, 'interval', '1 day 12 hours', '35 hours'],
      ['a canary is watched for a part of a minute', { deployment: WorkflowDeployment.linear(10, Duration.seconds(90)) }, 'interval', '1 minute 30 seconds', 'whole minutes'],
      ['a region has no key', { encryptionKeyArns: {} }, 'encryptionKeyArns of ap-southeast-2', 'undefined', 'a KMS key in ap-southeast-2'],
    ])('%s', (_, props, prop, value, allowed) => {
      expectPropError(() => workflow(testSystem(), props), prop, value, allowed, 'Orders/Fulfilment');
    });
  });
});
