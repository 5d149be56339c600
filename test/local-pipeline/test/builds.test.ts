/** Real commands, in a real shell. */
import { readdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { GetPipelineStateCommand, StopPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { action, NAME, pipelines, stage, template } from './support';
import { Resource } from '../../../cli/system/cloud-assembly';

const under = pipelines();

function project(buildspec: object, variables: Record<string, unknown> = {}): Resource {
  return {
    Type: 'AWS::CodeBuild::Project',
    Properties: {
      Name: 'Project',
      Source: { BuildSpec: JSON.stringify({ version: '0.2', ...buildspec }) },
      Environment: { EnvironmentVariables: Object.entries(variables).map(([Name, Value]) => ({ Name, Value })) },
    },
  };
}

interface Options {
  readonly configuration?: object;
  readonly variables?: Record<string, unknown>;
}

const builds = (buildspec: object, { configuration = {}, variables = {} }: Options = {}) => template([
  stage('Source', [action('Source', { provider: 'CodeStarSourceConnection', outputs: ['Code'], namespace: 'Commit', configuration: { BranchName: 'main', FullRepositoryId: 'a/b' } })]),
  stage('Build', [action('Build', { provider: 'CodeBuild', inputs: ['Code'], outputs: ['Built'], configuration: { ProjectName: { Ref: 'Project' }, ...configuration } })]),
  stage('Deploy'),
], { Variables: [{ Name: 'lostRegions', DefaultValue: 'none' }] }, { Project: project(buildspec, variables) });

describe('a build', () => {
  test('runs the commands of all phases in one shell, in a copy of its artifact, and hands on the files that it names', async () => {
    const { pipeline, scripts } = await under.start(builds({
      env: { shell: 'bash' },
      phases: {
        install: { commands: ['declare -a words=(from install)'] },
        pre_build: { commands: ['cat input', 'cd ..', 'cd "$CODEBUILD_SRC_DIR"'] },
        build: { commands: ['for word in ${words[@]}; do\n  echo "$word" >> output\ndone', 'echo built'] },
        post_build: { commands: ['echo after'] },
      },
      reports: { tests: { files: ['*'] } },
      artifacts: { files: ['output'] },
    }));
    writeFileSync(join(under.checkout, 'input'), 'the input\n');
    const seen: string[][] = [];
    scripts.set('Deploy/Deploy', ({ execution }) => { seen.push(readdirSync(execution.artifacts.get('Built')!)); });
    const execution = pipeline.release();
    expect(await execution.ended()).toEqual(['Source Succeeded', 'Build Succeeded', 'Deploy Succeeded']);
    expect(execution.log('Build')).toBe('the input\nbuilt\nafter\n');
    expect(seen).toEqual([['output']]);
    expect(readdirSync(under.checkout)).toEqual(['input']);
    expect(readdirSync(execution.folder('Build')).sort()).toEqual(['input', 'output']);
  });

  test('has the variables of the buildspec, then of the project, then of the action', async () => {
    const own = JSON.stringify([{ name: 'LOST', value: '#{variables.lostRegions}' }, { name: 'BOTH', value: 'action' }, { name: 'COMMIT', value: '#{Commit.CommitId}' }]);
    const { pipeline } = await under.start(builds({
      env: { variables: { SPEC: 'spec', BOTH: 'spec', PROJECT: 'spec' } },
      phases: { build: { commands: ['echo $SPEC $PROJECT $BOTH $LOST $AWS_REGION $EXTRA ${#COMMIT}'] } },
    }, { configuration: { EnvironmentVariables: own }, variables: { PROJECT: { 'Fn::Join': ['-', ['of', { Ref: 'AWS::AccountId' }]] }, BOTH: 'project' } }),
    { environment: ({ stage: stageName, project: name, variables }) => ({ EXTRA: `${stageName}/${name}/${variables.BOTH}` }) });
    const execution = pipeline.release({ lostRegions: 'us-west-2' });
    await execution.ended();
    expect(execution.log('Build')).toBe('spec of-111122223333 action us-west-2 ap-southeast-2 Build/Project/action 40\n');
  });

  test('ends at the first command that fails, but for what comes after the build, and fails', async () => {
    const { pipeline, client } = await under.start(builds({ phases: { build: { commands: ['echo one', 'false', 'echo two'] }, post_build: { commands: ['echo after'] } } }));
    const execution = pipeline.release();
    expect(await execution.ended()).toEqual(['Source Succeeded', 'Build Failed']);
    expect(execution.log('Build')).toBe('one\nafter\n');
    const { stageStates } = await client.send(new GetPipelineStateCommand({ name: NAME }));
    expect(stageStates![1].actionStates![0].latestExecution!.errorDetails).toMatchObject({ code: 'JobFailed', message: expect.stringContaining('failed') });
  });

  test('does not come to the build if what is before it fails', async () => {
    const { pipeline } = await under.start(builds({ phases: { install: { commands: ['echo one; false'] }, build: { commands: ['echo two'] }, post_build: { commands: ['echo after'] } } }));
    const execution = pipeline.release();
    await execution.ended();
    expect(execution.log('Build')).toBe('one\n');
  });

  test('goes on when its action is abandoned', async () => {
    const file = () => join(under.folder, 'late');
    const { pipeline, client } = await under.start(builds({ phases: { build: { commands: ['echo begun', 'sleep 0.5', 'echo late > "$LATE"'] } } }), { environment: () => ({ LATE: file() }) });
    const execution = pipeline.release();
    await execution.isIn('Build');
    await client.send(new StopPipelineExecutionCommand({ pipelineName: NAME, pipelineExecutionId: execution.id, abandon: true }));
    expect(await execution.ended()).toEqual(['Source Succeeded', 'Build Stopped']);
    expect(readdirSync(under.folder)).not.toContain('late');
    while (!readdirSync(under.folder).includes('late')) await new Promise(resolve => setTimeout(resolve, 50));
  });

  test('takes the repository as it is when the execution comes to its source', async () => {
    const { pipeline } = await under.start(builds({ phases: { build: { commands: ['cat version'] } } }));
    writeFileSync(join(under.checkout, 'version'), '1');
    const first = pipeline.release();
    await first.ended();
    writeFileSync(join(under.checkout, 'version'), '2');
    const second = pipeline.release();
    await second.ended();
    expect([first.log('Build'), second.log('Build')]).toEqual(['1', '2']);
  });
});

describe('a template is refused', () => {
  const refused = async (of: Parameters<typeof under.start>[0]) => under.start(of).then(() => 'not refused', (error: Error) => error.message);
  const withPhases = (phases: object, more: object = {}) => builds({ phases, ...more });

  test.each([
    ['without a pipeline', {}, 'expected a template with one pipeline'],
    ['of another mode', template([], { ExecutionMode: 'SUPERSEDED' }), 'QUEUED, received SUPERSEDED'],
    ['with a property of a stage that is not known', template([stage('Source', [], { Blockers: [] })]), 'Blockers of the stage Source'],
    ['with another result of a failure', template([stage('Source', [], { OnFailure: { Result: 'RETRY' } })]), 'received RETRY'],
    ['with an unknown provider of an action', template([stage('Source', [action('A', { provider: 'S3' })])]), 'does not know S3 of the stage Source'],
    ['with a value that is too long', template([stage('Source', [action('A', { configuration: { UserParameters: 'x'.repeat(1000) } })])]), 'UserParameters of the action A has 1000 characters'],
    ['with a value that is not text', template([stage('Source', [action('A', { configuration: { A: { 'Fn::ImportValue': 'x' } } })])]), 'only references'],
    ['with a buildspec that is not literal', {
      Resources: { ...builds({ phases: {} }).Resources, Project: { Type: 'AWS::CodeBuild::Project', Properties: { Name: 'P', Source: { BuildSpec: { Ref: 'X' } }, Environment: {} } } },
    }, 'the buildspec of P is not literal'],
    ['with a phase that is not known', withPhases({ deploy: { commands: [] } }), 'no phase deploy'],
    ['with commands for the end of a phase', withPhases({ build: { commands: [], finally: ['echo'] } }), 'no phase build'],
    ['with more than plain files in an artifact', withPhases({}, { artifacts: { files: ['**/*'] } }), 'more than plain files'],
  ])('%s', async (_, of, message) => {
    expect(await refused(of as Parameters<typeof under.start>[0])).toContain(message);
  });
});
