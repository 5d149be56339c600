/**
 * The real AWS CLI against the runner, from the commands of a build and by hand. It is installed from PyPI, so this is left out unless asked for, like the dry run of the example-app's pipeline:
 * `npm run test:pipeline`.
 */
import { execFile } from 'child_process';
import { join } from 'path';
import { promisify } from 'util';
import { action, NAME, pipelines, stage, template } from './support';
import { forLocalRegion } from '../../../cli/rehearsal/machine/environment';
import { awsCli } from '../../support/aws-cli/aws-cli';

const proof = process.env.PIPELINE ? describe : describe.skip;
const under = pipelines();

proof('the AWS CLI', () => {
  test('drives the pipeline, and is there for the commands of a build', async () => {
    const bin = await awsCli(join(under.folder, 'bin'), under.processes);
    const query = 'stageStates[].latestExecution.status';
    const { pipeline } = await under.start(template([
      stage('Source', [action('Source', { provider: 'CodeStarSourceConnection', outputs: ['Code'] })]),
      stage('Approval', [action('Approve', { provider: 'Manual' })]),
      stage('Build', [action('Build', { provider: 'CodeBuild', inputs: ['Code'], configuration: { ProjectName: { Ref: 'Project' } } })]),
    ], { Variables: [{ Name: 'lostRegions', DefaultValue: 'none' }] }, {
      Project: {
        Type: 'AWS::CodeBuild::Project',
        Properties: {
          Name: 'Project',
          Source: { BuildSpec: JSON.stringify({ phases: { build: { commands: [`aws codepipeline get-pipeline-state --name ${NAME} --query '${query}' --output text`] } } }) },
          Environment: {},
        },
      },
    }), { environment: () => ({ PATH: `${bin}:${process.env.PATH}` }) });
    const aws = async (...args: string[]) => {
      const { stdout } = await promisify(execFile)(join(bin, 'aws'), ['codepipeline', ...args, '--output', 'text'], { env: forLocalRegion(pipeline.client.region, pipeline.endpoint) });
      return stdout.trim();
    };

    const id = await aws('start-pipeline-execution', '--name', NAME, '--variables', 'name=lostRegions,value=us-west-2', '--query', 'pipelineExecutionId');
    const [execution] = pipeline.releases;
    expect(id).toBe(execution.id);
    await execution.isIn('Approval');
    const token = await aws('get-pipeline-state', '--name', NAME, '--query', 'stageStates[1].actionStates[0].latestExecution.token');
    await aws('put-approval-result', '--pipeline-name', NAME, '--stage-name', 'Approval', '--action-name', 'Approve', '--token', token, '--result', 'summary=good,status=Approved');
    expect(await execution.ended()).toEqual(['Source Succeeded', 'Approval Succeeded', 'Build Succeeded']);
    expect(execution.log('Build')).toBe('Succeeded\tSucceeded\tInProgress\n');
    await aws('disable-stage-transition', '--pipeline-name', NAME, '--stage-name', 'Build', '--transition-type', 'Inbound', '--reason', 'holiday');
    await expect(aws('retry-stage-execution', '--pipeline-name', NAME, '--stage-name', 'Build', '--pipeline-execution-id', id, '--retry-mode', 'FAILED_ACTIONS'))
      .rejects.toThrow('(StageNotRetryableException)');
  }, 300_000);
});
