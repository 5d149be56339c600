/** What people are notified of by MultiRegionPipeline, and how it reads. */
import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { build, GITHUB, HOME, Options, skeleton } from './support';
import { AlarmSubscription, ComplianceMode } from '../../src';
import { MultiRegionPipeline, MultiRegionPipelineProps, PipelineSource } from '../../src/multi-region-pipeline';
import { shownInChat } from '../support/chat';
import { matchesPattern } from '../support/event-pattern';
import { expectNoFindings } from '../support/findings';
import { inputTemplateOf, transform } from '../support/input-transformer';
import { expectPropError, resources, testApp } from '../support/synth';

const OPS = AlarmSubscription.email('ops@example.com');
const APPROVAL = { stage: { approval: true } };
const NAME = 'Deployment-Pipeline';
const EXECUTION = '12345678-1234-5678-abcd-12345678abcd';
/** What somebody wrote, and might write to spoil a message. */
const AWKWARD = 'He said "no" \\ and left\n<b>{"version":"2"}';

const rulesIn = (stack: Stack): any[] => resources(Template.fromStack(stack), 'AWS::Events::Rule').map(({ Properties }) => Properties);

/** Events as the documentation shows them, of this pipeline. */
const envelope = (detailType: string, detail: object) => ({
  'version': '0',
  'id': '01234567-EXAMPLE',
  'detail-type': detailType,
  'source': 'aws.codepipeline',
  'account': '123456789012',
  'time': '2020-01-31T18:55:43Z',
  'region': HOME,
  'resources': [`arn:aws:codepipeline:${HOME}:123456789012:${NAME}`],
  'detail': { 'pipeline': NAME, 'execution-id': EXECUTION, 'version': 4, ...detail },
});
const execution = (detail: object) => envelope('CodePipeline Pipeline Execution State Change', detail);
const ENDED = ['FAILED', 'STOPPING', 'STOPPED', 'CANCELED'].map(state => [state, execution({ state, 'stop-execution-comments': AWKWARD })] as const);
const ROLLBACKS = ['AutomatedRollback', 'ManualRollback'].map(type => [
  type, execution({ 'state': 'STARTED', 'execution-trigger': { 'trigger-type': type, 'trigger-detail': AWKWARD } }),
] as const);
const APPROVAL_NEEDED = envelope('CodePipeline Action Execution State Change', {
  'stage': 'Orders-approval', 'action': 'Approve', 'state': 'STARTED', 'type': { owner: 'AWS', category: 'Approval', provider: 'Manual', version: '1' }, 'input-artifacts': [],
});

const RULES = rulesIn(build().stack);

/** What the topic gets of an event. */
function messagesOf(event: Record<string, unknown>): any[] {
  const rules = RULES.filter(({ EventPattern }) => matchesPattern(EventPattern, event));
  return rules.map(({ Targets: [target] }) => shownInChat(transform(target, event)));
}

describe('MultiRegionPipeline notifies', () => {
  test.each(ENDED)('of an execution that is %s, in a message that a chat channel shows', (state, event) => {
    const [{ content, metadata }, ...more] = messagesOf(event);
    expect(more).toEqual([]);
    expect(content.title).toBe(`Pipeline ${NAME}: ${state}`);
    expect(content.description).toBe(`Execution ${EXECUTION} of the pipeline ${NAME} in ${HOME} is ${state}. What it had deployed before stays.`);
    expect(content.nextSteps).toEqual([expect.stringContaining(
      `\`aws codepipeline list-action-executions --region ${HOME} --pipeline-name ${NAME} --filter pipelineExecutionId=${EXECUTION}\``)]);
    expect(metadata.relatedResources).toEqual([event.resources[0]]);
  });

  test.each(ROLLBACKS)('of a rollback, %s', (_, event) => {
    const [{ content }, ...more] = messagesOf(event);
    expect(more).toEqual([]);
    expect(content.description).toContain(`Execution ${EXECUTION} of the pipeline ${NAME} in ${HOME} rolls a stage back`);
  });

  test('of an approval that is pending, with the page where to give it', () => {
    const [{ content }, ...more] = messagesOf(APPROVAL_NEEDED);
    expect(more).toEqual([]);
    expect(content.description).toContain('waits in the stage Orders-approval');
    expect(content.nextSteps.join()).toContain(`https://${HOME}.console.aws.amazon.com/codepipeline/home?region=${HOME}#/view/${NAME}`);
  });

  test('of all that one execution does in one thread, which no other pipeline has', () => {
    const events = [...ENDED.map(([, event]) => event), ...ROLLBACKS.map(([, event]) => event), APPROVAL_NEEDED];
    const threads = events.flatMap(messagesOf).map(({ metadata }) => metadata.threadId);
    expect(threads).toHaveLength(7);
    expect(new Set(threads)).toEqual(new Set([`${NAME}/${EXECUTION}`]));
  });

  test('of nothing else', () => {
    expect([
      execution({ state: 'SUCCEEDED' }),
      execution({ 'state': 'STARTED', 'execution-trigger': { 'trigger-type': 'StartPipelineExecution', 'trigger-detail': 'arn:aws:sts::123456789012:assumed-role/Admin/my-user' } }),
      { ...execution({ state: 'FAILED', pipeline: 'myPipeline' }) },
      { ...APPROVAL_NEEDED, detail: { ...APPROVAL_NEEDED.detail, state: 'SUCCEEDED' } },
    ].flatMap(messagesOf)).toEqual([]);
  });

  test('with nothing that somebody wrote: fields that hold names and identifiers only, each within a text', () => {
    for (const { Targets: [target] } of RULES) {
      // the state is one of four, an execution's id a UUID, and a stage's name letters, digits and . @ - _
      expect(['$.detail.execution-id', '$.detail.state', '$.detail.stage']).toEqual(expect.arrayContaining(Object.values(target.InputTransformer.InputPathsMap)));
      // it is JSON without the values as well, and so whatever is left out
      shownInChat(inputTemplateOf(target));
    }
  });

  test('in every partition, without a page where none is known', () => {
    const stack = new Stack(testApp(), 'Deployment', { env: { region: 'us-iso-east-1' } });
    new MultiRegionPipeline(stack, 'Pipeline', {
      source: PipelineSource.gitHub('a/b', { connectionArn: 'arn:aws-iso:codeconnections:us-iso-east-1:111122223333:connection/1b2c3d4e' }), stages: [{ system: skeleton() }],
    });
    rulesIn(stack).forEach(({ Targets: [target] }) => expect(inputTemplateOf(target)).not.toContain('https://'));
  });
});

describe('MultiRegionPipeline has a topic', () => {
  const subscriptionsIn = (stack: Stack) => resources(Template.fromStack(stack), 'AWS::SNS::Subscription').map(({ Properties }) => [Properties.Protocol, Properties.Endpoint]);

  test('in its own stack, encrypted with a key of its own, and in that of the standby, with the same subscriptions', () => {
    const { stack, pipeline } = build(APPROVAL, { standbyRegion: 'us-west-2', notificationSubscriptions: [OPS] });
    for (const each of [stack, pipeline.standbyStack!]) {
      const template = Template.fromStack(each);
      template.hasResourceProperties('AWS::SNS::Topic', { TopicName: `${NAME}-notifications`, KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('NotificationsKey'), 'Arn'] } });
      expect(subscriptionsIn(each)).toEqual([['email', 'ops@example.com']]);
      rulesIn(each).forEach(({ Targets: [{ Arn }] }) => expect(Arn).toEqual({ Ref: expect.stringContaining('NotificationsTopic') }));
    }
    expect(stack.resolve(pipeline.notificationTopic.topicArn)).toEqual({ Ref: expect.stringContaining('NotificationsTopic') });
    expect(Stack.of(pipeline.standbyNotificationTopic!)).toBe(pipeline.standbyStack);
    expect(build().pipeline.standbyNotificationTopic).toBeUndefined();
  });

  test('that its rules wait for, and so does not lose the first approval', () => {
    const { stack } = build();
    Template.fromStack(stack).allResources('AWS::Events::Rule', {
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('NotificationDlqPolicy'), Match.stringLikeRegexp('NotificationsTopicPolicy'), Match.stringLikeRegexp('NotificationsTopic[0-9A-F]{8}$')]),
    });
  });

  test('that an alarm notifies when it did not take something', () => {
    const { stack, pipeline } = build({}, { standbyRegion: 'us-west-2' });
    for (const each of [stack, pipeline.standbyStack!]) {
      const [{ Properties }, ...more] = resources(Template.fromStack(each), 'AWS::CloudWatch::Alarm');
      expect(more).toEqual([]);
      expect(Properties).toMatchObject({
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [expect.stringContaining('NotificationDlq'), 'QueueName'] } }],
        Statistic: 'Maximum',
        Period: 60,
        Threshold: 1,
        TreatMissingData: 'notBreaching',
        AlarmActions: [{ Ref: expect.stringContaining('NotificationsTopic') }],
      });
    }
  });

  test('that one can replace, and that lets rules and the alarm publish', () => {
    const stack = new Stack(testApp(), 'Deployment', { env: { region: HOME } });
    const topic = new Topic(stack, 'Topic');
    const pipeline = new MultiRegionPipeline(stack, 'Pipeline', { source: GITHUB, stages: [{ system: skeleton(), approval: true }], notificationTopic: topic });
    expect(pipeline.notificationTopic).toBe(topic);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::SNS::Topic', 1);
    template.resourceCountIs('AWS::KMS::Key', 1);
    const [{ Properties }] = resources(template, 'AWS::SNS::TopicPolicy');
    expect(Properties.PolicyDocument.Statement.map(({ Action, Principal, Condition }: any) => [Action, Principal.Service, Condition])).toEqual([
      ['sns:Publish', 'cloudwatch.amazonaws.com', { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } }],
      ['sns:Publish', 'events.amazonaws.com', undefined],
    ]);
    template.allResources('AWS::Events::Rule', { DependsOn: Match.arrayWith([Match.stringLikeRegexp('^TopicPolicy')]) });
  });

  test.each([ComplianceMode.STANDARD, ComplianceMode.STRICT])('without a finding in mode %s, with subscriptions and without', compliance => {
    for (const notificationSubscriptions of [undefined, [OPS]]) {
      expectNoFindings(build({}, { compliance, standbyRegion: 'us-west-2', notificationSubscriptions }).app);
    }
  });
});

describe('MultiRegionPipeline warns of an approval', () => {
  const WARNING = Match.stringLikeRegexp('stages\\[0\\] waits for an approval, and nobody subscribes to');
  const warnings = (options: Options, props: Partial<MultiRegionPipelineProps>) => Annotations.fromStack(build(options, props).stack);

  test('that nobody is notified of, by the pipeline or the standby', () => {
    warnings(APPROVAL, {}).hasWarning('*', WARNING);
    warnings({ ...APPROVAL, withTopic: true }, { standbyRegion: 'us-west-2' }).hasWarning('*', Match.stringLikeRegexp('nobody subscribes to the standby\'s topic'));
  });

  test.each<[string, Options, Partial<MultiRegionPipelineProps>]>([
    ['there are subscriptions', APPROVAL, { notificationSubscriptions: [OPS] }],
    ['there are subscriptions, which the standby has as well', APPROVAL, { notificationSubscriptions: [OPS], standbyRegion: 'us-west-2' }],
    ['the topic is the user\'s', { ...APPROVAL, withTopic: true }, {}],
    ['there is no approval', {}, {}],
  ])('but not if %s', (_, options, props) => warnings(options, props).hasNoWarning('*', WARNING));
});

describe('MultiRegionPipeline throws for', () => {
  test('a subscription that is none, by its own prop\'s name', () => {
    expectPropError(() => build({}, { notificationSubscriptions: [AlarmSubscription.email('ops')] }), 'notificationSubscriptions: email', '"ops"', 'an e-mail address', 'Deployment/Pipeline/Regional/Notifications');
  });

  test('subscriptions beside a topic of one\'s own, unless the standby has them', () => {
    const both = { notificationSubscriptions: [OPS] };
    expectPropError(() => build({ withTopic: true }, both), 'notificationSubscriptions', '1 beside a notificationTopic', 'subscribe to the one that you give', 'Deployment/Pipeline');
    const { pipeline } = build({ withTopic: true, ...APPROVAL }, { ...both, standbyRegion: 'us-west-2' });
    Template.fromStack(pipeline.standbyStack!).resourceCountIs('AWS::SNS::Subscription', 1);
  });
});
