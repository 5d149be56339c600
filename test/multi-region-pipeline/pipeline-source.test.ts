import { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { GitPullRequestEvent } from 'aws-cdk-lib/aws-codepipeline';
import { build, connectionIn, HOME, pipelineIn, skeleton, stageOf } from './support';
import { MultiRegionPipeline, PipelineSource } from '../../src/multi-region-pipeline';
import { errorOf, expectPropError, testApp } from '../support/synth';

const props = { connectionArn: connectionIn(HOME) };
const COMMIT = '#{Source.CommitId}';

/** Every provider of CodeConnections, with a repository and the page of a commit. */
const PROVIDERS: [string, (repository: string, more?: object) => PipelineSource, string, string][] = [
  ['gitHub', (repository, more) => PipelineSource.gitHub(repository, { ...props, ...more }), 'example-org/order-service', `https://github.com/example-org/order-service/commit/${COMMIT}`],
  ['gitHubEnterpriseServer', (repository, more) => PipelineSource.gitHubEnterpriseServer(repository, { ...props, serverUrl: 'https://git.example.com', ...more }),
    'shop/order-service', `https://git.example.com/shop/order-service/commit/${COMMIT}`],
  ['gitLab', (repository, more) => PipelineSource.gitLab(repository, { ...props, ...more }), 'example-group/shop/orders.api', `https://gitlab.com/example-group/shop/orders.api/-/commit/${COMMIT}`],
  ['gitLabSelfManaged', (repository, more) => PipelineSource.gitLabSelfManaged(repository, { ...props, serverUrl: 'https://example.com/gitlab', ...more }),
    'shop/order-service', `https://example.com/gitlab/shop/order-service/-/commit/${COMMIT}`],
  ['bitbucket', (repository, more) => PipelineSource.bitbucket(repository, { ...props, ...more }), 'example-workspace/order-service', `https://bitbucket.org/example-workspace/order-service/commits/${COMMIT}`],
  ['azureDevOps', (repository, more) => PipelineSource.azureDevOps(repository, { ...props, repositoryUrl: 'https://dev.azure.com/example-org/Shop%20Floor/_git/orders', ...more }),
    'Shop Floor/orders', `https://dev.azure.com/example-org/Shop%20Floor/_git/orders/commit/${COMMIT}`],
];

describe.each(PROVIDERS)('PipelineSource.%s', (_, source, repository, url) => {
  const stackFor = (of: PipelineSource) => build({ withTopic: true, stage: { approval: true } }, { source: of }).stack;

  test('takes the branch main at each push by the connection, and links an approval to the commit', () => {
    const stack = stackFor(source(repository));
    expect(stageOf(stack, 'Source').Actions).toEqual([expect.objectContaining({
      ActionTypeId: { Category: 'Source', Owner: 'AWS', Provider: 'CodeStarSourceConnection', Version: '1' },
      Configuration: expect.objectContaining({ ConnectionArn: props.connectionArn, FullRepositoryId: repository, BranchName: 'main', DetectChanges: true }),
    })]);
    expect(stageOf(stack, 'Orders-approval').Actions[0].Configuration).toMatchObject({
      ExternalEntityLink: url, CustomData: expect.stringContaining(`${COMMIT} of ${repository} (main)`),
    });
  });

  test('has all triggers', () => {
    const stack = stackFor(source(repository, { branch: 'release', triggers: { tags: ['v*'], paths: ['src/**'], pullRequestEvents: [GitPullRequestEvent.OPEN] } }));
    expect(pipelineIn(stack).Triggers[0].GitConfiguration).toEqual({
      SourceActionName: 'Source',
      Push: [{ Tags: { Includes: ['v*'] } }, { Branches: { Includes: ['release'] }, FilePaths: { Includes: ['src/**'] } }],
      PullRequest: [{ Branches: { Includes: ['release'] }, Events: ['OPEN'] }],
    });
    expect(stageOf(stack, 'Source').Actions[0].Configuration.DetectChanges).toBe(false);
  });

  test.each([['order-service'], [''], ['/order-service'], ['shop/'], ['https://git.example.com/a b'], [undefined]])('throws for the repository %j', other => {
    expectPropError(() => stackFor(source(other as string)), 'source.repository', JSON.stringify(other) ?? 'undefined', '/', 'Deployment/Pipeline');
  });
});

describe('a source', () => {
  const rejects = (source: PipelineSource, prop: string, value: string, allowed: string) =>
    expectPropError(() => build({}, { source }), prop, value, allowed, 'Deployment/Pipeline');

  test('on GitHub, in Bitbucket or on a GitHub Enterprise Server is in no group of groups', () => {
    for (const [name, source] of PROVIDERS.filter(([provider]) => /gitHub|bitbucket/.test(provider))) {
      expect([name, errorOf(() => build({}, { source: source('example/shop/orders') }))]).toEqual([name, expect.stringContaining('source.repository is "example/shop/orders"')]);
    }
  });

  test.each([['git.example.com'], ['http://git.example.com'], ['https://git.example.com/'], [undefined]])('on a server throws for the address %j', serverUrl => {
    const value = JSON.stringify(serverUrl) ?? 'undefined';
    rejects(PipelineSource.gitHubEnterpriseServer('shop/orders', { ...props, serverUrl: serverUrl! }), 'source.serverUrl', value, 'begins with https://');
    rejects(PipelineSource.gitLabSelfManaged('shop/orders', { ...props, serverUrl: serverUrl! }), 'source.serverUrl', value, 'begins with https://');
    rejects(PipelineSource.azureDevOps('shop/orders', { ...props, repositoryUrl: serverUrl! }), 'source.repositoryUrl', value, 'begins with https://');
  });

  test('throws for what is no connection, such as the host of a server', () => {
    const connectionArn = 'arn:aws:codeconnections:ap-southeast-2:111122223333:host/git/1b2c3d4e';
    rejects(PipelineSource.gitLabSelfManaged('shop/orders', { connectionArn, serverUrl: 'https://git.example.com' }), 'source.connectionArn', connectionArn, 'the ARN of a connection');
    rejects(PipelineSource.gitLab('shop/orders', undefined as any), 'source.connectionArn', 'undefined', 'the ARN of a connection');
  });

  test.each([
    [{ tags: ['v'.repeat(256)] }, 'tags', '1 to 8 patterns of 1 to 255 characters'],
    [{ pullRequestEvents: ['MERGED'] }, 'pullRequestEvents', 'OPEN, UPDATED, CLOSED, each once'],
    [{ pullRequestEvents: ['OPEN', 'OPEN'] }, 'pullRequestEvents', 'OPEN, UPDATED, CLOSED, each once'],
  ])('throws for the triggers %j', (triggers, prop, allowed) => {
    rejects(PipelineSource.bitbucket('shop/orders', { ...props, triggers: triggers as any }), `source.triggers.${prop}`, JSON.stringify((triggers as any)[prop]), allowed);
  });
});

describe('the region of a pipeline', () => {
  const inRegion = (region: string, standbyRegion?: string) => {
    const stack = new Stack(testApp(), 'Deployment', { env: { region } });
    const source = PipelineSource.gitHub('a/b', { connectionArn: connectionIn('us-east-1'), standbyConnectionArn: connectionIn('us-east-2') });
    return new MultiRegionPipeline(stack, 'Pipeline', { source, stages: [{ system: skeleton() }], standbyRegion });
  };

  test.each([
    ['ca-west-1', 'a region with CodePipeline: us-east-1, '],
    ['ap-southeast-4', 'a region with CodePipeline\'s source action for connections: us-east-1, '],
  ])('throws for %s, which has not all of it', (region, allowed) => {
    expectPropError(() => inRegion(region), 'env.region of the stack', region, allowed, 'Deployment/Pipeline');
    expectPropError(() => inRegion('us-east-1', region), 'standbyRegion', region, allowed, 'Deployment/Pipeline');
  });

  test('is warned of if it is newer than what the library knows', () => {
    const pipeline = inRegion('ap-southeast-5');
    Annotations.fromStack(Stack.of(pipeline)).hasWarning('*', Match.stringLikeRegexp('env.region of the stack is ap-southeast-5, which this library does not know'));
    Annotations.fromStack(Stack.of(inRegion('us-east-1', 'ap-southeast-5'))).hasWarning('*', Match.stringLikeRegexp('standbyRegion is ap-southeast-5'));
    Annotations.fromStack(Stack.of(inRegion('us-east-1', 'eu-west-1'))).hasNoWarning('*', Match.anyValue());
  });

  test('is not that of the systems, which may be any', () => {
    const { stack } = build({ stage: { system: skeleton('Orders', 2, { primaryRegion: 'ca-west-1', secondaryRegions: ['il-central-1'] }) } });
    expect(pipelineIn(stack).Stages.map(({ Name }: any) => Name)).toContain('Orders-il-central-1');
  });
});
