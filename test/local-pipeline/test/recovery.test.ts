import {
  DisableStageTransitionCommand, EnableStageTransitionCommand, GetPipelineExecutionCommand, GetPipelineStateCommand, ListPipelineExecutionsCommand,
  RetryStageExecutionCommand, RollbackStageCommand, StageRetryMode, StopPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { action, entry, ManualClock, NAME, pipelines, refusal, ROLLBACK, settle, stage, template } from './support';

const under = pipelines();
const ROLLING = [stage('Source', [action('Source', { namespace: 'Commit' })]), stage('Deploy', [action('Deploy')], ROLLBACK), stage('Next')];
const retry = (stageName: string, pipelineExecutionId: string, retryMode: StageRetryMode = 'FAILED_ACTIONS') => (
  new RetryStageExecutionCommand({ pipelineName: NAME, stageName, pipelineExecutionId, retryMode })
);
const rollBack = (stageName: string, targetPipelineExecutionId: string) => (
  new RollbackStageCommand({ pipelineName: NAME, stageName, targetPipelineExecutionId })
);

describe('a stage that rolls back', () => {
  test('is run once more by itself, with the artifacts and the variables of the last execution that succeeded in it', async () => {
    const clock = new ManualClock();
    const { pipeline, scripts, client } = await under.start(template([
      stage('Source', [action('Source', { namespace: 'Commit' })]),
      stage('Deploy', [action('Deploy', { configuration: { Text: '#{variables.v} #{Commit.Id} #{codepipeline.PipelineExecutionId}' } })], ROLLBACK),
      stage('Next'),
    ], { Variables: [{ Name: 'v', DefaultValue: '0' }] }), { clock });
    const seen: string[] = [];
    scripts.set('Source/Source', ({ execution }) => ({ variables: { Id: `commit-of-${execution.id}` }, artifacts: { Code: `code-of-${execution.id}` } }));
    scripts.set('Deploy/Deploy', ({ execution, configuration }) => {
      seen.push(`${execution.artifacts.get('Code')} ${configuration.Text}`);
      if (configuration.Text.startsWith('3') && execution.type === 'STANDARD') throw new Error('unhealthy');
    });
    const first = pipeline.release({ v: '1' });
    await first.ended();
    await clock.advance(1);
    const second = pipeline.release({ v: '2' });
    await second.ended();
    const third = pipeline.release({ v: '3' });
    await pipeline.idle();
    const [,,, rollback, ...more] = pipeline.releases;
    expect(more).toEqual([]);
    expect([third.status, third.stages]).toEqual(['Failed', ['Source Succeeded', 'Deploy Failed']]);
    expect([rollback.status, rollback.type, rollback.stages, rollback.target]).toEqual(['Succeeded', 'ROLLBACK', ['Deploy Succeeded'], second.id]);
    expect(seen.at(-1)).toBe(`code-of-${second.id} 2 commit-of-${second.id} ${rollback.id}`);
    expect(seen[0]).toBe(`code-of-${first.id} 1 commit-of-${first.id} ${first.id}`);
    const { pipelineExecution } = await client.send(new GetPipelineExecutionCommand({ pipelineName: NAME, pipelineExecutionId: rollback.id }));
    expect(pipelineExecution).toMatchObject({
      executionType: 'ROLLBACK', trigger: { triggerType: 'AutomatedRollback' }, rollbackMetadata: { rollbackTargetPipelineExecutionId: second.id },
    });
    const { stageStates } = await client.send(new GetPipelineStateCommand({ name: NAME }));
    expect(stageStates![1].latestExecution).toEqual({ pipelineExecutionId: rollback.id, status: 'Succeeded', type: 'ROLLBACK' });
  });

  test('just fails when no execution has succeeded in it', async () => {
    const { pipeline, scripts } = await under.start(template(ROLLING));
    scripts.fails('Deploy/Deploy');
    await pipeline.release().ended();
    await settle();
    expect(pipeline.releases.map(({ type }) => type)).toEqual(['STANDARD']);
  });

  test('goes back to an execution that failed later, but not to a rollback', async () => {
    const { pipeline, scripts } = await under.start(template(ROLLING));
    scripts.fails('Next/Next');
    const first = pipeline.release();
    await first.ended();
    scripts.set('Deploy/Deploy', ({ execution }) => { if (execution.type === 'STANDARD') throw new Error('unhealthy'); });
    for (let i = 0; i < 2; i++) {
      pipeline.release();
      await pipeline.idle();
    }
    expect(pipeline.releases.map(({ type, target }) => [type, target])).toEqual([
      ['STANDARD', undefined], ['STANDARD', undefined], ['ROLLBACK', first.id], ['STANDARD', undefined], ['ROLLBACK', first.id],
    ]);
  });

  test('does not go back to an execution of another version of the pipeline', async () => {
    const { pipeline, scripts, client } = await under.start(template(ROLLING));
    const first = pipeline.release();
    await first.ended();
    pipeline.update({ template: template([...ROLLING, stage('More')]) });
    scripts.fails('Deploy/Deploy');
    await pipeline.release().ended();
    await settle();
    expect(pipeline.releases).toHaveLength(2);
    expect(await refusal(client.send(rollBack('Deploy', first.id)))).toBe('UnableToRollbackStageException');
  });

  test('is not rolled back again when the rollback fails', async () => {
    const { pipeline, scripts } = await under.start(template(ROLLING));
    await pipeline.release().ended();
    scripts.fails('Deploy/Deploy');
    pipeline.release();
    await pipeline.idle();
    await settle();
    expect(pipeline.releases.map(({ type, status }) => `${type} ${status}`)).toEqual(['STANDARD Succeeded', 'STANDARD Failed', 'ROLLBACK Failed']);
  });

  test('is rolled back behind the executions that already wait, and before a closed transition not at all', async () => {
    const { pipeline, scripts, client } = await under.start(template(ROLLING));
    await pipeline.release().ended();
    let fail = () => {};
    scripts.set('Deploy/Deploy', async () => new Promise((_, reject) => { fail = () => reject(new Error('unhealthy')); }));
    const [second, third] = [pipeline.release(), pipeline.release()];
    await third.waitsFor('Deploy');
    await client.send(new DisableStageTransitionCommand({ pipelineName: NAME, stageName: 'Deploy', transitionType: 'Inbound', reason: 'x' }));
    fail();
    await second.ended();
    await settle();
    const rollback = pipeline.releases[3];
    await rollback.waitsFor('Deploy');
    const order: string[] = [];
    scripts.set('Deploy/Deploy', ({ execution }) => { order.push(execution.id); });
    await client.send(new EnableStageTransitionCommand({ pipelineName: NAME, stageName: 'Deploy', transitionType: 'Inbound' }));
    await pipeline.idle();
    expect(order).toEqual([third.id, rollback.id]);
  });

  test('may be entered by others before its rollback starts', async () => {
    const { pipeline, scripts } = await under.start(template(ROLLING), { rollbackDelayMs: 50 });
    const first = pipeline.release();
    await first.ended();
    scripts.fails('Deploy/Deploy');
    const bad = pipeline.release();
    await bad.ended();
    const order: string[] = [];
    scripts.set('Deploy/Deploy', ({ execution }) => { order.push(execution.id); });
    const next = pipeline.release();
    await next.ended();
    expect(pipeline.releases).toHaveLength(3);
    await pipeline.idle();
    expect(order).toEqual([next.id, pipeline.releases[3].id]);
    expect(pipeline.releases[3].target).toBe(first.id);
  });

  test('is rolled back as well when its entry condition fails', async () => {
    const condition = entry('FAIL', { provider: 'VariableCheck', configuration: { Variable: '#{variables.may}', Operator: 'EQ', Value: 'yes' } });
    const { pipeline } = await under.start(template([stage('Source'), stage('Deploy', [action('Deploy')], { ...ROLLBACK, ...condition })], { Variables: [{ Name: 'may' }] }));
    await pipeline.release({ may: 'yes' }).ended();
    await pipeline.release({ may: 'no' }).ended();
    await pipeline.idle();
    expect(pipeline.releases.map(({ stages }) => stages.at(-1))).toEqual(['Deploy Succeeded', 'Deploy Failed', 'Deploy Succeeded']);
  });

  test('can be one whose condition on success is not met', async () => {
    const answers = [true, false, true];
    const { pipeline } = await under.start(template([
      stage('Source'), stage('Deploy', [action('Deploy')], { OnSuccess: { Conditions: [{ Result: 'ROLLBACK', Rules: [{ Name: 'bake', RuleTypeId: { Provider: 'CloudWatchAlarm' } }] }] } }),
    ]), { evaluators: { CloudWatchAlarm: async () => ({ isMet: answers.shift()!, summary: 'looked' }) } });
    await pipeline.release().ended();
    await pipeline.release().ended();
    await pipeline.idle();
    expect(pipeline.releases.map(({ type, stages }) => `${type} ${stages.at(-1)}`)).toEqual(['STANDARD Deploy Succeeded', 'STANDARD Deploy Failed', 'ROLLBACK Deploy Succeeded']);
  });
});

describe('a stage that is rolled back by hand', () => {
  test('is run once more with what an earlier execution had', async () => {
    const { pipeline, client } = await under.start(template(ROLLING));
    const first = pipeline.release();
    pipeline.release();
    await pipeline.idle();
    const { pipelineExecutionId } = await client.send(rollBack('Deploy', first.id));
    await pipeline.idle();
    const rollback = pipeline.releases[2];
    expect([rollback.id, rollback.type, rollback.target, rollback.stages]).toEqual([pipelineExecutionId, 'ROLLBACK', first.id, ['Deploy Succeeded']]);
  });

  test('must not be the source, nor under way, nor go back to a rollback or to a failure', async () => {
    const { pipeline, scripts, client } = await under.start(template(ROLLING));
    const first = pipeline.release();
    await first.ended();
    await client.send(rollBack('Deploy', first.id));
    await pipeline.idle();
    const [, rollback] = pipeline.releases;
    scripts.fails('Next/Next');
    const failed = pipeline.release();
    await failed.ended();
    expect(await refusal(client.send(rollBack('Source', first.id)))).toBe('UnableToRollbackStageException');
    expect(await refusal(client.send(rollBack('Deploy', rollback.id)))).toBe('UnableToRollbackStageException');
    expect(await refusal(client.send(rollBack('Next', failed.id)))).toBe('UnableToRollbackStageException');
    expect(await refusal(client.send(rollBack('Deploy', '11111111-1111-1111-1111-111111111111')))).toBe('PipelineExecutionNotFoundException');
    scripts.holds('Deploy/Deploy');
    await pipeline.release().isIn('Deploy');
    expect(await refusal(client.send(rollBack('Deploy', first.id)))).toBe('UnableToRollbackStageException');
  });

  test('has its targets listed: rollbacks are among them, although they are refused', async () => {
    const { pipeline, scripts, client } = await under.start(template(ROLLING));
    const first = pipeline.release();
    await first.ended();
    scripts.fails('Deploy/Deploy');
    const failed = pipeline.release();
    await failed.ended();
    await pipeline.idle();
    scripts.succeeds('Deploy/Deploy');
    const { pipelineExecutionId } = await client.send(rollBack('Deploy', first.id));
    await pipeline.idle();
    const { pipelineExecutionSummaries } = await client.send(new ListPipelineExecutionsCommand({ pipelineName: NAME, filter: { succeededInStage: { stageName: 'Deploy' } } }));
    expect(pipelineExecutionSummaries!.map(summary => summary.pipelineExecutionId)).toEqual([pipelineExecutionId, first.id]);
  });
});

describe('a stage that is retried', () => {
  const BUILD = template([stage('Source'), stage('Build', [action('One'), action('Two'), action('Last', { runOrder: 2 })]), stage('Deploy')]);

  test('runs the actions that failed and those after them, and the execution goes on', async () => {
    const { pipeline, scripts, client } = await under.start(BUILD);
    scripts.fails('Build/Two');
    const execution = pipeline.release();
    await execution.ended();
    scripts.succeeds('Build/Two');
    expect(await client.send(retry('Build', execution.id))).toMatchObject({ pipelineExecutionId: execution.id });
    expect(await execution.ended()).toEqual(['Source Succeeded', 'Build Failed', 'Build Succeeded', 'Deploy Succeeded']);
    expect(scripts.ran).toEqual(['Source/Source', 'Build/One', 'Build/Two', 'Build/Two', 'Build/Last', 'Deploy/Deploy']);
  });

  test('runs all of its actions on request', async () => {
    const { pipeline, scripts, client } = await under.start(BUILD);
    scripts.fails('Build/Last');
    const execution = pipeline.release();
    await execution.ended();
    scripts.succeeds('Build/Last');
    await client.send(retry('Build', execution.id, 'ALL_ACTIONS'));
    await execution.ended();
    expect(scripts.ran.slice(1)).toEqual(['Build/One', 'Build/Two', 'Build/Last', 'Build/One', 'Build/Two', 'Build/Last', 'Deploy/Deploy']);
  });

  test('runs a failed action again while another one is under way, but then not all of them', async () => {
    const { pipeline, scripts, client } = await under.start(BUILD);
    const release = scripts.holds('Build/One');
    scripts.fails('Build/Two');
    const execution = pipeline.release();
    await execution.isIn('Build');
    await settle();
    scripts.succeeds('Build/Two');
    expect(await refusal(client.send(retry('Build', execution.id, 'ALL_ACTIONS')))).toBe('ConflictException');
    await client.send(retry('Build', execution.id));
    release();
    expect(await execution.ended()).toEqual(['Source Succeeded', 'Build Succeeded', 'Deploy Succeeded']);
  });

  test('may be one whose execution was stopped', async () => {
    const { pipeline, scripts, client } = await under.start(BUILD);
    const release = scripts.holds('Build/One');
    const execution = pipeline.release();
    await execution.isIn('Build');
    await settle();
    await client.send(new StopPipelineExecutionCommand({ pipelineName: NAME, pipelineExecutionId: execution.id }));
    release();
    await execution.ended();
    await client.send(retry('Build', execution.id));
    expect(await execution.ended()).toEqual(['Source Succeeded', 'Build Stopped', 'Build Succeeded', 'Deploy Succeeded']);
    expect(scripts.ran.filter(name => name === 'Build/One')).toHaveLength(1);
  });

  test('is refused to an execution that is not the latest in it', async () => {
    const { pipeline, scripts, client } = await under.start(BUILD);
    scripts.fails('Build/One');
    const first = pipeline.release();
    pipeline.release();
    await pipeline.idle();
    expect(await refusal(client.send(retry('Build', first.id)))).toBe('NotLatestPipelineExecutionException');
    expect(await refusal(client.send(retry('Deploy', first.id)))).toBe('NotLatestPipelineExecutionException');
  });

  test('is refused to one that was rolled back, since the rollback is the latest', async () => {
    const { pipeline, scripts, client } = await under.start(template(ROLLING));
    await pipeline.release().ended();
    scripts.set('Deploy/Deploy', ({ execution }) => { if (execution.type === 'STANDARD') throw new Error('unhealthy'); });
    const failed = pipeline.release();
    await failed.ended();
    await pipeline.idle();
    expect(await refusal(client.send(retry('Deploy', failed.id)))).toBe('NotLatestPipelineExecutionException');
  });

  test('is refused when nothing failed in it, when only its entry did, and when the pipeline has changed', async () => {
    const condition = entry('FAIL', { provider: 'VariableCheck', configuration: { Variable: 'no', Operator: 'EQ', Value: 'yes' } });
    const { pipeline, scripts, client } = await under.start(template([stage('Source'), stage('Build'), stage('Deploy', [action('Deploy')], condition)]));
    const execution = pipeline.release();
    await execution.ended();
    expect(await refusal(client.send(retry('Build', execution.id)))).toBe('StageNotRetryableException');
    expect(await refusal(client.send(retry('Deploy', execution.id)))).toBe('StageNotRetryableException');
    scripts.fails('Build/Build');
    const failed = pipeline.release();
    await failed.ended();
    pipeline.update({ template: template([stage('Source'), stage('Build'), stage('More')]) });
    expect(await refusal(client.send(retry('Build', failed.id)))).toBe('StageNotRetryableException');
  });
});
