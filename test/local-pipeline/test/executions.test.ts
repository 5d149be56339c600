import {
  DisableStageTransitionCommand, EnableStageTransitionCommand, GetPipelineExecutionCommand, GetPipelineStateCommand, ListPipelineExecutionsCommand,
  StartPipelineExecutionCommand, StopPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { action, NAME, pipelines, refusal, settle, stage, template } from './support';

const under = pipelines();
const THREE = template([stage('Source'), stage('Build'), stage('Deploy')]);

describe('an execution', () => {
  test('passes the stages in their order', async () => {
    const { pipeline, scripts } = await under.start(THREE);
    const execution = pipeline.release();
    expect(await execution.ended()).toEqual(['Source Succeeded', 'Build Succeeded', 'Deploy Succeeded']);
    expect([execution.status, scripts.ran]).toEqual(['Succeeded', ['Source/Source', 'Build/Build', 'Deploy/Deploy']]);
  });

  test('runs actions of one run order side by side, and those of the next after all of them', async () => {
    const { pipeline, scripts } = await under.start(template([stage('Source'), stage('Deploy', [action('Last', { runOrder: 2 }), action('One'), action('Two', { runOrder: 1 })])]));
    const release = scripts.holds('Deploy/One');
    const execution = pipeline.release();
    await execution.isIn('Deploy');
    await settle();
    expect(scripts.ran.slice(1)).toEqual(['Deploy/One', 'Deploy/Two']);
    release();
    await execution.ended();
    expect(scripts.ran.slice(1)).toEqual(['Deploy/One', 'Deploy/Two', 'Deploy/Last']);
  });

  test('ends at a stage with an action that fails, after those beside it have ended', async () => {
    const { pipeline, scripts, client } = await under.start(template([stage('Source'), stage('Build', [action('One'), action('Two'), action('Last', { runOrder: 2 })]), stage('Deploy')]));
    scripts.fails('Build/One');
    const release = scripts.holds('Build/Two');
    const execution = pipeline.release();
    await execution.isIn('Build');
    await settle();
    const { stageStates } = await client.send(new GetPipelineStateCommand({ name: NAME }));
    expect([stageStates![1].latestExecution!.status, stageStates![1].actionStates!.map(({ latestExecution }) => latestExecution?.status)])
      .toEqual(['InProgress', ['Failed', 'InProgress', undefined]]);
    expect(stageStates![1].actionStates![0].latestExecution!.errorDetails).toEqual({ code: 'JobFailed', message: 'Build/One is broken' });
    release();
    expect(await execution.ended()).toEqual(['Source Succeeded', 'Build Failed']);
    expect([execution.status, scripts.ran]).toEqual(['Failed', ['Source/Source', 'Build/One', 'Build/Two']]);
  });

  test('waits in front of a stage that another one is in, and does not overtake', async () => {
    const { pipeline, scripts, client } = await under.start(THREE);
    const release = scripts.holds('Build/Build');
    const [first, second, third] = [pipeline.release(), pipeline.release(), pipeline.release()];
    await third.waitsFor('Build');
    const { stageStates } = await client.send(new GetPipelineStateCommand({ name: NAME }));
    expect(stageStates![1].latestExecution).toEqual({ pipelineExecutionId: first.id, status: 'InProgress', type: 'STANDARD' });
    expect(stageStates![1].inboundExecutions).toEqual([second, third].map(({ id }) => ({ pipelineExecutionId: id, status: 'InProgress', type: 'STANDARD' })));
    const order: string[] = [];
    scripts.set('Deploy/Deploy', ({ execution }) => { order.push(execution.id); });
    release();
    await pipeline.idle();
    expect(order).toEqual([first.id, second.id, third.id]);
  });

  test('enters a stage in which the one before has failed', async () => {
    const { pipeline, scripts } = await under.start(THREE);
    scripts.fails('Build/Build');
    const first = pipeline.release();
    await first.ended();
    scripts.succeeds('Build/Build');
    expect(await pipeline.release().ended()).toEqual(['Source Succeeded', 'Build Succeeded', 'Deploy Succeeded']);
    expect(first.status).toBe('Failed');
  });

  test('is told by the API with its variables and its type', async () => {
    const { client, pipeline } = await under.start(template([stage('Source')], { Variables: [{ Name: 'lostRegions', DefaultValue: 'none' }, { Name: 'other', DefaultValue: 'x' }] }));
    const { pipelineExecutionId } = await client.send(new StartPipelineExecutionCommand({ name: NAME, variables: [{ name: 'lostRegions', value: 'us-west-2' }] }));
    await pipeline.idle();
    const { pipelineExecution } = await client.send(new GetPipelineExecutionCommand({ pipelineName: NAME, pipelineExecutionId }));
    expect(pipelineExecution).toMatchObject({
      pipelineExecutionId,
      status: 'Succeeded',
      pipelineVersion: 1,
      executionMode: 'QUEUED',
      executionType: 'STANDARD',
      trigger: { triggerType: 'StartPipelineExecution' },
      variables: [{ name: 'lostRegions', resolvedValue: 'us-west-2' }, { name: 'other', resolvedValue: 'x' }],
    });
    pipeline.release();
    const { pipelineExecutionSummaries, nextToken } = await client.send(new ListPipelineExecutionsCommand({ pipelineName: NAME, maxResults: 1 }));
    expect(pipelineExecutionSummaries).toMatchObject([{ pipelineExecutionId: pipeline.releases[1].id, startTime: expect.any(Date) }]);
    expect((await client.send(new ListPipelineExecutionsCommand({ pipelineName: NAME, nextToken }))).pipelineExecutionSummaries).toHaveLength(1);
  });

  test('starts when the pipeline is made', async () => {
    const { pipeline } = await under.start(THREE, { isNew: true });
    await pipeline.idle();
    expect(pipeline.releases.map(({ status }) => status)).toEqual(['Succeeded']);
  });
});

describe('a variable', () => {
  const DECLARED = { Variables: [{ Name: 'lostRegions', DefaultValue: 'none' }] };

  test('of the pipeline, of the execution and of an action is put into the configuration of an action', async () => {
    const { pipeline, scripts } = await under.start(template([
      stage('Source', [action('Source', { namespace: 'Commit' })]),
      stage('Deploy', [action('Deploy', { configuration: { Text: '#{variables.lostRegions} #{Commit.Id} #{codepipeline.PipelineExecutionId} #{' } })]),
    ], DECLARED));
    const seen: string[] = [];
    scripts.set('Source/Source', () => ({ variables: { Id: 'abc' } }));
    scripts.set('Deploy/Deploy', ({ configuration }) => { seen.push(configuration.Text); });
    const [first, second] = [pipeline.release(), pipeline.release({ lostRegions: 'us-west-2' })];
    await pipeline.idle();
    expect(seen).toEqual([`none abc ${first.id} #{`, `us-west-2 abc ${second.id} #{`]);
  });

  test('that there is not fails the action', async () => {
    const { pipeline, scripts } = await under.start(template([stage('Source'), stage('Deploy', [action('Deploy', { configuration: { Text: '#{Commit.Id}' } })])]));
    expect(await pipeline.release().ended()).toEqual(['Source Succeeded', 'Deploy Failed']);
    expect(scripts.ran).toEqual(['Source/Source']);
  });

  test('must be declared, not empty, and have a value', async () => {
    const { client, pipeline } = await under.start(template([stage('Source')], { Variables: [{ Name: 'needed' }] }));
    const start = async (variables: { name: string; value: string }[]) => (
      refusal(client.send(new StartPipelineExecutionCommand({ name: NAME, variables })))
    );
    expect(await start([])).toBe('ValidationException');
    expect(await start([{ name: 'needed', value: '' }])).toBe('ValidationException');
    expect(await start([{ name: 'needed', value: 'x' }, { name: 'unknown', value: 'x' }])).toBe('ValidationException');
    expect(pipeline.releases).toEqual([]);
    expect(await start([{ name: 'needed', value: 'x' }])).toBe('nothing');
  });
});

describe('a transition', () => {
  test('that the template closes keeps executions in front of its stage, in their order, until it is opened', async () => {
    const { pipeline, scripts, client } = await under.start(template([stage('Source'), stage('Build')], { DisableInboundStageTransitions: [{ StageName: 'Build', Reason: 'standby' }] }));
    const [first, second] = [pipeline.release(), pipeline.release()];
    await second.waitsFor('Build');
    const { stageStates } = await client.send(new GetPipelineStateCommand({ name: NAME }));
    expect(stageStates!.map(({ inboundTransitionState }) => inboundTransitionState)).toMatchObject([{ enabled: true }, { enabled: false, disabledReason: 'standby' }]);
    expect(scripts.ran).toEqual(['Source/Source', 'Source/Source']);
    await client.send(new EnableStageTransitionCommand({ pipelineName: NAME, stageName: 'Build', transitionType: 'Inbound' }));
    await pipeline.idle();
    expect([first.status, second.status]).toEqual(['Succeeded', 'Succeeded']);
  });

  test('can be closed', async () => {
    const { pipeline, client } = await under.start(THREE);
    await client.send(new DisableStageTransitionCommand({ pipelineName: NAME, stageName: 'Deploy', transitionType: 'Inbound', reason: 'holiday' }));
    await pipeline.release().waitsFor('Deploy');
    expect(await refusal(client.send(new DisableStageTransitionCommand({ pipelineName: NAME, stageName: 'No', transitionType: 'Inbound', reason: 'x' })))).toBe('StageNotFoundException');
  });
});

describe('an execution that is stopped', () => {
  const stop = (pipelineExecutionId: string, abandon?: boolean) => (
    new StopPipelineExecutionCommand({ pipelineName: NAME, pipelineExecutionId, abandon, reason: 'wrong commit' })
  );

  test('lets the actions come to their end that are under way, and unlocks the stage then', async () => {
    const { pipeline, scripts, client } = await under.start(template([stage('Source'), stage('Build', [action('One'), action('Two', { runOrder: 2 })]), stage('Deploy')]));
    const release = scripts.holds('Build/One');
    const [first, second] = [pipeline.release(), pipeline.release()];
    await second.waitsFor('Build');
    await client.send(stop(first.id));
    expect([first.status, second.stages]).toEqual(['Stopping', ['Source Succeeded']]);
    expect(await refusal(client.send(stop(first.id)))).toBe('DuplicatedStopRequestException');
    release();
    await pipeline.idle();
    expect([first.status, first.stages]).toEqual(['Stopped', ['Source Succeeded', 'Build Stopped']]);
    expect(second.status).toBe('Succeeded');
    expect(scripts.ran.filter(name => name === 'Build/Two')).toHaveLength(1);
    expect((await client.send(new GetPipelineExecutionCommand({ pipelineName: NAME, pipelineExecutionId: first.id }))).pipelineExecution!.statusSummary).toBe('wrong commit');
    expect(await refusal(client.send(stop(first.id)))).toBe('PipelineExecutionNotStoppableException');
  });

  test('abandons actions, which go on, and what they make is not taken', async () => {
    const { pipeline, scripts, client } = await under.start(template([stage('Source'), stage('Build', [action('Build', { namespace: 'Build' })])]));
    let finish = () => {};
    scripts.set('Build/Build', async () => new Promise(resolve => { finish = () => resolve({ variables: { a: 'b' } }); }));
    const execution = pipeline.release();
    await execution.isIn('Build');
    await settle();
    await client.send(stop(execution.id));
    await client.send(stop(execution.id, true));
    await execution.ended();
    const { stageStates } = await client.send(new GetPipelineStateCommand({ name: NAME }));
    expect([execution.status, stageStates![1].actionStates![0].latestExecution!.status]).toEqual(['Stopped', 'Abandoned']);
    finish();
    await settle();
    expect(execution.output('Build')).toEqual({});
    expect((await client.send(new GetPipelineStateCommand({ name: NAME }))).stageStates![1].actionStates![0].latestExecution!.status).toBe('Abandoned');
  });

  test('may be one that waits', async () => {
    const { pipeline, scripts, client } = await under.start(THREE);
    const release = scripts.holds('Build/Build');
    const [first, second] = [pipeline.release(), pipeline.release()];
    await second.waitsFor('Build');
    await client.send(stop(second.id));
    release();
    await first.ended();
    expect([second.status, second.stages]).toEqual(['Stopped', ['Source Succeeded']]);
  });
});

describe('a new version of the pipeline', () => {
  test('cancels what is under way and what waits', async () => {
    const { pipeline, scripts, client } = await under.start(THREE);
    scripts.holds('Build/Build');
    const [first, second] = [pipeline.release(), pipeline.release()];
    await second.waitsFor('Build');
    pipeline.update({ template: template([stage('Source'), stage('Build'), stage('Deploy'), stage('More')]) });
    await pipeline.idle();
    expect([first.status, second.status]).toEqual(['Cancelled', 'Cancelled']);
    expect(await client.send(new GetPipelineStateCommand({ name: NAME }))).toMatchObject({ pipelineVersion: 2, stageStates: { 1: { latestExecution: { status: 'Cancelled' } } } });
    scripts.succeeds('Build/Build');
    expect(await pipeline.release().ended()).toEqual(['Source Succeeded', 'Build Succeeded', 'Deploy Succeeded', 'More Succeeded']);
  });

  test('there is none of the same structure', async () => {
    const { pipeline, scripts, client } = await under.start(THREE);
    const release = scripts.holds('Build/Build');
    const execution = pipeline.release();
    await execution.isIn('Build');
    pipeline.update({ template: template([stage('Source'), stage('Build'), stage('Deploy')]) });
    release();
    await execution.ended();
    expect([execution.status, (await client.send(new GetPipelineStateCommand({ name: NAME }))).pipelineVersion]).toEqual(['Succeeded', 1]);
  });

  test('keeps a closed transition as it is, and closes those that the template closes', async () => {
    const closed = { DisableInboundStageTransitions: [{ StageName: 'Build', Reason: 'standby' }] };
    const { pipeline, client } = await under.start(template([stage('Source'), stage('Build'), stage('Deploy')], closed));
    await client.send(new EnableStageTransitionCommand({ pipelineName: NAME, stageName: 'Build', transitionType: 'Inbound' }));
    await client.send(new DisableStageTransitionCommand({ pipelineName: NAME, stageName: 'Deploy', transitionType: 'Inbound', reason: 'x' }));
    pipeline.update({ template: template([stage('Source'), stage('Build'), stage('New'), stage('Deploy')], closed) });
    const { stageStates } = await client.send(new GetPipelineStateCommand({ name: NAME }));
    expect(stageStates!.map(({ inboundTransitionState }) => inboundTransitionState!.enabled)).toEqual([true, false, true, false]);
  });

  test('starts an execution if it says so', async () => {
    const { pipeline } = await under.start(THREE);
    pipeline.update({ template: template([stage('Source')], { RestartExecutionOnUpdate: true }) });
    await pipeline.idle();
    expect(pipeline.releases.map(({ stages }) => stages)).toEqual([['Source Succeeded']]);
  });
});
