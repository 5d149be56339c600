import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { EventField, Match as EventMatch, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { KinesisStream, LambdaFunction, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  EventSubscriptionProps, GlobalEventBus, MultiRegionFunction, MultiRegionQueue, MultiRegionSystem, ReplicatedWorkflow, SubscriptionScope, SystemUnit,
  WorkflowDefinition, WorkflowOwnership,
} from '../../src';
import { expectOwnReferencesOnly } from '../support/references';
import { CODE, expectPropError, mesh, regional, resources, stackOf, testSystem } from '../support/synth';

const eventPattern = { source: ['orders'], detailType: ['OrderShipped'] };
const rule = (system: MultiRegionSystem, region: string, name: string) => resources(regional(system, region), 'AWS::Events::Rule').find(({ Properties }) => Properties.Name === name)?.Properties;
const handler = (system: MultiRegionSystem | SystemUnit) => new MultiRegionFunction(system, 'Handler', { codePath: CODE });
const workflow = (system: MultiRegionSystem, bus: GlobalEventBus, ownership?: WorkflowOwnership, trigger = true) => new ReplicatedWorkflow(system, 'Returns', {
  definition: WorkflowDefinition.fromFile('test/support/hello.asl.json', { functions: { Hello: handler(system) } }),
  trigger: trigger ? { bus, eventPattern: { detailType: ['Return'] }, idempotencyKeyPath: '$.detail.id' } : undefined,
  ownership,
});

describe('GlobalEventBus.subscribe', () => {
  test('has the documented defaults: the origin region\'s function, for 24 hours, then its dead letters', () => {
    const system = testSystem(3);
    new GlobalEventBus(system, 'Bus').subscribe('Notify', { eventPattern, target: handler(system) });
    for (const region of system.regions) {
      expect(rule(system, region, 'Notify')).toMatchObject({
        EventBusName: { Ref: expect.stringMatching(/^Bus/) },
        EventPattern: { 'source': ['orders'], 'detail-type': ['OrderShipped'], 'region': [region] },
        Targets: [{
          Arn: { Ref: expect.stringMatching(/^HandlerLive/) },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^DeadLettersUndelivered/), 'Arn'] } },
          RetryPolicy: { MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 },
        }],
      });
      const template = regional(system, region);
      template.hasResourceProperties('AWS::Lambda::Permission', {
        Principal: 'events.amazonaws.com',
        FunctionName: { Ref: Match.stringLikeRegexp('^HandlerLive') },
        SourceArn: { 'Fn::Join': ['', Match.arrayWith([`:events:${region}:`, ':rule/Orders-Bus/*'])] },
      });
      for (const MetricName of ['FailedInvocations', 'IngestionToInvocationSuccessLatency']) {
        template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName, Dimensions: Match.arrayWith([{ Name: 'RuleName', Value: 'Notify' }]) });
      }
    }
  });

  test('with EVERY_REGION takes events of all regions, shaped as asked, for as long as asked', () => {
    const system = testSystem();
    const queue = new MultiRegionQueue(system, 'Queue');
    new GlobalEventBus(system, 'Bus').subscribe('Index', {
      eventPattern,
      target: queue,
      scope: SubscriptionScope.EVERY_REGION,
      input: RuleTargetInput.fromObject({ id: EventField.fromPath('$.detail.orderId') }),
      maxEventAge: Duration.hours(1),
      retryAttempts: 3,
    });
    for (const region of system.regions) {
      const { EventPattern, Targets } = rule(system, region, 'Index');
      expect(EventPattern).toEqual({ 'source': ['orders'], 'detail-type': ['OrderShipped'] });
      expect(Targets).toEqual([expect.objectContaining({
        Arn: { 'Fn::GetAtt': [expect.stringMatching(/^Queue/), 'Arn'] },
        InputTransformer: { InputPathsMap: { 'detail-orderId': '$.detail.orderId' }, InputTemplate: '{"id":<detail-orderId>}' },
        RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 3 },
      })]);
    }
  });

  test('has its rule only when target and dead-letter queue admit it', () => {
    const system = testSystem();
    const bus = new GlobalEventBus(system, 'Bus');
    bus.subscribe('ToFunction', { eventPattern, target: handler(system) });
    bus.subscribe('ToQueue', { eventPattern, target: new MultiRegionQueue(system, 'Queue') });
    const template = regional(system, 'us-west-2');
    const waitsFor = (name: string) => resources(template, 'AWS::Events::Rule').find(({ Properties }) => Properties.Name === name).DependsOn;
    expect(waitsFor('ToFunction')).toEqual(expect.arrayContaining([expect.stringMatching(/^DeadLettersUndeliveredQueuePolicy/), expect.stringMatching(/^HandlerLiveEvents/)]));
    expect(waitsFor('ToQueue')).toEqual(expect.arrayContaining([expect.stringMatching(/^DeadLettersUndeliveredQueuePolicy/), expect.stringMatching(/^QueuePolicy/)]));
  });

  test('of a function or a queue in another unit is a rule in the mesh, which names all by literal names', () => {
    const system = testSystem(3);
    const bus = new GlobalEventBus(system, 'Bus');
    const billing = new SystemUnit(system, 'Billing');
    const target = handler(billing);
    bus.subscribe('ToFunction', { eventPattern, target });
    bus.subscribe('ToFunctionToo', { eventPattern, target, scope: SubscriptionScope.EVERY_REGION });
    bus.subscribe('ToQueue', { eventPattern, target: new MultiRegionQueue(billing, 'Queue') });
    for (const region of system.regions) {
      const connecting = mesh(system, region);
      const text = (value: unknown) => JSON.stringify(value).replace(/\{"Ref":"AWS::(Partition|AccountId)"\}/g, '"$1"').replace(/","/g, '');
      const [toFunction, toQueue] = ['ToFunction', 'ToQueue'].map(name => resources(connecting, 'AWS::Events::Rule').find(({ Properties }) => Properties.Name === name));
      expect(toFunction.Properties).toMatchObject({ EventBusName: 'Orders-Bus', EventPattern: { 'source': ['orders'], 'detail-type': ['OrderShipped'], 'region': [region] } });
      const deadLetters = `arn:Partition:sqs:${region}:AccountId:Orders-DeadLetters`;
      expect(text(toFunction.Properties.Targets)).toMatch(new RegExp(`arn:Partition:lambda:${region}:AccountId:function:Orders-Billing-Handler:live.*${deadLetters}"`));
      expect(text(toQueue.Properties.Targets)).toMatch(new RegExp(`arn:Partition:sqs:${region}:AccountId:Orders-Billing-Queue.*${deadLetters}"`));
      // one permission for both rules, beside them, and before them
      const permissions = resources(connecting, 'AWS::Lambda::Permission');
      expect(permissions).toHaveLength(1);
      expect(text(permissions[0].Properties)).toMatch(/:function:Orders-Billing-Handler:live.*:rule\/Orders-Bus\/\*/);
      expect(toFunction.DependsOn).toEqual([expect.stringMatching(/^EventsOrdersBillingHandlerOrdersBus/)]);
      // the queue's policy and nothing else is in the unit
      const unit = Template.fromStack(stackOf(billing, region));
      expect(resources(unit, 'AWS::SQS::QueuePolicy').map(({ Properties }) => text(Properties.PolicyDocument)).filter(policy => policy.includes(`:events:${region}:AccountId:rule/Orders-Bus/*"`))).toHaveLength(1);
      unit.resourceCountIs('AWS::Events::Rule', 0);
      unit.resourceCountIs('AWS::Lambda::Permission', 0);
      // the alarms are about the region itself
      expect(rule(system, region, 'ToFunction')).toBeUndefined();
      const counted = JSON.stringify(resources(regional(system, region), 'AWS::CloudWatch::CompositeAlarm').map(({ Properties }) => Properties.AlarmRule));
      expect(counted).toMatch(/BusToFunctionFailedInvocations.*BusToQueueFailedInvocations/);
    }
    expectOwnReferencesOnly(system);
  });

  test('of a function in the unit of the bus is a rule in its regional stack', () => {
    const system = testSystem();
    const billing = new SystemUnit(system, 'Billing');
    const subscription = new GlobalEventBus(billing, 'Bus').subscribe('Notify', { eventPattern, target: handler(billing) });
    expect(Stack.of(subscription.inRegion('us-west-2')!)).toBe(stackOf(billing, 'us-west-2'));
    expectOwnReferencesOnly(system);
  });

  test('keeps two statements in the dead-letter queue\'s policy, whatever the CDK\'s own targets would add', () => {
    const system = testSystem();
    const bus = new GlobalEventBus(system, 'Bus');
    const own = (region: string) => ({
      fn: new Function(system.stackIn(region), 'OwnFunction', { code: Code.fromInline('x'), handler: 'index.handler', runtime: Runtime.NODEJS_24_X }),
      queue: new Queue(system.stackIn(region), 'OwnQueue'),
    });
    const perRegion = new Map(system.regions.map(region => [region, own(region)]));
    for (let i = 0; i < 25; i++) {
      bus.subscribe(`Function${i}`, { eventPattern, target: { targetIn: (region, { eventBusName: _, ...delivery }) => new LambdaFunction(perRegion.get(region)!.fn, { ...delivery, event: delivery.input }) } });
    }
    bus.subscribe('Queue', { eventPattern, target: { targetIn: (region, { eventBusName: _, ...delivery }) => new SqsQueue(perRegion.get(region)!.queue, delivery) } });
    const template = regional(system, 'us-west-2');
    const { PolicyDocument } = resources(template, 'AWS::SQS::QueuePolicy').map(({ Properties }) => Properties).find(({ Queues }) => /^DeadLettersUndelivered/.test(Queues[0].Ref));
    expect(PolicyDocument.Statement).toHaveLength(2);
    for (const name of ['Function24', 'Queue']) {
      expect(rule(system, 'us-west-2', name).Targets[0].DeadLetterConfig.Arn).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^DeadLettersUndelivered/), 'Arn'] });
    }
  });

  test.each<[string, WorkflowOwnership, Record<string, object | undefined>]>([
    ['originRegion', WorkflowOwnership.originRegion(), { 'ap-southeast-2': {}, 'us-west-2': {} }],
    ['originRegion without takeover', WorkflowOwnership.originRegion({ takeover: false }), { 'ap-southeast-2': { region: ['ap-southeast-2'] }, 'us-west-2': { region: ['us-west-2'] } }],
    ['primaryRegion', WorkflowOwnership.primaryRegion(), { 'ap-southeast-2': {}, 'us-west-2': undefined }],
    ['everyRegion', WorkflowOwnership.everyRegion(), { 'ap-southeast-2': {}, 'us-west-2': {} }],
  ])('starts a workflow as its ownership %s says, through the queue of its trigger', (_, ownership, expected) => {
    const system = testSystem();
    const bus = new GlobalEventBus(system, 'Bus');
    const subscription = bus.subscribe('More', { eventPattern, target: workflow(system, bus, ownership) });
    for (const region of system.regions) {
      const found = rule(system, region, 'More');
      expect(found?.EventPattern).toEqual(expected[region] && { 'source': ['orders'], 'detail-type': ['OrderShipped'], ...expected[region] });
      expect(subscription.inRegion(region) === undefined).toBe(expected[region] === undefined);
      if (found) expect(found.Targets[0].Arn).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^ReturnsEvents/), 'Arn'] });
    }
  });

  test('takes any target that the CDK knows, by a class of the user\'s', () => {
    const system = testSystem();
    const streams = new Map(system.regions.map(region => [region, new Stream(system.stackIn(region), 'Stream')]));
    new GlobalEventBus(system, 'Bus').subscribe('Stream', {
      eventPattern,
      target: { targetIn: (region, { input: _, ...delivery }) => new KinesisStream(streams.get(region)!, delivery) },
    });
    expect(rule(system, 'us-west-2', 'Stream').Targets[0]).toMatchObject({ Arn: { 'Fn::GetAtt': [expect.stringMatching(/^Stream/), 'Arn'] }, DeadLetterConfig: expect.anything() });
  });

  test('takes a pattern in EventBridge\'s own JSON, and the CDK\'s matchers', () => {
    const system = testSystem();
    const bus = new GlobalEventBus(system, 'Bus');
    const target = handler(system);
    bus.subscribe('Own', { eventPattern: { 'detail-type': ['OrderPlaced'] } as any, target, scope: SubscriptionScope.EVERY_REGION });
    bus.subscribe('Matched', { eventPattern: { source: EventMatch.prefix('shop.'), detail: { total: EventMatch.greaterThan(5) } }, target, scope: SubscriptionScope.EVERY_REGION });
    expect(rule(system, 'us-west-2', 'Own').EventPattern).toEqual({ 'detail-type': ['OrderPlaced'] });
    expect(rule(system, 'us-west-2', 'Matched').EventPattern).toEqual({ source: [{ prefix: 'shop.' }], detail: { total: [{ numeric: ['>', 5] }] } });
  });

  test('warns of a pattern that is longer than each account has a quota for', () => {
    const system = testSystem();
    new GlobalEventBus(system, 'Bus').subscribe('Notify', { eventPattern: { detail: { id: ['x'.repeat(2100)] } }, target: handler(system) });
    const { messages } = (system.node.root as App).synth().getStackArtifact(system.stackIn('ap-southeast-2').artifactId);
    expect(messages.map(({ entry }) => entry.data)).toContainEqual(expect.stringContaining('eventPattern has 2150 characters with what the rule adds, and EventBridge takes 2048 by default'));
  });

  describe('throws if', () => {
    test.each<[string, Partial<EventSubscriptionProps>, string, string, string, string]>([
      ['the id is no name of a rule', {}, 'My Rule', 'id', '"My Rule"', 'the name of an event rule'],
      ['the id is like one of the bus\' own rules', {}, 'replication-1', 'id', '"replication-1"', 'not beginning with'],
      ['the pattern names a region', { eventPattern: { region: ['us-west-2'] } }, 'Notify', 'eventPattern.region', '["us-west-2"]', 'nothing, because'],
      ['the pattern is empty', { eventPattern: {} }, 'Notify', 'eventPattern', '{}', 'at least one field'],
      ['delivery is tried for too short', { maxEventAge: Duration.seconds(30) }, 'Notify', 'maxEventAge', '30 seconds', '1 minute to 1 day'],
      ['delivery is tried for too long', { maxEventAge: Duration.days(2) }, 'Notify', 'maxEventAge', '2 days', '1 minute to 1 day'],
      ['delivery is tried for parts of a second', { maxEventAge: Duration.millis(90_500) }, 'Notify', 'maxEventAge', '90.5 seconds', 'whole seconds'],
      ['the pattern is null', { eventPattern: null as any }, 'Notify', 'eventPattern', 'null', 'at least one field'],
      ['the pattern has an empty list', { eventPattern: { source: [] } }, 'Notify', 'eventPattern', '{"source":[]}', 'source is an empty list'],
      ['the pattern has a number for the account', { eventPattern: { account: [111122223333 as any] } }, 'Notify', 'eventPattern', '[111122223333]', 'write "111122223333"'],
      ['the pattern is too long', { eventPattern: { detail: { id: ['x'.repeat(4100)] } } }, 'Notify', 'eventPattern', '4150 characters', 'at most 4096'],
      ['delivery is tried too often', { retryAttempts: 186 }, 'Notify', 'retryAttempts', '186', '0 to 185'],
    ])('%s', (_, props, id, prop, value, allowed) => {
      const system = testSystem();
      const target = handler(system);
      expectPropError(() => new GlobalEventBus(system, 'Bus').subscribe(id, { eventPattern, target, ...props }), prop, value, allowed, `Orders/Bus/${id}`);
    });

    test('the workflow\'s pattern names a region in EventBridge\'s own JSON', () => {
      const system = testSystem();
      expectPropError(() => new GlobalEventBus(system, 'Bus').subscribe('Notify', { eventPattern: { 'detail-type': ['A'], 'region': [] } as any, target: handler(system) }),
        'eventPattern.region', '[]', 'nothing, because', 'Orders/Bus/Notify');
    });

    test('the target is of another system', () => {
      const target = handler(testSystem());
      expectPropError(() => new GlobalEventBus(testSystem(), 'Bus').subscribe('Notify', { eventPattern, target }), 'target', 'Orders/Handler', 'a construct of the system', 'Orders/Bus/Notify');
    });

    test('a workflow has no trigger, is given a scope, or a shaped input', () => {
      const system = testSystem();
      const bus = new GlobalEventBus(system, 'Bus');
      const untriggered = workflow(system, bus, undefined, false);
      expectPropError(() => bus.subscribe('A', { eventPattern, target: untriggered }), 'target', 'Orders/Returns', 'a workflow with a trigger', 'Orders/Returns');
      const other = testSystem();
      const otherBus = new GlobalEventBus(other, 'Bus');
      const target = workflow(other, otherBus);
      expectPropError(() => otherBus.subscribe('A', { eventPattern, target, scope: SubscriptionScope.ORIGIN }), 'scope', '"ORIGIN"', 'nothing, because', 'Orders/Bus/A');
      expectPropError(() => otherBus.subscribe('B', { eventPattern, target, input: RuleTargetInput.fromText('x') }), 'input', 'given', 'nothing, because', 'Orders/Returns');
    });
  });
});
