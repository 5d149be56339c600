import { Match } from 'aws-cdk-lib/assertions';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { Construct } from 'constructs';
import { AlarmSubscription, MultiRegionFunction } from '../../src';
import { watch } from '../../src/system/alarms';
import { CODE, expectPropError, regional, resources, testSystem } from '../support/synth';

describe('the alarms of a MultiRegionSystem', () => {
  test('call through one topic per region, encrypted with a key of its own, by TLS only', () => {
    const system = testSystem(3);
    new MultiRegionFunction(system, 'Handler', { codePath: CODE });
    for (const region of system.regions) {
      const template = regional(system, region);
      template.hasResourceProperties('AWS::SNS::Topic', { TopicName: 'Orders-alarms', KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AlarmsKey'), 'Arn'] } });
      template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
      for (const { Properties } of resources(template, 'AWS::CloudWatch::Alarm')) {
        expect(Properties.AlarmActions).toEqual([{ Ref: expect.stringMatching(/^AlarmsTopic/) }]);
        expect(Properties.AlarmDescription).toMatch(/.{40}/);
      }
      expect(system.alarmTopicIn(region).topicName).toBeDefined();
    }
    expectPropError(() => system.alarmTopicIn('eu-north-1'), 'region', '"eu-north-1"', 'ap-southeast-2, us-west-2, eu-west-1', 'Orders');
  });

  test('may publish by CloudWatch for this account, and by EventBridge without a condition, which it would never meet', () => {
    const system = testSystem(1);
    system.alarmTopicIn('ap-southeast-2');
    const template = regional(system, 'ap-southeast-2');
    const [key] = resources(template, 'AWS::KMS::Key');
    const [topic] = resources(template, 'AWS::SNS::TopicPolicy');
    for (const [statements, action] of [[key.Properties.KeyPolicy.Statement, 'kms:GenerateDataKey*'], [topic.Properties.PolicyDocument.Statement, 'sns:Publish']]) {
      const conditionOf = (service: string) => statements.find((statement: any) =>
        statement.Principal.Service === service && [statement.Action].flat().includes(action)).Condition;
      expect(conditionOf('cloudwatch.amazonaws.com')).toEqual({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
      expect(conditionOf('events.amazonaws.com')).toBeUndefined();
    }
  });

  test('subscribe whoever is to be called, in every region', () => {
    const system = testSystem(2, { alarmSubscriptions: [AlarmSubscription.email('ops@example.com'), AlarmSubscription.https('https://oncall.example.com/hook')] });
    system.regions.forEach(region => system.alarmTopicIn(region));
    for (const region of system.regions) {
      expect(resources(regional(system, region), 'AWS::SNS::Subscription').map(({ Properties }) => [Properties.Protocol, Properties.Endpoint]))
        .toEqual([['email', 'ops@example.com'], ['https', 'https://oncall.example.com/hook']]);
    }
  });

  test.each([
    ['sqs', 'arn:aws:sqs:eu-west-1:111122223333:incidents'],
    ['lambda', 'arn:aws:lambda:eu-west-1:111122223333:function:incidents:live'],
  ])('subscribe one endpoint of %s, in every region', (protocol, arn) => {
    const system = testSystem(2, { alarmSubscriptions: [AlarmSubscription.arn(arn)] });
    system.regions.forEach(region => system.alarmTopicIn(region));
    for (const region of system.regions) {
      expect(resources(regional(system, region), 'AWS::SNS::Subscription').map(({ Properties }) => [Properties.Protocol, Properties.Endpoint])).toEqual([[protocol, arn]]);
    }
  });

  test.each<[string, AlarmSubscription, string, string]>([
    ['e-mail address', AlarmSubscription.email('ops'), 'email', '"ops"'],
    ['ARN', AlarmSubscription.arn('incidents'), 'arn', '"incidents"'],
    ['ARN of a queue or a function', AlarmSubscription.arn('arn:aws:sns:eu-west-1:111122223333:incidents'), 'arn', '"arn:aws:sns:eu-west-1:111122223333:incidents"'],
    ['standard queue', AlarmSubscription.arn('arn:aws:sqs:eu-west-1:111122223333:incidents.fifo'), 'arn', '"arn:aws:sqs:eu-west-1:111122223333:incidents.fifo"'],
    ['HTTPS endpoint', AlarmSubscription.https('http://oncall.example.com'), 'https', '"http://oncall.example.com"'],
  ])('throw if one is no %s', (_, subscription, prop, value) => {
    const system = testSystem(1, { alarmSubscriptions: [subscription] });
    expectPropError(() => system.alarmTopicIn('ap-southeast-2'), prop, value, 'a', 'Orders/ap-southeast-2/Alarms');
  });

  test.each([0, 1, 90, 91, 250])('turn one composite alarm red, %i of them', count => {
    const system = testSystem(1);
    const [region] = system.regions;
    system.alarmTopicIn(region);
    const share = new Construct(system.stackIn(region), 'Share');
    Array.from({ length: count }, (_, i) => watch(share, `A${i}`, { description: 'Something is wrong.', metric: new Metric({ namespace: 'N', metricName: 'M' }), threshold: 1 }));
    watch(share, 'Peer', { description: 'Another region is wrong.', metric: new Metric({ namespace: 'N', metricName: 'M' }), threshold: 1, tellsOfPeer: true });

    const composites = resources(regional(system, region), 'AWS::CloudWatch::CompositeAlarm').map(({ Properties }) => Properties);
    const children = composites.flatMap(({ AlarmRule }) => JSON.stringify(AlarmRule).match(/"Ref":"\w+"/g) ?? []);
    const parts = composites.length - 1;
    expect(composites.filter(({ AlarmName }) => AlarmName === system.unhealthyAlarmNameIn(region))).toHaveLength(1);
    composites.forEach(({ AlarmRule }) => expect(JSON.stringify(AlarmRule).match(/ALARM\(|FALSE/g)!.length).toBeLessThanOrEqual(100));
    expect(parts).toBe(Math.max(0, Math.ceil(count / 90) - 1));
    expect(new Set(children).size).toBe(count + parts);
    expect(children.join()).not.toContain('Peer');
  });

  test('are clean under cdk-nag', () => {
    const system = testSystem(2, { alarmSubscriptions: [AlarmSubscription.email('ops@example.com')] });
    new MultiRegionFunction(system, 'Handler', { codePath: CODE });
    for (const pack of [new AwsSolutionsChecks(system.node.root), new ServerlessChecks(system.node.root)]) {
      expect(pack.validateScope(system.node.root).violations).toEqual([]);
    }
  });
});
