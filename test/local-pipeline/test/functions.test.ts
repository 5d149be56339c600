/** Real handlers, in processes of their own, with the real SDK. */
import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { GetPipelineStateCommand, PutJobSuccessResultCommand } from '@aws-sdk/client-codepipeline';
import { action, ManualClock, NAME, pipelines, refusal, stage, template } from './support';
import { Resource } from '../../../cli/system/cloud-assembly';
import { ScaledClock } from '../clock';

const under = pipelines();
const PARAMETERS = JSON.stringify({ lost: '#{variables.lostRegions}' });

function lambda(code: object, others: object = {}): Resource {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Code: code,
      Handler: 'index.handler',
      Timeout: 30,
      Environment: { Variables: { PIPELINE: { Ref: 'Pipeline' }, ARN: { 'Fn::GetAtt': ['Pipeline', 'Arn'] }, SELF: { 'Fn::Sub': '${AWS::Region}/${Gate}' } } },
      ...others,
    },
  };
}

const HEAD = `
const { CodePipelineClient, GetPipelineStateCommand, PutJobFailureResultCommand, PutJobSuccessResultCommand } = require('@aws-sdk/client-codepipeline');
const client = new CodePipelineClient({ maxAttempts: 1 });
const answer = (id, more = {}) => client.send(new PutJobSuccessResultCommand({ jobId: id, ...more }));
`;
const handler = (body: string) => `${HEAD}exports.handler = async event => {
  const { id, accountId, data } = event['CodePipeline.job'];
  ${body}
};`;
const gated = (body: string, others: object = {}) => template([
  stage('Source'),
  stage('Gate', [action('Ask', { provider: 'Lambda', namespace: 'Gate', configuration: { FunctionName: { Ref: 'Gate' }, UserParameters: PARAMETERS } })]),
  stage('Deploy', [action('Deploy', { configuration: { Text: '#{Gate.answer}' } })]),
], { Variables: [{ Name: 'lostRegions', DefaultValue: 'none' }] }, { Gate: lambda({ ZipFile: handler(body) }, others) });

describe('a function that an action invokes', () => {
  test('is sent the job, and hands on variables', async () => {
    const { pipeline, scripts, client } = await under.start(gated(`
      const answerText = [accountId, JSON.parse(data.actionConfiguration.configuration.UserParameters).lost, data.continuationToken, JSON.stringify(data.inputArtifacts),
        process.env.PIPELINE, process.env.ARN, process.env.SELF, process.env.AWS_REGION, process.env.AWS_LAMBDA_FUNCTION_NAME].join(' ');
      await answer(id, { executionDetails: { summary: 'may be deployed to' }, outputVariables: { answer: answerText } });
    `));
    const seen: string[] = [];
    scripts.set('Deploy/Deploy', ({ configuration }) => { seen.push(configuration.Text); });
    expect(await pipeline.release({ lostRegions: 'us-west-2' }).ended()).toEqual(['Source Succeeded', 'Gate Succeeded', 'Deploy Succeeded']);
    expect(seen).toEqual(['111122223333 us-west-2  [] Releases arn:aws:codepipeline:ap-southeast-2:111122223333:Releases ap-southeast-2/Gate ap-southeast-2 Gate']);
    const { stageStates } = await client.send(new GetPipelineStateCommand({ name: NAME }));
    expect(stageStates![1].actionStates![0].latestExecution).toMatchObject({ status: 'Succeeded', summary: 'may be deployed to' });
  });

  test('may be an asset of the cloud assembly', async () => {
    const assembly = join(under.folder, 'cdk.out');
    mkdirSync(join(assembly, 'asset.abc'), { recursive: true });
    writeFileSync(join(assembly, 'asset.abc/index.js'), handler('await answer(id, { outputVariables: { answer: __dirname } });'));
    writeFileSync(join(assembly, 'Stack.assets.json'), JSON.stringify({ files: { abc: { source: { path: 'asset.abc', packaging: 'zip' }, destinations: { here: { objectKey: 'abc.zip' } } } } }));
    const { Resources } = gated('');
    const of = { Resources: { ...Resources, Gate: lambda({ S3Bucket: { 'Fn::Sub': 'assets-${AWS::Region}' }, S3Key: 'abc.zip' }) } };
    const { pipeline } = await under.start(of, { assembly });
    expect(await pipeline.release().ended()).toEqual(['Source Succeeded', 'Gate Succeeded', 'Deploy Succeeded']);
    await expect(under.start({ Resources: { ...Resources, Gate: lambda({ S3Key: 'other.zip' }) } }, { assembly })).rejects.toThrow('no asset other.zip');
  });

  test('fails the action when it says so', async () => {
    const { pipeline, client } = await under.start(gated('await client.send(new PutJobFailureResultCommand({ jobId: id, failureDetails: { type: \'JobFailed\', message: \'unhealthy\' } }));'));
    expect(await pipeline.release().ended()).toEqual(['Source Succeeded', 'Gate Failed']);
    const { stageStates } = await client.send(new GetPipelineStateCommand({ name: NAME }));
    expect(stageStates![1].actionStates![0].latestExecution).toMatchObject({ status: 'Failed', errorDetails: { code: 'JobFailed', message: 'unhealthy' } });
  });

  test('is asked again with the token that it has answered, by a clock as fast as the pipeline\'s', async () => {
    const { pipeline, scripts } = await under.start(gated(`
      const now = Date.now(), began = Number(data.continuationToken ?? now);
      if (new Date() - began < 60_000) await answer(id, { continuationToken: String(began), executionDetails: { summary: 'still looking' } });
      else await answer(id, { outputVariables: { answer: new Date(began).toISOString() } });
    `), { clock: new ScaledClock({ scale: 60, startsAt: new Date('2030-01-07T00:00:00Z') }) });
    const seen: string[] = [];
    scripts.set('Deploy/Deploy', ({ configuration }) => { seen.push(configuration.Text); });
    const startedAt = Date.now();
    expect((await pipeline.release().ended()).at(-1)).toBe('Deploy Succeeded');
    expect(seen[0]).toMatch(/^2030-01-07T00:/);
    expect(Date.now() - startedAt).toBeGreaterThan(1000);
  });

  test('sees the pipeline by the API', async () => {
    const { pipeline, scripts } = await under.start(gated(`
      const { stageStates } = await client.send(new GetPipelineStateCommand({ name: process.env.PIPELINE }));
      await answer(id, { outputVariables: { answer: stageStates.map(state => state.latestExecution?.status ?? '-').join() } });
    `));
    const seen: string[] = [];
    scripts.set('Deploy/Deploy', ({ configuration }) => { seen.push(configuration.Text); });
    await pipeline.release().ended();
    expect(seen).toEqual(['Succeeded,InProgress,-']);
  });

  test.each([
    ['throws an error', 'throw new Error("broken");', 'broken'],
    ['ends without an answer', '', ''],
    ['takes longer than it may', 'await new Promise(resolve => setTimeout(resolve, 60_000));', ''],
  ])('and that %s is waited for during 20 minutes, and fails the action then', async (_, body, written) => {
    const clock = new ManualClock();
    const { pipeline } = await under.start(gated(body, { Timeout: 1 }), { clock });
    const execution = pipeline.release();
    await execution.isIn('Gate');
    await new Promise(resolve => setTimeout(resolve, 300));
    await clock.advance(19);
    expect(execution.status).toBe('InProgress');
    await clock.advance(1);
    expect(await execution.ended()).toEqual(['Source Succeeded', 'Gate Failed']);
    expect(execution.log('Gate')).toContain(written);
  });

  test('that there is not fails the action', async () => {
    const of = gated('');
    delete (of.Resources as Record<string, unknown>).Gate;
    const { pipeline } = await under.start({ Resources: { ...of.Resources, Gate: { Type: 'Custom::Other' } } });
    expect(await pipeline.release().ended()).toEqual(['Source Succeeded', 'Gate Failed']);
  });
});

test('a job is answered once, and by its id', async () => {
  const { pipeline, client } = await under.start(gated('await answer(id, { outputVariables: { answer: id } });'));
  const ended = pipeline.release().ended();
  const answer = async (jobId: string) => refusal(client.send(new PutJobSuccessResultCommand({ jobId })));
  expect(await answer('11111111-1111-1111-1111-111111111111')).toBe('JobNotFoundException');
  await ended;
  expect(await answer(pipeline.releases[0].output('Gate').answer)).toBe('InvalidJobStateException');
});
