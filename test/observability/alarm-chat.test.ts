import { App, Environment, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ITopic, Topic, TopicProps } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { AlarmChat, ChatChannel, MultiRegionSystem } from '../../src';
import { build as buildPipeline, HOME } from '../multi-region-pipeline/support';
import { expectNoFindings } from '../support/findings';
import { expectOwnReferencesOnly } from '../support/references';
import { expectPropError, regional, regions, resources, testApp } from '../support/synth';

const SLACK = ChatChannel.slack('T012345', 'C6789');
const UUID = '01234567-89ab-cdef-0123-456789abcdef';
const TEAMS = ChatChannel.microsoftTeams(UUID, UUID, '19%3Aabc%40thread.tacv2');
const ACCOUNT = '111122223333';

function build(channel: ChatChannel, count = 2, account?: string): { app: App; stack: Stack; systems: MultiRegionSystem[] } {
  const app = testApp();
  const systems = ['Orders', 'Billing'].map(id => new MultiRegionSystem(app, id, { ...regions(count), account }));
  const stack = new Stack(app, 'Chat', { env: { region: 'us-east-2', account } });
  new AlarmChat(stack, 'Alarms', { channel, systems });
  return { app, stack, systems };
}

describe('AlarmChat', () => {
  test('refers to nothing of another stack', () => {
    [0, 1].forEach(i => expectOwnReferencesOnly(build(SLACK, 2, ACCOUNT).systems[i]));
  });

  test('names the topics of all regions and systems, in one configuration of a Slack channel', () => {
    const { stack, systems } = build(SLACK, 2, ACCOUNT);
    const template = Template.fromStack(stack);
    const [{ Properties }] = resources(template, 'AWS::Chatbot::SlackChannelConfiguration');
    expect(Properties).toMatchObject({ SlackWorkspaceId: 'T012345', SlackChannelId: 'C6789', ConfigurationName: expect.stringMatching(/^[A-Za-z0-9-]+$/), LoggingLevel: 'ERROR' });
    expect(Properties.SnsTopicArns).toEqual(['Orders', 'Billing'].flatMap(name => ['ap-southeast-2', 'us-west-2'].map(region => (
      { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:sns:${region}:${ACCOUNT}:${name}-alarms`]] }))));
    for (const system of systems) {
      system.regions.forEach(region => regional(system, region).hasResourceProperties('AWS::SNS::Topic', { TopicName: system.alarmTopicName }));
    }
  });

  test('writes to Microsoft Teams as well', () => {
    Template.fromStack(build(TEAMS).stack).hasResourceProperties('AWS::Chatbot::MicrosoftTeamsChannelConfiguration', {
      TeamsTenantId: UUID, TeamId: UUID, TeamsChannelId: '19%3Aabc%40thread.tacv2', SnsTopicArns: Match.anyValue(),
    });
  });

  test('lets members of the channel look at metrics and alarms, and do nothing else, whatever roles they have', () => {
    const template = Template.fromStack(build(SLACK).stack);
    const policy = Object.keys(template.findResources('AWS::IAM::ManagedPolicy'));
    expect(policy).toHaveLength(1);
    template.hasResourceProperties('AWS::Chatbot::SlackChannelConfiguration', { GuardrailPolicies: [{ Ref: policy[0] }] });
    template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: [{ Ref: policy[0] }], Policies: Match.absent() });
    const [{ Properties }] = resources(template, 'AWS::IAM::ManagedPolicy');
    for (const action of Properties.PolicyDocument.Statement.flatMap(({ Action }: any) => Action)) {
      expect(action).toMatch(/^cloudwatch:(Describe|Get|List)/);
    }
  });

  test('is deployed after the regional stacks, which do not wait for it, and does not wait for the mesh', () => {
    const { stack, systems } = build(SLACK);
    systems.forEach(system => system.regions.forEach(region => system.meshStackIn(region)));
    expect(stack.dependencies.map(({ stackName }) => stackName)).toEqual(['Orders', 'Billing'].flatMap(name => ['ap-southeast-2', 'us-west-2'].map(region => `${name}-${region}`)));
    systems.forEach(system => system._allStacks.forEach(each => expect(each.dependencies).not.toContain(stack)));
  });

  test('makes no stack but those of the topics', () => {
    const { systems } = build(SLACK, 2);
    systems.forEach(system => expect(system._allStacks).toEqual(system.regions.map(region => system.stackIn(region))));
  });

  test.each([1, 2, 3, 10].flatMap(count => [undefined, ACCOUNT].flatMap(account => [['Slack', count, account, SLACK], ['Teams', count, account, TEAMS]] as const)))(
    'of %s for %i regions, account %s, is clean under cdk-nag', (_, count, account, channel) => {
      const { app } = build(channel, count, account);
      for (const pack of [new AwsSolutionsChecks(app), new ServerlessChecks(app)]) {
        expect(pack.validateScope(app).violations).toEqual([]);
      }
    });

  test.each<[string, ChatChannel, string, string]>([
    ['workspace', ChatChannel.slack('https://slack', 'C1'), 'workspaceId', 'a Slack workspace'],
    ['channel of Slack', ChatChannel.slack('T1', '#alarms'), 'channelId', 'a Slack channel'],
    ['tenant', ChatChannel.microsoftTeams('tenant', UUID, 'c'), 'tenantId', 'a UUID'],
    ['team', ChatChannel.microsoftTeams(UUID, 'team', 'c'), 'teamId', 'a UUID'],
    ['channel of Teams', ChatChannel.microsoftTeams(UUID, UUID, 'my channel'), 'channelId', 'as its link has it'],
  ])('throws if there is no such %s', (_, channel, prop, allowed) => {
    expectPropError(() => build(channel), prop, '"', allowed, 'Chat/Alarms');
  });

  test('throws if there is neither a system nor a topic', () => {
    expectPropError(() => new AlarmChat(new Stack(), 'Alarms', { channel: SLACK, systems: [] }), 'systems', '[]', 'at least one, or one of topics', 'Default/Alarms');
    expectPropError(() => new AlarmChat(new Stack(), 'Alarms', { channel: SLACK }), 'systems', '[]', 'at least one, or one of topics', 'Default/Alarms');
  });

  test('throws if it is in a stack of the system, whose topics would have to exist before', () => {
    const system = new MultiRegionSystem(testApp(), 'Orders', regions(1));
    expectPropError(() => new AlarmChat(system.globalStack, 'Alarms', { channel: SLACK, systems: [system] }),
      'scope', '"Orders/global"', 'a stack outside of the system Orders', 'Orders/global/Alarms');
  });

  test('throws if a system is of another stage', () => {
    const app = testApp();
    const system = new MultiRegionSystem(new Stage(app, 'Prod'), 'Orders', regions(1));
    expectPropError(() => new AlarmChat(new Stack(app, 'Chat'), 'Alarms', { channel: SLACK, systems: [system] }),
      'systems', '"Prod/Orders"', 'systems of the stage', 'Chat/Alarms');
  });

  test('throws if a system is of another account', () => {
    const app = testApp();
    const system = new MultiRegionSystem(app, 'Orders', { ...regions(1), account: ACCOUNT });
    expectPropError(() => new AlarmChat(new Stack(app, 'Chat', { env: { account: '999988887777' } }), 'Alarms', { channel: SLACK, systems: [system] }),
      'systems', '"Orders"', 'systems of the account of Chat, 999988887777; this one is of 111122223333', 'Chat/Alarms');
  });
});

describe('AlarmChat with further topics', () => {
  const namesOf = (stack: Stack): any[] => resources(Template.fromStack(stack), 'AWS::Chatbot::SlackChannelConfiguration')[0].Properties.SnsTopicArns;
  const arn = (region: string, name: string, account: unknown = ACCOUNT) => (typeof account === 'string'
    ? { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:sns:${region}:${account}:${name}`]] }
    : { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:sns:${region}:`, account, `:${name}`]] });
  const chatIn = (app: App, topics: ITopic[], env: Environment = { region: 'us-east-2', account: ACCOUNT }) => {
    const stack = new Stack(app, 'Chat', { env });
    new AlarmChat(stack, 'Alarms', { channel: SLACK, topics });
    return stack;
  };

  test.each([ACCOUNT, undefined])('names those of a pipeline and of its standby by literals, and is deployed after both, account %s', account => {
    const app = testApp();
    const { pipeline, stack: home } = buildPipeline({ app, account }, { standbyRegion: 'us-west-2' });
    const stack = chatIn(app, [pipeline.notificationTopic, pipeline.standbyNotificationTopic!], { region: HOME, account });
    expect(namesOf(stack)).toEqual([HOME, 'us-west-2'].map(region => arn(region, 'Deployment-Pipeline-notifications', account ?? { Ref: 'AWS::AccountId' })));
    expect(stack.dependencies).toEqual([home, pipeline.standbyStack]);
    expect(Template.fromStack(home).toJSON().Outputs).toBeUndefined();
    expectNoFindings(app);
  });

  test('names them beside those of systems', () => {
    const app = testApp();
    const system = new MultiRegionSystem(app, 'Orders', { ...regions(1), account: ACCOUNT });
    const stack = new Stack(app, 'Chat', { env: { region: 'us-east-2', account: ACCOUNT } });
    const own = new Topic(stack, 'Own');
    new AlarmChat(stack, 'Alarms', { channel: SLACK, systems: [system], topics: [own, Topic.fromTopicArn(stack, 'Releases', `arn:aws:sns:eu-west-1:${ACCOUNT}:releases`)] });
    expect(namesOf(stack)).toEqual([arn('ap-southeast-2', 'Orders-alarms'), { Ref: expect.stringMatching(/^Own/) }, `arn:aws:sns:eu-west-1:${ACCOUNT}:releases`]);
  });

  test('throws if a topic is of another account', () => {
    const app = testApp();
    const imported = Topic.fromTopicArn(new Stack(app, 'Other'), 'Topic', 'arn:aws:sns:eu-west-1:999988887777:releases');
    expectPropError(() => chatIn(app, [imported]), 'topics[0]', '"Other/Topic"', `of the account of Chat, ${ACCOUNT}; this one is of 999988887777`, 'Chat/Alarms');
  });

  test.each<[string, TopicProps, Environment]>([
    ['name that CloudFormation makes', {}, { region: HOME, account: ACCOUNT }],
    ['region that is not literal', { topicName: 'releases' }, { account: ACCOUNT }],
  ])('throws if a topic of another stack has a %s', (_, props, env) => {
    const app = testApp();
    const topic = new Topic(new Stack(app, 'Other', { env }), 'Topic', props);
    expectPropError(() => chatIn(app, [topic]), 'topics[0]', '"Other/Topic"', 'a literal topicName, in a stack with a literal region, or Topic.fromTopicArn in Chat', 'Chat/Alarms');
  });

  test('throws if a topic is of another stage', () => {
    const app = testApp();
    const topic = new Topic(new Stack(new Stage(app, 'Prod'), 'Other', { env: { region: HOME } }), 'Topic', { topicName: 'releases' });
    expectPropError(() => chatIn(app, [topic]), 'topics[0]', '"Prod/Other/Topic"', 'of the stage that this construct is in', 'Chat/Alarms');
  });
});
