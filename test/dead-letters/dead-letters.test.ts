import { Match } from 'aws-cdk-lib/assertions';
import { DeadLetters, GlobalEventBus, MultiRegionFunction, MultiRegionQueue } from '../../src';
import { CODE, expectPropError, regional, resources, testSystem } from '../support/synth';

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
      const allowed = resources(regional(system, region), 'AWS::IAM::Policy')
        .filter(({ Properties }) => /^DeadLettersRedriverRoleDefaultPolicy/.test(Properties.PolicyName))
        .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
        .map(({ Action, Resource }: any) => [[Action].flat().join(), JSON.stringify(Resource)])
        .filter(([, resource]) => !resource.includes('DeadLetters'));
      expect(allowed).toEqual([
        ['lambda:InvokeFunction', expect.stringMatching(/^\{"Ref":"HandlerLive/)],
        ['events:PutEvents', expect.stringMatching(/^\{"Fn::GetAtt":\["BusRedriveBus/)],
        ['sqs:SendMessage', expect.stringMatching(/^\{"Fn::GetAtt":\["Queue/)],
        ['sqs:GetQueueUrl', expect.stringMatching(/^\{"Fn::GetAtt":\["Queue/)],
      ]);
    }
  });
});
