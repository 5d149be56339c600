import { mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  GlobalEventBus, GlobalTable, MultiRegionFunction, MultiRegionSystem, ReplicatedWorkflow, ReplicatedWorkflowProps, WorkflowDefinition,
  WorkflowOwnership,
} from '../../src';
import { CODE, errorOf, expectPropError, regional, resources, statementsOf, testSystem } from '../support/synth';

function file(content: object | string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'asl-')), 'workflow.asl.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const asl = (resource = '${Charge}') => ({ StartAt: 'Charge', States: { Charge: { Type: 'Task', Resource: resource, End: true } } });

function workflow(system: MultiRegionSystem, props: Partial<ReplicatedWorkflowProps> = {}, id = 'Fulfilment') {
  const bus = new GlobalEventBus(system, 'Bus');
  const charge = new MultiRegionFunction(system, 'Charge', { codePath: CODE });
  return new ReplicatedWorkflow(system, id, {
    definition: WorkflowDefinition.fromFile(file(asl()), { functions: { Charge: charge } }),
    trigger: { bus, eventPattern: { detailType: ['OrderPlaced'] }, idempotencyKeyPath: '$.detail.orderId' },
    ...props,
  });
}

describe('ReplicatedWorkflow', () => {
  test.each([1, 2, 3])('has the documented defaults in each of %i regions', count => {
    const system = testSystem(count);
    workflow(system);
    for (const region of system.regions) {
      const template = regional(system, region);
      template.hasResource('AWS::StepFunctions::StateMachine', {
        Properties: {
          StateMachineName: 'Orders-Fulfilment',
          LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false, Destinations: [Match.anyValue()] },
          TracingConfiguration: { Enabled: true },
          DefinitionSubstitutions: { Charge: { Ref: Match.stringLikeRegexp('^ChargeLive') } },
        },
        // which has all permissions in it, so that nothing races
        DependsOn: [Match.stringLikeRegexp('^FulfilmentRole')],
      });
      template.hasResourceProperties('AWS::IAM::Role', {
        Description: `Orders-Fulfilment in ${region}`, ManagedPolicyArns: [{ Ref: Match.stringLikeRegexp('^Tracing') }, { Ref: Match.stringLikeRegexp('^LogDelivery') }],
      });
      template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: '/aws/vendedlogs/states/Orders-Fulfilment', RetentionInDays: 30 });
      expect(statementsOf(template, 'FulfilmentRole')).toEqual([{ Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: { Ref: expect.stringMatching(/^ChargeLive/) } }]);
      expect(resources(template, 'AWS::IAM::Policy').filter(({ Properties }) => /^Fulfilment/.test(Properties.PolicyName))).toEqual([]);
    }
  });

  test('tells its starter and its sweeper where an event holds its correlation id, and nobody if it is not said', () => {
    for (const correlationIdPath of [undefined, '$.detail.correlationId']) {
      const system = testSystem();
      const bus = new GlobalEventBus(system, 'Events');
      workflow(system, { trigger: { bus, eventPattern: { detailType: ['OrderPlaced'] }, idempotencyKeyPath: '$.detail.orderId', correlationIdPath } });
      for (const region of system.regions) {
        const told = resources(regional(system, region), 'AWS::Lambda::Function')
          .filter(({ Properties }) => Properties.Environment?.Variables.CORRELATION_ID_PATH === '$.detail.correlationId')
          .map(({ Properties }) => Properties.FunctionName).sort();
        expect(told).toEqual(correlationIdPath ? ['Orders-Fulfilment-Ledger-Sweeper', 'Orders-Fulfilment-Starter'] : []);
      }
    }
  });

  test('takes JSONata, whose own braces and dollars are no placeholders', () => {
    const system = testSystem(1);
    const Charge = new MultiRegionFunction(system, 'Handler', { codePath: CODE });
    const definition = {
      QueryLanguage: 'JSONata',
      StartAt: 'Charge',
      States: {
        Charge: {
          Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: { FunctionName: '${Charge}', Payload: '{% $states.input.detail{sku: $sum(quantity)} %}' }, Next: 'Paid',
        },
        Paid: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.paid = true %}', Next: 'Done' }], Default: 'Failed' },
        Done: { Type: 'Succeed', Output: '{% ${"total": $states.input.total} %}' },
        Failed: { Type: 'Fail' },
      },
    };
    workflow(system, { definition: WorkflowDefinition.fromFile(file(definition), { functions: { Charge } }) });
    const [machine] = resources(regional(system, 'ap-southeast-2'), 'AWS::StepFunctions::StateMachine');
    expect(JSON.parse(machine.Properties.DefinitionString)).toEqual(definition);
    expect(Object.keys(machine.Properties.DefinitionSubstitutions)).toEqual(['Charge']);
  });

  test('is started in a region by the events published there, through a queue', () => {
    const system = testSystem(3);
    workflow(system);
    for (const region of system.regions) {
      const template = regional(system, region);
      const [trigger] = resources(template, 'AWS::Events::Rule').filter(rule => rule.Properties.Name === 'Fulfilment');
      expect(trigger.Properties.EventPattern).toEqual({ 'detail-type': ['OrderPlaced'] }); // peers witness it
      expect(trigger.Properties.Targets).toEqual([{
        Id: 'Target0',
        Arn: { 'Fn::GetAtt': [expect.stringMatching(/^FulfilmentEvents/), 'Arn'] },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^DeadLettersUndelivered/), 'Arn'] } },
        RetryPolicy: { MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 },
      }]);
      template.hasResourceProperties('AWS::SQS::Queue', {
        SqsManagedSseEnabled: true, VisibilityTimeout: 60, RedrivePolicy: { maxReceiveCount: 1000, deadLetterTargetArn: Match.anyValue() },
      });
      const [policy] = resources(template, 'AWS::SQS::QueuePolicy').filter(({ Properties }) => /FulfilmentEvents/.test(JSON.stringify(Properties.Queues)));
      expect(policy.Properties.PolicyDocument.Statement.filter(({ Sid }: any) => Sid === 'Rules')).toEqual([expect.objectContaining({
        Action: 'sqs:SendMessage',
        Condition: {
          ArnLike: { 'aws:SourceArn': [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:events:${region}:`, { Ref: 'AWS::AccountId' }, ':rule/Orders-Bus/*']] }] },
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        },
      })]);
      // the policy is there before a rule sends
      expect(trigger.DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/^FulfilmentEventsPolicy/)]));
      template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'], ScalingConfig: { MaximumConcurrency: 20 } });
      template.hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: 'Orders-Fulfilment-Starter',
        Environment: { Variables: { IDEMPOTENCY_KEY_PATH: '$.detail.orderId', STATE_MACHINE_ARN: { Ref: Match.stringLikeRegexp('^FulfilmentLive') } } },
      });
    }
  });

  test.each<[string, WorkflowOwnership, Record<string, object | undefined>]>([
    ['originRegion', WorkflowOwnership.originRegion(), { 'ap-southeast-2': {}, 'us-west-2': {} }],
    ['originRegion without takeover', WorkflowOwnership.originRegion({ takeover: false }), { 'ap-southeast-2': { region: ['ap-southeast-2'] }, 'us-west-2': { region: ['us-west-2'] } }],
    ['primaryRegion', WorkflowOwnership.primaryRegion(), { 'ap-southeast-2': {}, 'us-west-2': undefined }],
    ['everyRegion', WorkflowOwnership.everyRegion(), { 'ap-southeast-2': {}, 'us-west-2': {} }],
  ])('with %s sees the events that it must', (_, ownership, expected) => {
    const system = testSystem();
    workflow(system, { ownership });
    for (const region of system.regions) {
      const triggers = resources(regional(system, region), 'AWS::Events::Rule').filter(rule => rule.Properties.Name === 'Fulfilment').map(rule => rule.Properties.EventPattern);
      expect(triggers).toEqual(expected[region] ? [{ 'detail-type': ['OrderPlaced'], ...expected[region] }] : []);
    }
  });

  test('without a trigger has only state machines', () => {
    const system = testSystem();
    workflow(system, { trigger: undefined, logRetention: RetentionDays.ONE_DAY });
    const template = regional(system, 'us-west-2');
    template.resourceCountIs('AWS::StepFunctions::StateMachine', 1);
    template.resourceCountIs('AWS::Lambda::EventSourceMapping', 1); // the redriver's
    template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: '/aws/vendedlogs/states/Orders-Fulfilment', RetentionInDays: 1 });
  });

  test('can be granted access to a table and substituted its name', () => {
    const system = testSystem();
    const table = new GlobalTable(system, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
    const fulfilment = workflow(system, {
      definition: WorkflowDefinition.fromFile(file(asl('arn:aws:states:::dynamodb:putItem ${TableName}')), { substitutions: { TableName: table.tableName } }),
    });
    table.grantWriteData(fulfilment);
    const template = regional(system, 'us-west-2');
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', { DefinitionSubstitutions: { TableName: 'Orders-Table' } });
    expect(Stack.of(fulfilment.inRegion('us-west-2'))).toBe(system.stackIn('us-west-2'));
    expect(JSON.stringify(statementsOf(template, 'FulfilmentRole'))).toContain('dynamodb:PutItem');
  });

  test('takes further subscriptions with whole events only, and none without a trigger', () => {
    const system = testSystem();
    const fulfilment = workflow(system);
    const bus = new GlobalEventBus(system, 'Other');
    bus.subscribe('Again', { eventPattern: { source: ['shop'] }, target: fulfilment });
    const [policy] = resources(regional(system, 'us-west-2'), 'AWS::SQS::QueuePolicy').filter(({ Properties }) => /FulfilmentEvents/.test(JSON.stringify(Properties.Queues)));
    expect(JSON.stringify(policy)).toContain(':rule/Orders-Bus/*');
    expect(JSON.stringify(policy)).toContain(':rule/Orders-Other/*');
    expectPropError(() => bus.subscribe('Less', { eventPattern: { source: ['shop'] }, target: fulfilment, input: RuleTargetInput.fromText('x') }), 'input', 'given', 'the whole event', 'Orders/Fulfilment');
    const other = testSystem();
    expectPropError(() => new GlobalEventBus(other, 'Other').subscribe('Again', { eventPattern: { source: ['shop'] }, target: workflow(other, { trigger: undefined }) }),
      'target', 'Orders/Fulfilment', 'a workflow with a trigger', 'Orders/Fulfilment');
  });

  test('limits the concurrency of its starter as asked', () => {
    const system = testSystem();
    workflow(system, { trigger: { bus: new GlobalEventBus(system, 'Other'), eventPattern: { detailType: ['OrderPlaced'] }, idempotencyKeyPath: '$.detail.orderId', maxConcurrency: 77 } });
    regional(system, 'us-west-2').hasResourceProperties('AWS::Lambda::EventSourceMapping', { ScalingConfig: { MaximumConcurrency: 77 } });
  });

  test('tells people of events that are retried for hours, after minutes', () => {
    const system = testSystem();
    workflow(system);
    for (const region of system.regions) {
      const alarm = (properties: object) => regional(system, region).hasResourceProperties('AWS::CloudWatch::Alarm', { EvaluationPeriods: 5, DatapointsToAlarm: 3, ...properties });
      alarm({ MetricName: 'OldestRetriedSeconds', Dimensions: [{ Name: 'StateMachineName', Value: 'Orders-Fulfilment' }], Threshold: 300 });
      alarm({ Namespace: 'AWS/Lambda', MetricName: 'Throttles', Dimensions: Match.arrayWith([{ Name: 'FunctionName', Value: 'Orders-Fulfilment-Starter' }]), Threshold: 1 });
    }
  });

  describe('throws if', () => {
    test.each([1, 1001, 2.5])('the concurrency of its starter is %s', maxConcurrency => {
      const system = testSystem();
      const bus = new GlobalEventBus(system, 'Other');
      expectPropError(() => workflow(system, { trigger: { bus, eventPattern: { detailType: ['OrderPlaced'] }, idempotencyKeyPath: '$.detail.id', maxConcurrency } }),
        'trigger.maxConcurrency', String(maxConcurrency), 'a whole number from 2 to 1000', 'Orders/Fulfilment');
    });
    const make = (props: Partial<ReplicatedWorkflowProps>, id?: string) => () => workflow(testSystem(), props, id);
    const path = 'Orders/Fulfilment';

    test('the definition cannot be read', () => {
      expectPropError(make({ definition: WorkflowDefinition.fromFile('no.asl.json') }), 'definition', '"no.asl.json"', 'a readable file', path);
    });
    test('the definition is not JSON', () => {
      expectPropError(make({ definition: WorkflowDefinition.fromFile(file('{')) }), 'definition', 'workflow.asl.json', 'which is JSON', path);
    });
    test.each([[{}], [{ StartAt: 'A' }], [{ StartAt: 'A', States: {} }], [[]], ['null']])('the definition is no state machine: %j', content => {
      expectPropError(make({ definition: WorkflowDefinition.fromFile(file(content)) }), 'definition', 'workflow.asl.json', 'StartAt naming one of them', path);
    });
    test.each<[string, object]>([
      ['state A: there is no state "B" to go on with', { A: { Type: 'Pass', Next: 'B' } }],
      ['state A: there is no state "B" to go on with', { A: { Type: 'Task', End: true, Catch: [{ Next: 'B' }] } }],
      ['state A: there is no state "B" to go on with', { A: { Type: 'Choice', Choices: [{ Next: 'A' }], Default: 'B' } }],
      ['state A: it has no Choices', { A: { Type: 'Choice' } }],
      ['state A: it needs either Next, or End: true', { A: { Type: 'Wait' } }],
      ['state A: it needs either Next, or End: true', { A: { Type: 'Wait', Next: 'A', End: true } }],
      ['state A: Type is "Job", not one of Task', { A: { Type: 'Job', End: true } }],
      ['state A: state C: it needs either Next', { A: { Type: 'Map', ItemProcessor: { StartAt: 'C', States: { C: { Type: 'Pass' } } }, End: true } }],
      ['state A: a state machine has States', { A: { Type: 'Parallel', Branches: [{ StartAt: 'C' }], End: true } }],
    ])('%s', (fault, States) => {
      expectPropError(make({ definition: WorkflowDefinition.fromFile(file({ StartAt: 'A', States })) }), 'definition', 'workflow.asl.json', fault, path);
    });
    test('a placeholder is not given', () => {
      expectPropError(make({ definition: WorkflowDefinition.fromFile(file(asl())) }), 'placeholder', '"Charge"', 'none', path);
    });
    test('something is given that no placeholder uses', () => {
      const definition = WorkflowDefinition.fromFile(file(asl('${A}')), { substitutions: { A: '1', B: '2' } });
      expectPropError(make({ definition }), 'functions and substitutions', '"B"', 'uses: A', path);
    });
    test('a placeholder is given twice', () => {
      const system = testSystem();
      const Charge = new MultiRegionFunction(system, 'Other', { codePath: CODE });
      const definition = WorkflowDefinition.fromFile(file(asl()), { functions: { Charge }, substitutions: { Charge: '1' } });
      expectPropError(() => workflow(system, { definition }), 'functions and substitutions', '"Charge"', 'one of the two', path);
    });
    test('a function is of another system', () => {
      const Charge = new MultiRegionFunction(testSystem(), 'Other', { codePath: CODE });
      const definition = WorkflowDefinition.fromFile(file(asl()), { functions: { Charge } });
      expectPropError(make({ definition }), 'functions.Charge', '"Orders/Other"', 'a construct of the system Orders', path);
    });
    test('the bus is of another system', () => {
      const trigger = { bus: new GlobalEventBus(testSystem(), 'Bus'), eventPattern: {}, idempotencyKeyPath: '$.detail.id' };
      expectPropError(make({ trigger }), 'trigger.bus', '"Orders/Bus"', 'a construct of the system', path);
    });
    test.each(['', 'detail.id', '$.detail[0]'])('the correlation id\'s path is not one: %p', correlationIdPath => {
      const system = testSystem();
      const bus = new GlobalEventBus(system, 'Events');
      expectPropError(() => workflow(system, { trigger: { bus, eventPattern: {}, idempotencyKeyPath: '$.detail.id', correlationIdPath } }),
        'trigger.correlationIdPath', correlationIdPath, '$.detail.correlationId', path);
    });

    test.each(['', 'detail.orderId', '$.detail[0]', undefined])('the idempotency key\'s path is not one: %p', idempotencyKeyPath => {
      const system = testSystem();
      const bus = new GlobalEventBus(system, 'Other');
      expectPropError(() => workflow(system, { trigger: { bus, eventPattern: {}, idempotencyKeyPath: idempotencyKeyPath as string } }),
        'trigger.idempotencyKeyPath', idempotencyKeyPath ?? 'undefined', '$.detail.orderId', path);
    });
    test('the pattern names regions', () => {
      const system = testSystem();
      const bus = new GlobalEventBus(system, 'Other');
      expectPropError(() => workflow(system, { trigger: { bus, eventPattern: { region: ['us-west-2'] }, idempotencyKeyPath: '$.detail.id' } }),
        'trigger.eventPattern.region', '["us-west-2"]', 'ownership', path);
    });
    test('the id gives a name that Step Functions or Lambda does not accept', () => {
      expectPropError(make({}, 'my workflow'), 'id', '"my workflow"', 'the name of a state machine', 'Orders/my workflow');
      expect(errorOf(make({}, 'x'.repeat(60)))).toContain('the name of a Lambda function');
    });
  });
});
