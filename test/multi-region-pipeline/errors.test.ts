import { App, Duration, Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { build, connectionIn, GITHUB, HOME, Options, skeleton } from './support';
import { SystemUnit } from '../../src';
import { MultiRegionPipeline, MultiRegionPipelineProps, PipelineSource, PipelineStageProps } from '../../src/multi-region-pipeline';
import { errorOf, expectPropError, REGIONS, testApp, testSystem } from '../support/synth';

const PATH = 'Deployment/Pipeline';
const rejects = (options: Options, props: Partial<MultiRegionPipelineProps>, prop: string, value: string, allowed: string) =>
  expectPropError(() => build(options, props), prop, value, allowed, PATH);
const rejectsStage = (stage: object, prop: string, value: string, allowed: string, options: Options = {}) =>
  rejects({ ...options, stage: stage as Partial<PipelineStageProps> }, {}, prop, value, allowed);
const rejectsSource = (source: unknown, prop: string, value: string, allowed: string) =>
  rejects({}, { source: source as PipelineSource }, prop, value, allowed);
const github = (props: object, repository = 'example-org/order-service') => PipelineSource.gitHub(repository, { connectionArn: connectionIn(HOME), ...props });

describe('MultiRegionPipeline throws for', () => {
  test.each([[[]], [undefined], ['Orders']])('the stages %j', stages => {
    rejects({}, { stages: stages as any }, 'stages', JSON.stringify(stages) ?? 'undefined', 'at least one stage');
  });

  test.each([[undefined], [{}], [{ system: undefined }], [{ system: 'Orders' }]])('the stage %j, which has no system', stage => {
    rejects({}, { stages: [{ system: skeleton() }, stage as any] }, 'stages[1].system', String((stage as any)?.system && '"Orders"'), 'a MultiRegionSystem');
  });

  test('a construct that is no system', () => {
    rejects({}, { stages: [{ system: new Stack(new App(), 'Orders') as any }] }, 'stages[0].system', '"Orders"', 'a MultiRegionSystem');
  });

  test('a system that two stages have', () => {
    rejects({}, { stages: [{ system: skeleton() }, { system: skeleton('Staging') }, { system: skeleton() }] }, 'stages[2].system', '"Orders"', 'each system once');
  });

  test('more stages than CodePipeline takes', () => {
    const stages = Array.from({ length: 5 }, (_, i) => ({ system: skeleton(`S${i}`, 10) }));
    rejects({}, { stages }, 'stages', '122 stages', 'at most 50');
  });

  test('more actions than CodePipeline takes', () => {
    const stages = Array.from({ length: 4 }, (_, i) => {
      const system = skeleton(`S${i}`, 10);
      Array.from({ length: 6 }, (__, unit) => new SystemUnit(system, `U${unit}`));
      return { system, waves: [REGIONS.slice(1, 6), REGIONS.slice(6)] };
    });
    rejects({}, { stages }, 'stages', '602 actions', 'at most 500');
  });

  test('a wave of more stacks than a stage takes actions', () => {
    const system = skeleton('Orders', 6);
    Array.from({ length: 10 }, (_, unit) => new SystemUnit(system, `U${unit}`));
    rejectsStage({ system, waves: [REGIONS.slice(1, 6)] }, 'stages[0].waves[0]', '55 stacks', 'at most 49 stacks');
  });

  test('systems whose stacks have the same names', () => {
    const system = skeleton('Orders');
    new SystemUnit(system, 'Billing');
    rejects({}, { stages: [{ system }, { system: skeleton('Orders-Billing') }] }, 'stages[1].system', '"Orders-Billing"', 'different names');
  });

  test.each([
    ['order-service'], ['example-org/'], ['/order-service'], ['a/b/c'], ['https://github.com/a/b'], ['a b/c'], [''], [null as any],
  ])('the repository %j', repository => {
    rejectsSource(github({}, repository), 'source.repository', JSON.stringify(repository) ?? 'undefined', 'owner/name');
  });

  test.each([
    ['arn:aws-cn:codeconnections:cn-north-1:111122223333:connection/abc'],
    ['arn:aws-us-gov:codestar-connections:us-gov-west-1:111122223333:connection/abc'],
    ['arn:aws:codeconnections:us-west-2:111122223333:host/abc'],
    ['arn:aws:codeconnections:us-west-2:1111:connection/abc'],
    ['github'],
    [undefined],
  ])('the connection %j', connectionArn => {
    rejectsSource(github({ connectionArn }), 'source.connectionArn', JSON.stringify(connectionArn) ?? 'undefined', 'of the partition aws');
    if (connectionArn) rejectsSource(github({ standbyConnectionArn: connectionArn }), 'source.standbyConnectionArn', connectionArn, 'of the partition aws');
  });

  test.each([['old', 'arn:aws:codestar-connections:us-west-2:111122223333:connection/abc'], ['new', connectionIn('eu-west-1')]])('no connection under its %s name', (_, connectionArn) => {
    expect(() => build({}, { source: github({ connectionArn }) })).not.toThrow();
  });

  test('a connection of the own partition only', () => {
    const stack = new Stack(testApp(), 'Deployment', { env: { region: 'us-gov-east-1' } });
    expectPropError(() => new MultiRegionPipeline(stack, 'Pipeline', { source: GITHUB, stages: [{ system: skeleton() }] }), 'source.connectionArn', 'arn:aws:', 'of the partition aws-us-gov', PATH);
  });

  test.each([['feature branch'], ['feature*'], ['']])('the branch %j', branch => {
    rejectsSource(github({ branch }), 'source.branch', JSON.stringify(branch), 'the literal name of a branch');
  });

  test.each([
    [{}, 'source.triggers'], [{ tags: [] }, 'source.triggers.tags'], [{ paths: [''] }, 'source.triggers.paths'],
    [{ paths: Array(9).fill('src/**') }, 'source.triggers.paths'], [{ pullRequestEvents: [] }, 'source.triggers.pullRequestEvents'],
  ])('the triggers %j', (triggers, prop) => {
    rejectsSource(github({ triggers }), prop, '', '');
  });

  test.each([['github'], [undefined], [{}]])('the source %j', source => {
    rejectsSource(source, 'source', JSON.stringify(source) ?? 'undefined', 'PipelineSource.gitHub');
  });

  test.each([[Duration.hours(24)], [Duration.minutes(23 * 60 + 1)], [Duration.seconds(90)], [Duration.seconds(30)], [Duration.minutes(0)]])('a bake of %s', duration => {
    rejectsStage({ bake: { duration } }, 'stages[0].bake.duration', duration.toHumanString(), 'from 1 minute to 23 hours');
  });

  test.each([
    [{ 'ap-southeast-2': ['a'] }, 'us-west-2', 'undefined', 'for every region'],
    [{ 'ap-southeast-2': ['a'], 'us-west-2': [] }, 'us-west-2', '[]', 'for every region'],
    [{ 'ap-southeast-2': [''], 'us-west-2': ['a'] }, 'ap-southeast-2', '[""]', 'for every region'],
    [{ 'ap-southeast-2': ['a'], 'us-west-2': ['a'], 'eu-west-1': ['a'] }, 'alarmNames', 'eu-west-1', 'ap-southeast-2, us-west-2'],
    [{ 'ap-southeast-2': ['a'], 'us-west-2': Array.from({ length: 101 }, (_, i) => `${i}`) }, 'us-west-2', '101 names', 'at most 100'],
  ])('the alarms %j', (alarmNames, prop, value, allowed) => {
    rejectsStage({ bake: { alarmNames } }, prop, value, allowed);
  });

  test.each([
    [[['us-west-2']]], [[['us-west-2', 'eu-west-1'], ['us-west-2']]], [[['us-west-2'], ['eu-west-1'], []]], [[['ap-southeast-2'], ['us-west-2', 'eu-west-1']]], ['us-west-2' as any],
  ])('the waves %j', waves => {
    rejectsStage({ waves }, 'stages[0].waves', JSON.stringify(waves), 'each secondary region once (us-west-2, eu-west-1)', { count: 3 });
  });

  test.each([['0 9 * * MON-FRI'], ['always'], ['* * 9-16 ? * MON-THU * *']])('the window %j', cron => {
    rejectsStage({ deploymentWindow: { cron } }, 'stages[0].deploymentWindow.cron', JSON.stringify(cron), '6 or 7 fields');
  });

  test.each([['Sydney time'], ['+10:00'], ['']])('the time zone %j', timeZone => {
    rejectsStage({ deploymentWindow: { cron: '* * 9-16 ? * MON-THU *', timeZone } }, 'stages[0].deploymentWindow.timeZone', JSON.stringify(timeZone), 'a time zone');
  });

  test.each([['UTC'], ['UTC+10:00'], ['AEST'], ['Australia/Sydney'], ['America/Argentina/Buenos_Aires']])('no time zone such as %s', timeZone => {
    expect(() => build({ stage: { deploymentWindow: { cron: '* * 9-16 ? * MON-THU *', timeZone } } })).not.toThrow();
  });

  test('an approval that is neither', () => {
    rejectsStage({ approval: 'yes' }, 'stages[0].approval', '"yes"', 'true or false');
  });

  test('a topic of another stack', () => {
    const topic = new Topic(new Stack(new App(), 'Alarms'), 'Topic');
    rejects({}, { notificationTopic: topic }, 'notificationTopic', 'Alarms/Topic', 'Topic.fromTopicArn');
  });

  test.each([
    [{ directory: '/app' }, 'directory'], [{ directory: '../app' }, 'directory'], [{ directory: 'a\'b' }, 'directory'], [{ nodeVersion: 'v22' }, 'nodeVersion'],
    [{ qualifier: 'too-long-qualifier' }, 'qualifier'], [{ pipelineName: 'orders.pipeline' }, 'pipelineName'], [{ pipelineName: 'p'.repeat(101) }, 'pipelineName'],
    [{ installCommands: [''] }, 'installCommands'], [{ testCommands: 'npm test' as any }, 'testCommands'], [{ synthCommands: [undefined as any] }, 'synthCommands'],
    [{ buildTimeout: Duration.minutes(4) }, 'buildTimeout'], [{ buildTimeout: Duration.minutes(481) }, 'buildTimeout'], [{ deployTimeout: Duration.hours(9) }, 'deployTimeout'], [{ artifactRetention: Duration.hours(1) }, 'artifactRetention'],
  ])('%j', (props, prop) => rejects({}, props, prop, '', ''));

  test.each([
    ['ap-southeast-2', 'another region than the pipeline\'s'], ['cn-north-1', 'of the same partition'], ['nowhere', 'of the same partition'],
  ])('the standby region %s', (standbyRegion, allowed) => rejects({}, { standbyRegion }, 'standbyRegion', standbyRegion, allowed));

  test('a standby that would have nothing to deploy to', () => {
    rejects({ count: 1 }, { standbyRegion: 'us-west-2' }, 'standbyRegion', 'us-west-2', 'ap-southeast-2 alone');
  });

  test('a stack without a region', () => {
    const stack = new Stack(testApp(), 'Deployment');
    expect(errorOf(() => new MultiRegionPipeline(stack, 'Pipeline', { source: GITHUB, stages: [{ system: skeleton() }] })))
      .toMatch(/^scope is in the stack Deployment without a literal region; allowed: .* \[Deployment\/Pipeline\]$/);
  });

  test('a scope in a system', () => {
    const system = testSystem();
    expect(errorOf(() => new MultiRegionPipeline(system.globalStack, 'Pipeline', { source: GITHUB, stages: [{ system }] })))
      .toMatch(/^scope is inside the system Orders; allowed: a stack of your own.* \[Orders\/global\/Pipeline\]$/);
  });
});
