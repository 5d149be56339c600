import { Duration } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { MultiRegionFunction, MultiRegionQueue, SystemUnit } from '../../src';
import { expectOwnReferencesOnly } from '../support/references';
import { CODE, expectPropError, mesh, regional, resources, stackOf, statementsOf, testSystem } from '../support/synth';

describe('MultiRegionQueue', () => {
  test('has the documented defaults in every region', () => {
    const system = testSystem(3);
    const queue = new MultiRegionQueue(system, 'Returns');
    expect([queue.queueName, queue.deadLetterQueueName]).toEqual(['Orders-Returns', 'Orders-Returns-poison']);
    for (const region of system.regions) {
      const template = regional(system, region);
      template.hasResourceProperties('AWS::SQS::Queue', {
        QueueName: 'Orders-Returns', SqsManagedSseEnabled: true, VisibilityTimeout: 60, MessageRetentionPeriod: 1209600, RedrivePolicy: { maxReceiveCount: 5, deadLetterTargetArn: Match.anyValue() },
      });
      template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 1 });
      template.hasResourceProperties('AWS::SQS::Queue', { QueueName: 'Orders-Returns-poison', MessageRetentionPeriod: 1209600 });
      expect(resources(template, 'AWS::SQS::QueuePolicy')).toHaveLength(2);
    }
    expectPropError(() => queue.inRegion('eu-north-1'), 'region', '"eu-north-1"', 'ap-southeast-2', 'Orders/Returns');
  });

  test('has a function of the same region consume it, failures told one by one', () => {
    const system = testSystem();
    const queue = new MultiRegionQueue(system, 'Returns', { visibilityTimeout: Duration.minutes(5), retentionPeriod: Duration.days(1), maxReceiveCount: 2 });
    const fn = new MultiRegionFunction(system, 'Handler', { codePath: CODE });
    queue.addConsumer(fn, { batchSize: 3 });
    queue.grantSendMessages(fn);
    for (const region of system.regions) {
      const template = regional(system, region);
      template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
        EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Returns'), 'Arn'] },
        FunctionName: { Ref: Match.stringLikeRegexp('^HandlerLive') },
        BatchSize: 3,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 100 },
      });
      template.resourceCountIs('AWS::IAM::Policy', 0);
      const statements = statementsOf(template, 'HandlerRole');
      expect(statements.filter(({ Action }) => Action.includes('sqs:ReceiveMessage')).map(({ Resource }) => Resource)).toEqual([{ 'Fn::GetAtt': [expect.stringMatching(/^Returns/), 'Arn'] }]);
      expect(statements.filter(({ Action }) => Action.includes('sqs:SendMessage')).map(({ Resource }) => JSON.stringify(Resource)))
        .toEqual([expect.stringContaining('DeadLetters'), expect.stringContaining(':Orders-Returns"')]);
    }
  });

  test('has a function of another unit consume it, by literal names, when both are there', () => {
    const system = testSystem();
    const queue = new MultiRegionQueue(system, 'Returns');
    const billing = new SystemUnit(system, 'Billing');
    const fn = new MultiRegionFunction(billing, 'Handler', { codePath: CODE });
    const other = new MultiRegionFunction(billing, 'Other', { codePath: CODE });
    queue.addConsumer(fn);
    queue.addConsumer(other);
    queue.grantSendMessages(fn);
    for (const region of system.regions) {
      const mappings = resources(mesh(system, region), 'AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties);
      expect(mappings.map(({ EventSourceArn, FunctionName }) => JSON.stringify([EventSourceArn, FunctionName]))).toEqual([
        expect.stringMatching(`:sqs:${region}:.*:Orders-Returns".*:function:Orders-Billing-Handler:live`), expect.stringMatching(/:Orders-Returns".*:function:Orders-Billing-Other:live/),
      ]);
      const statements = statementsOf(Template.fromStack(stackOf(billing, region)), 'HandlerRole');
      expect(JSON.stringify(statements.find(({ Action }) => Action.includes('sqs:ReceiveMessage')).Resource)).toContain(':Orders-Returns"');
    }
    expectOwnReferencesOnly(system);
  });

  test('limits the concurrency of a consumer, as asked or by what is reserved for it', () => {
    const system = testSystem(1);
    const queue = new MultiRegionQueue(system, 'Returns');
    const fn = (id: string, reserved?: number) => new MultiRegionFunction(system, id, { codePath: CODE, reservedConcurrentExecutions: reserved });
    queue.addConsumer(fn('Free'));
    queue.addConsumer(fn('Many', 300));
    queue.addConsumer(fn('Few', 30));
    queue.addConsumer(fn('One', 1));
    queue.addConsumer(fn('Asked', 30), { maxConcurrency: 20 });
    queue.addConsumer(fn('AskedMost'), { maxConcurrency: 1000 });
    const mappings = resources(regional(system, 'ap-southeast-2'), 'AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties)
      .filter(({ EventSourceArn }) => JSON.stringify(EventSourceArn).includes('Returns'));
    const nameOf = ({ FunctionName }: any) => FunctionName.Ref.replace(/Live.*/, '');
    expect(Object.fromEntries(mappings.map(mapping => [nameOf(mapping), mapping.ScalingConfig.MaximumConcurrency]))).toEqual({
      Free: 100, Many: 100, Few: 30, One: 2, Asked: 20, AskedMost: 1000,
    });
  });

  test('warns if the queues of a consumer may use more than is reserved for it together', () => {
    const warnings = (concurrency: number, reservedConcurrentExecutions?: number) => {
      const system = testSystem(1);
      const fn = new MultiRegionFunction(system, 'Handler', { codePath: CODE, reservedConcurrentExecutions });
      ['One', 'Two'].forEach(id => new MultiRegionQueue(system, id).addConsumer(fn, { maxConcurrency: concurrency }));
      return Annotations.fromStack(system.stackIn('ap-southeast-2')).findWarning('*', Match.stringLikeRegexp('the queues of')).map(({ entry }) => entry.data);
    };
    expect(warnings(20, 30)).toEqual([expect.stringMatching(/^the queues of Orders-Handler may use a concurrency of 40 together, and 30 is reserved .* Lower maxConcurrency .* \[Orders\/Two\]/)]);
    expect(warnings(15, 30)).toEqual([]);
    expect(warnings(20)).toEqual([]);
  });

  test('sets its alarm as asked', () => {
    const system = testSystem(1);
    new MultiRegionQueue(system, 'Returns', { alarmSettings: { deadLetters: { threshold: 7 } } });
    regional(system, 'ap-southeast-2').hasResourceProperties('AWS::CloudWatch::Alarm', { Dimensions: [{ Name: 'QueueName', Value: 'Orders-Returns-poison' }], Threshold: 7 });
  });

  describe('throws if', () => {
    test.each<[string, any, string, string, string]>([
      ['messages stay invisible for too long', { visibilityTimeout: Duration.hours(13) }, 'visibilityTimeout', '13 hours', '0 seconds to 12 hours'],
      ['messages stay invisible for parts of a second', { visibilityTimeout: Duration.millis(1500) }, 'visibilityTimeout', '1.5 seconds', 'whole seconds'],
      ['a duration is a number', { retentionPeriod: 60 }, 'retentionPeriod', '60', 'a Duration of whole seconds'],
      ['messages are kept for too short', { retentionPeriod: Duration.seconds(59) }, 'retentionPeriod', '59 seconds', '1 minute to 14 days'],
      ['messages are kept for too long', { retentionPeriod: Duration.days(15) }, 'retentionPeriod', '15 days', '1 minute to 14 days'],
      ['messages are poison at once', { maxReceiveCount: 0 }, 'maxReceiveCount', '0', '1 to 1000'],
    ])('%s', (_, props, prop, value, allowed) => {
      expectPropError(() => new MultiRegionQueue(testSystem(), 'Returns', props), prop, value, allowed, 'Orders/Returns');
    });
    test('the id gives a name that SQS does not accept', () => {
      expectPropError(() => new MultiRegionQueue(testSystem(), 'My Queue'), 'id', '"My Queue"', 'the name of an SQS queue', 'Orders/My Queue');
    });
    test('the id leaves no room for the name of the dead-letter queue', () => {
      const id = 'x'.repeat(67);
      expectPropError(() => new MultiRegionQueue(testSystem(), id), 'id', `"Orders-${id}-poison"`, 'at most 80 characters', `Orders/${id}`);
    });
    test('the batch is too large', () => {
      const system = testSystem();
      const fn = new MultiRegionFunction(system, 'Handler', { codePath: CODE });
      expectPropError(() => new MultiRegionQueue(system, 'Returns').addConsumer(fn, { batchSize: 11 }), 'batchSize', '11', '1 to 10', 'Orders/Returns');
    });
    test.each<[number, number | undefined, string]>([[1, undefined, '2 to 1000'], [1001, undefined, '2 to 1000'], [2.5, undefined, '2 to 1000'], [31, 30, 'at most 30, the reserved concurrency of Orders-Handler']])(
      'the concurrency is %s and %s is reserved', (maxConcurrency, reservedConcurrentExecutions, allowed) => {
        const system = testSystem();
        const fn = new MultiRegionFunction(system, 'Handler', { codePath: CODE, reservedConcurrentExecutions });
        expectPropError(() => new MultiRegionQueue(system, 'Returns').addConsumer(fn, { maxConcurrency }), 'maxConcurrency', String(maxConcurrency), allowed, 'Orders/Returns');
      });
    test('the consumer may take longer than a message is invisible, which Lambda refuses', () => {
      const system = testSystem();
      const [slow, other] = [90, 60].map(seconds => new MultiRegionFunction(system, `Handler${seconds}`, { codePath: CODE, timeout: Duration.seconds(seconds) }));
      const queue = new MultiRegionQueue(system, 'Returns');
      expectPropError(() => queue.addConsumer(slow), 'visibilityTimeout', '1 minute', 'at least the timeout of its consumer Orders-Handler90', 'Orders/Returns');
      expect(() => queue.addConsumer(other)).not.toThrow();
    });
    test('the consumer consumes already', () => {
      const system = testSystem();
      const fn = new MultiRegionFunction(system, 'Handler', { codePath: CODE });
      const queue = new MultiRegionQueue(system, 'Returns');
      queue.addConsumer(fn);
      expectPropError(() => queue.addConsumer(fn), 'consumer', 'Orders/Handler', 'does not consume from this queue yet', 'Orders/Returns');
    });
    test('the consumer is of another system', () => {
      const fn = new MultiRegionFunction(testSystem(), 'Handler', { codePath: CODE });
      expectPropError(() => new MultiRegionQueue(testSystem(), 'Returns').addConsumer(fn), 'consumer', 'Orders/Handler', 'a construct of the system', 'Orders/Returns');
    });
  });
});
