import { Duration } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { GlobalEventBus, MultiRegionFunction } from '../../src';
import { CODE, expectPropError, regional, resources, testSystem } from '../support/synth';

const busArn = (region: string, name = 'Orders-Bus') => ({
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:events:${region}:`, { Ref: 'AWS::AccountId' }, `:event-bus/${name}`]],
});

describe('GlobalEventBus', () => {
  test.each([2, 3, 10])('forwards to all peers of %i regions, in rules of at most 5 targets, what was published in the region and is no replay', count => {
    const system = testSystem(count);
    new GlobalEventBus(system, 'Bus');
    for (const region of system.regions) {
      const rules = resources(regional(system, region), 'AWS::Events::Rule');
      expect(rules).toHaveLength(Math.ceil((count - 1) / 5));
      for (const { Properties } of rules) {
        expect(Properties.EventPattern).toEqual({
          'region': [region],
          'replay-name': [{ exists: false }],
          'source': [{ 'anything-but': { prefix: 'aws.' } }],
        });
        expect(Properties.Targets.length).toBeLessThanOrEqual(5);
      }
      const targets = rules.flatMap(rule => rule.Properties.Targets);
      expect(targets.map(target => target.Arn)).toEqual(system.peersOf(region).map(peer => busArn(peer)));
      for (const target of targets) {
        expect(target).toMatchObject({
          RoleArn: expect.anything(),
          DeadLetterConfig: { Arn: expect.anything() },
          RetryPolicy: { MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 },
        });
      }
    }
  });

  test('lets the replication role publish to exactly the peers\' buses', () => {
    const system = testSystem(3);
    new GlobalEventBus(system, 'Bus');
    regional(system, 'us-west-2').hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [{ Action: 'events:PutEvents', Effect: 'Allow', Resource: [busArn('ap-southeast-2'), busArn('eu-west-1')] }] },
    });
  });

  test('has no replication in a system of one region', () => {
    const system = testSystem(1);
    new GlobalEventBus(system, 'Bus');
    const template = regional(system, 'ap-southeast-2');
    template.resourceCountIs('AWS::Events::Rule', 0);
    template.resourceCountIs('AWS::SQS::Queue', 0);
    template.resourceCountIs('AWS::Events::Archive', 1);
  });

  test('archives every event in every region for 30 days', () => {
    const system = testSystem();
    new GlobalEventBus(system, 'Bus');
    for (const region of system.regions) {
      regional(system, region).hasResourceProperties('AWS::Events::Archive', {
        SourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Bus'), 'Arn'] },
        RetentionDays: 30,
        EventPattern: Match.absent(),
      });
    }
  });

  test('is open to its own account only', () => {
    const system = testSystem();
    new GlobalEventBus(system, 'Bus');
    regional(system, 'us-west-2').hasResourceProperties('AWS::Events::EventBusPolicy', {
      Statement: {
        Effect: 'Allow',
        Action: 'events:PutEvents',
        Principal: { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] } },
      },
    });
  });

  test('keeps what a peer did not take in an encrypted queue, with an alarm', () => {
    const system = testSystem();
    new GlobalEventBus(system, 'Bus');
    const template = regional(system, 'us-west-2');
    template.hasResourceProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true, MessageRetentionPeriod: 1209600 });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 1 });
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({
          Action: 'sqs:SendMessage',
          Principal: { Service: 'events.amazonaws.com' },
          Condition: { ArnEquals: { 'aws:SourceArn': [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^BusReplication0'), 'Arn'] }] } },
        })]),
      },
    });
  });

  test('lets each region\'s grantee publish to its own region\'s bus', () => {
    const system = testSystem();
    const bus = new GlobalEventBus(system, 'Bus', { eventBusName: 'shop.orders', archiveRetention: Duration.days(1) });
    expect(bus.eventBusName).toBe('shop.orders');
    bus.grantPutEvents(new MultiRegionFunction(system, 'Handler', { codePath: CODE }));
    for (const region of system.regions) {
      const statements = resources(regional(system, region), 'AWS::IAM::Policy')
        .filter(policy => policy.Properties.PolicyName.startsWith('HandlerRole'))
        .flatMap(policy => policy.Properties.PolicyDocument.Statement).filter(statement => statement.Action === 'events:PutEvents');
      expect(statements.map(statement => statement.Resource)).toEqual([{ 'Fn::GetAtt': [expect.stringMatching(/^Bus/), 'Arn'] }]);
    }
  });

  describe('throws if', () => {
    const make = (props: any, id = 'Bus') => () => new GlobalEventBus(testSystem(), id, props);
    test.each<[string, any, string, string, string]>([
      ['the name is not one', { eventBusName: 'my bus' }, 'eventBusName', '"my bus"', 'at most 256 characters'],
      ['the name is empty', { eventBusName: '' }, 'eventBusName', '""', 'at most 256 characters'],
      ['the name is the default bus\'s', { eventBusName: 'default' }, 'eventBusName', '"default"', 'other than "default"'],
      ['the retention is less than a day', { archiveRetention: Duration.hours(5) }, 'archiveRetention', '5 hours', 'whole days'],
      ['the retention is not whole days', { archiveRetention: Duration.hours(36) }, 'archiveRetention', '1 day 12 hours', 'whole days'],
    ])('%s', (_, props, prop, value, allowed) => {
      expectPropError(make(props), prop, value, allowed, 'Orders/Bus');
    });
    test('the id gives a name that EventBridge does not accept', () => {
      expectPropError(make({}, 'My Bus'), 'id', '"My Bus"', 'the name of an event bus', 'Orders/My Bus');
    });
  });
});
