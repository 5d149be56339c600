import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { Construct } from 'constructs';
import { AlarmSubscription, MultiRegionFunction, MultiRegionSystem, SystemUnit } from '../../src';
import { AlarmOverrides, AlarmSet } from '../../src/system/alarm-set';
import { expectOwnReferencesOnly } from '../support/references';
import { CODE, expectPropError, mesh, regional, resources, testSystem } from '../support/synth';
import { wholeSystem } from '../support/whole-system';

const metric = new Metric({ namespace: 'N', metricName: 'M' });

/** Makes alarms that count against the region of a stack, or are about a peer of it. */
function addAlarms(host: MultiRegionSystem | SystemUnit, stack: Stack, count: number, { id = 'Share', isAboutPeer = false } = {}): void {
  const alarms = new AlarmSet(host._stacks.alarmsIn(stack.region), new AlarmOverrides<string>(host));
  const scope = new Construct(stack, id);
  for (let i = 0; i < count; i++) alarms.add(scope, isAboutPeer ? 'peer' : 'own', { description: 'Something is wrong.', metric, threshold: 1, isAboutPeer }, `${i}`);
}

interface Rule {
  readonly name?: string;
  /** What the rule names: logical ids of its own stack, and names of others. */
  readonly children: string[];
  /** How many characters the rule has on AWS. */
  readonly length: number;
}

/** The composite alarms of a stack, with the names that CloudFormation makes: of the stack, the logical id, and 12 random characters, up to what CloudWatch takes. */
function compositesOf(stack: Stack): Rule[] {
  return resources(Template.fromStack(stack), 'AWS::CloudWatch::CompositeAlarm').map(({ Properties: { AlarmName, AlarmRule } }) => {
    const parts: any[] = typeof AlarmRule === 'string' ? [AlarmRule] : AlarmRule['Fn::Join'][1];
    const text = parts.map(part => (typeof part === 'string' ? part : `<${part.Ref}>`)).join('');
    const children = [...text.matchAll(/ALARM\("([^"]+)"\)/g)].map(match => match[1]);
    expect(text).toBe(children.length === 0 ? 'FALSE' : children.map(child => `ALARM("${child}")`).join(' OR '));
    const length = text.replace(/<(\w+)>/g, (_, logicalId) => 'x'.repeat(Math.min(255, `${stack.stackName}-${logicalId}-`.length + 12))).length;
    return { name: AlarmName, children, length };
  });
}

describe('the alarms of a MultiRegionSystem', () => {
  test('count a region as unhealthy that loses events of whatever rule', () => {
    const { system, bus } = wholeSystem(2);
    for (const region of system.regions) {
      const template = regional(system, region);
      const [id, alarm] = Object.entries(template.findResources('AWS::CloudWatch::Alarm')).find(([logicalId]) => logicalId.startsWith('BusLostEvents'))!;
      expect(alarm.Properties).toMatchObject({
        Metrics: [{ Expression: `SELECT SUM(InvocationsFailedToBeSentToDlq) FROM SCHEMA("AWS/Events", EventBusName, RuleName) WHERE EventBusName = '${bus.eventBusName}'`, Period: 60 }],
        Threshold: 1,
        EvaluationPeriods: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
        AlarmActions: [{ Ref: expect.stringMatching(/^AlarmsTopic/) }],
      });
      expect(compositesOf(system.stackIn(region)).flatMap(({ children }) => children)).toContain(`<${id}>`);
    }
  });

  test('notify one topic per region, encrypted with a key of its own, by TLS only', () => {
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

  test('subscribe all that is to be notified, in every region', () => {
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

  test.each([0, 1, 75, 76, 165, 166, 250])('bring one composite alarm into ALARM, %i of them, in composites of at most 100 each', count => {
    const system = testSystem(1);
    const stack = system.stackIn('ap-southeast-2');
    system.alarmTopicIn(stack.region);
    addAlarms(system, stack, count);
    addAlarms(system, stack, 1, { id: 'OfPeer', isAboutPeer: true });
    const composites = compositesOf(stack);
    const further = composites.length - 1;
    expect(further).toBe(Math.max(0, Math.ceil((count - 75) / 90)));
    expect(composites.filter(({ name }) => name !== undefined).map(({ name }) => name)).toEqual([system.unhealthyAlarmNameIn(stack.region)]);
    composites.forEach(({ children }) => expect(children.length).toBeLessThanOrEqual(100));
    const children = composites.flatMap(composite => composite.children);
    expect(new Set(children).size).toBe(count + further);
    expect(children).toHaveLength(count + further);
    expect(children.join()).not.toContain('Peer');
  });

  test('make rules that CloudWatch takes, of at most 10,240 characters, however long their names are', () => {
    const system = testSystem(1, { systemName: `Orders${'x'.repeat(34)}` });
    const stack = system.stackIn('ap-southeast-2');
    addAlarms(system, stack, 400, { id: 'Share'.repeat(45) });
    for (let i = 0; i < 20; i++) {
      const unit = new SystemUnit(system, `Unit${i}${'x'.repeat(12)}`);
      addAlarms(unit, unit._stacks.stackIn(stack.region), 1);
    }
    const composites = compositesOf(stack);
    composites.forEach(({ children, length }) => {
      expect(length).toBeLessThanOrEqual(10_240);
      expect(children.length).toBeLessThanOrEqual(100);
    });
    // names of 255 characters: 38 to a rule, and 24 to the first
    expect(composites.filter(({ name }) => name === undefined).map(({ children }) => children.length)).toEqual([...Array(9).fill(38), 34]);
    expect(composites.find(({ name }) => name !== undefined)!.children).toHaveLength(24 + 10 + 20);
  });

  test('of a mesh stack notify the topic of the region by its name, and are about peers', () => {
    const system = testSystem();
    const stack = system.meshStackIn('us-west-2');
    addAlarms(system, stack, 1, { isAboutPeer: true });
    const [{ Properties }] = resources(mesh(system, 'us-west-2'), 'AWS::CloudWatch::Alarm');
    expect(Properties.AlarmActions).toEqual([{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sns:us-west-2:', { Ref: 'AWS::AccountId' }, ':Orders-alarms']] }]);
    expect(compositesOf(system.stackIn('us-west-2'))).toEqual([{ name: 'Orders-us-west-2-unhealthy', children: [], length: 5 }]);
    expectOwnReferencesOnly(system);
  });

  test('of a unit notify the system\'s topic, and count in a composite alarm of the unit, which counts in that of the system', () => {
    const system = testSystem();
    const unit = new SystemUnit(system, 'Billing');
    new SystemUnit(system, 'Empty');
    new MultiRegionFunction(unit, 'Handler', { codePath: CODE });
    for (const region of system.regions) {
      const stack = unit._stacks.stackIn(region);
      const template = Template.fromStack(stack);
      for (const type of ['AWS::SNS::Topic', 'AWS::KMS::Key']) template.resourceCountIs(type, 0);
      for (const { Properties } of resources(template, 'AWS::CloudWatch::Alarm')) {
        expect(Properties.AlarmActions).toEqual([{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:sns:${region}:`, { Ref: 'AWS::AccountId' }, ':Orders-alarms']] }]);
      }
      const [own] = compositesOf(stack);
      expect(own.name).toBe(`Orders-Billing-${region}-unhealthy`);
      expect(own.children.map(child => child.replace(/[0-9A-F]{8}>$/, '>')).sort()).toEqual(['<DeadLettersUndeliveredDeadLetters>', '<HandlerErrors>', '<HandlerLatency>']);
      expect(compositesOf(system.stackIn(region))).toEqual([expect.objectContaining({ name: `Orders-${region}-unhealthy`, children: [own.name] })]);
      regional(system, region).resourceCountIs('AWS::SNS::Topic', 1);
    }
    expectOwnReferencesOnly(system);
  });

  test('are clean under cdk-nag', () => {
    const system = testSystem(2, { alarmSubscriptions: [AlarmSubscription.email('ops@example.com')] });
    new MultiRegionFunction(system, 'Handler', { codePath: CODE });
    new MultiRegionFunction(new SystemUnit(system, 'Billing'), 'Handler', { codePath: CODE });
    for (const pack of [new AwsSolutionsChecks(system.node.root), new ServerlessChecks(system.node.root)]) {
      expect(pack.validateScope(system.node.root).violations).toEqual([]);
    }
  });
});
