import { Duration } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { EventField, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { KinesisStream } from 'aws-cdk-lib/aws-events-targets';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { EventSubscriptionProps, GlobalEventBus, MultiRegionFunction, MultiRegionQueue, MultiRegionSystem, ReplicatedWorkflow, SubscriptionScope, WorkflowDefinition, WorkflowOwnership } from '../../src';
import { CODE, expectPropError, regional, resources, testSystem } from '../support/synth';

const eventPattern = { source: ['orders'], detailType: ['OrderShipped'] };
const rule = (system: MultiRegionSystem, region: string, name: string) => resources(regional(system, region), 'AWS::Events::Rule').find(({ Properties }) => Properties.Name === name)?.Properties;
const handler = (system: MultiRegionSystem) => new MultiRegionFunction(system, 'Handler', { codePath: CODE });
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
        Principal: 'events.amazonaws.com', FunctionName: { Ref: Match.stringLikeRegexp('^HandlerLive') }, SourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^BusNotifyRule'), 'Arn'] },
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

  describe('throws if', () => {
    test.each<[string, Partial<EventSubscriptionProps>, string, string, string, string]>([
      ['the id is no name of a rule', {}, 'My Rule', 'id', '"My Rule"', 'the name of an event rule'],
      ['the id is like one of the bus\' own rules', {}, 'replication-1', 'id', '"replication-1"', 'not beginning with'],
      ['the pattern names a region', { eventPattern: { region: ['us-west-2'] } }, 'Notify', 'eventPattern.region', '["us-west-2"]', 'nothing, because'],
      ['the pattern is empty', { eventPattern: {} }, 'Notify', 'eventPattern', '{}', 'at least one field'],
      ['delivery is tried for too short', { maxEventAge: Duration.seconds(30) }, 'Notify', 'maxEventAge', '30 seconds', '1 minute to 24 hours'],
      ['delivery is tried for too long', { maxEventAge: Duration.days(2) }, 'Notify', 'maxEventAge', '2 days', '1 minute to 24 hours'],
      ['delivery is tried too often', { retryAttempts: 186 }, 'Notify', 'retryAttempts', '186', '0 to 185'],
    ])('%s', (_, props, id, prop, value, allowed) => {
      const system = testSystem();
      const target = handler(system);
      expectPropError(() => new GlobalEventBus(system, 'Bus').subscribe(id, { eventPattern, target, ...props }), prop, value, allowed, `Orders/Bus/${id}`);
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
