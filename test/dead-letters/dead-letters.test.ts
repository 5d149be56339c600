import { Match, Template } from 'aws-cdk-lib/assertions';
import { DeadLetters, GlobalEventBus, MultiRegionFunction, MultiRegionQueue, SystemUnit } from '../../src';
import { CODE, expectPropError, regional, stackOf, statementsOf, testSystem } from '../support/synth';

/** What the redriver of a stack may send to, its own queue and log left out. */
function redrivesTo(template: Template): [string, string[]][] {
  const named = (resource: any) => resource['Fn::Join'][1].filter((part: unknown) => typeof part === 'string').join('').replace(/^arn::\w+:([^:]*)::(.*)$/, '$2 in $1');
  return statementsOf(template, 'DeadLettersRedriverRole')
    .filter(({ Resource }) => !JSON.stringify(Resource).includes('"DeadLetters'))
    .map(({ Action, Resource }) => [[Action].flat().join(), [Resource].flat().map(named)]);
}

describe('DeadLetters', () => {
  test('is made once for a system, with a queue of the same name in every region', () => {
    const system = testSystem(3);
    const deadLetters = DeadLetters.of(system);
    expect(DeadLetters.of(system)).toBe(deadLetters);
    expect([deadLetters.queueName, deadLetters.redriveQueueName]).toEqual(['Orders-DeadLetters', 'Orders-DeadLetters-redrive']);
    for (const region of system.regions) {
      const template = regional(system, region);
      template.hasResourceProperties('AWS::SQS::Queue', { QueueName: 'Orders-DeadLetters', SqsManagedSseEnabled: true, MessageRetentionPeriod: 1209600 });
      template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 1 });
    }
    expectPropError(() => deadLetters.inRegion('eu-north-1'), 'region', '"eu-north-1"', 'ap-southeast-2, us-west-2', 'Orders/DeadLetters');
  });

  test('has a queue that SQS can redrive to, whose messages go to the redriver', () => {
    const system = testSystem();
    DeadLetters.of(system);
    const template = regional(system, 'us-west-2');
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'Orders-DeadLetters-redrive',
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DeadLettersUndelivered'), 'Arn'] }, maxReceiveCount: 1 },
      VisibilityTimeout: 180,
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DeadLettersRedrive'), 'Arn'] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 5 },
    });
  });

  test('may invoke each function, send to each queue that subscribes, and publish on each redrive bus, and nothing else', () => {
    const system = testSystem();
    const fn = new MultiRegionFunction(system, 'Handler', { codePath: CODE });
    const queue = new MultiRegionQueue(system, 'Queue');
    new MultiRegionQueue(system, 'OtherQueue');
    const bus = new GlobalEventBus(system, 'Bus');
    bus.subscribe('function', { eventPattern: { source: ['orders'] }, target: fn });
    bus.subscribe('queue', { eventPattern: { source: ['orders'] }, target: queue });
    for (const region of system.regions) {
      regional(system, region).resourceCountIs('AWS::IAM::Policy', 0);
      expect(redrivesTo(regional(system, region))).toEqual([
        ['lambda:InvokeFunction', [`function:Orders-Handler:live in ${region}`]],
        ['events:PutEvents', [`event-bus/Orders-Bus-redrive in ${region}`]],
        ['sqs:SendMessage,sqs:GetQueueUrl', [`Orders-Queue in ${region}`]],
      ]);
    }
  });

  test('of a unit may send again to functions and queues of other units that its buses give events to, and to no others', () => {
    const system = testSystem();
    const fn = new MultiRegionFunction(system, 'Handler', { codePath: CODE });
    const queue = new MultiRegionQueue(system, 'Queue');
    const billing = new SystemUnit(system, 'Billing');
    const bus = new GlobalEventBus(billing, 'Bus');
    bus.subscribe('function', { eventPattern: { source: ['orders'] }, target: fn });
    bus.subscribe('again', { eventPattern: { source: ['returns'] }, target: fn });
    bus.subscribe('queue', { eventPattern: { source: ['orders'] }, target: queue });
    const region = 'us-west-2';
    expect(redrivesTo(Template.fromStack(stackOf(billing, region)))).toEqual([
      ['events:PutEvents', [`event-bus/Orders-Billing-Bus-redrive in ${region}`]],
      ['lambda:InvokeFunction', [`function:Orders-Handler:live in ${region}`]],
      ['sqs:SendMessage,sqs:GetQueueUrl', [`Orders-Queue in ${region}`]],
    ]);
    expect(redrivesTo(regional(system, region))).toEqual([['lambda:InvokeFunction', [`function:Orders-Handler:live in ${region}`]]]);
    expect(DeadLetters.of(billing).queueName).toBe('Orders-Billing-DeadLetters');
  });

  test('has its alarm set by the system', () => {
    const system = testSystem(1, { alarmSettings: { deadLetters: { threshold: 5 } } });
    DeadLetters.of(system);
    regional(system, 'ap-southeast-2').hasResourceProperties('AWS::CloudWatch::Alarm', { Dimensions: [{ Name: 'QueueName', Value: 'Orders-DeadLetters' }], Threshold: 5 });
  });
});
