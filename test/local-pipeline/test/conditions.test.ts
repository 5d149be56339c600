import { ConditionType, GetPipelineStateCommand, OverrideStageConditionCommand, PutApprovalResultCommand, StageState } from '@aws-sdk/client-codepipeline';
import { action, entry, ManualClock, NAME, pipelines, refusal, settle, stage, template } from './support';
import { DeploymentWindow } from '../cron';

const under = pipelines();
const check = (Operator: string, Value = 'yes') => ({ provider: 'VariableCheck', configuration: { Variable: '#{variables.use}', Operator, Value } });
const window = (Cron: string, TimeZone?: string) => ({ provider: 'DeploymentWindow', configuration: { Cron, TimeZone: TimeZone ?? 'UTC' } });
const VARIABLES = { Variables: [{ Name: 'use', DefaultValue: 'no' }] };
const guarded = (condition: object) => template([stage('Source'), stage('Deploy', [action('Deploy')], condition), stage('Next')], VARIABLES);
const override = (pipelineExecutionId: string, conditionType: ConditionType = 'BEFORE_ENTRY', stageName = 'Deploy') => (
  new OverrideStageConditionCommand({ pipelineName: NAME, stageName, pipelineExecutionId, conditionType })
);

describe('an entry condition', () => {
  test.each([
    ['EQ', 'yes', true], ['EQ', 'ye', false], ['NE', 'yes', false], ['NE', 'no', true], ['CONTAINS', 'es', true], ['CONTAINS', 'o', false], ['MATCHES', 'y.s', true], ['MATCHES', 'y', false],
  ])('with a variable that is yes, %s %s, is met: %s', async (operator, value, isMet) => {
    const { pipeline } = await under.start(guarded(entry('FAIL', check(operator, value))));
    expect((await pipeline.release({ use: 'yes' }).ended())[1]).toBe(`Deploy ${isMet ? 'Succeeded' : 'Failed'}`);
  });

  test('that is not met fails the stage, or skips it', async () => {
    const { pipeline, scripts } = await under.start(guarded(entry('FAIL', check('EQ'))));
    const failed = pipeline.release();
    expect([await failed.ended(), failed.status]).toEqual([['Source Succeeded', 'Deploy Failed'], 'Failed']);
    expect(scripts.ran).toEqual(['Source/Source']);
    const skipping = await under.start(guarded(entry('SKIP', check('EQ'))));
    const skipped = skipping.pipeline.release();
    expect([await skipped.ended(), skipped.status]).toEqual([['Source Succeeded', 'Deploy Skipped', 'Next Succeeded'], 'Succeeded']);
  });

  test('is not met if one of its rules is not, and the state tells which', async () => {
    const { pipeline, client } = await under.start(guarded(entry('FAIL', check('EQ', 'no'), check('EQ'))));
    await pipeline.release().ended();
    const { stageStates } = await client.send(new GetPipelineStateCommand({ name: NAME }));
    expect(stageStates![1].beforeEntryConditionState).toMatchObject({
      latestExecution: { status: 'Failed' },
      conditionStates: [{ latestExecution: { status: 'Failed' }, ruleStates: [{ ruleName: 'rule-1', latestExecution: { status: 'Succeeded' } }, { latestExecution: { status: 'Failed' } }] }],
    });
  });

  test('is not met if a rule of it breaks', async () => {
    const { pipeline } = await under.start(guarded(entry('FAIL', { provider: 'VariableCheck', configuration: { Variable: '#{No.Such}', Operator: 'EQ', Value: 'x' } })));
    expect(await pipeline.release().ended()).toEqual(['Source Succeeded', 'Deploy Failed']);
  });

  test('waits for a deployment window, by the clock, and those behind it wait in front of the stage', async () => {
    const clock = new ManualClock(Date.parse('2030-01-07T05:58:00Z')); // a Monday
    const { pipeline, client } = await under.start(guarded(entry('FAIL', window('* * 6-7 ? * MON-FRI *'))), { clock });
    const [first, second] = [pipeline.release(), pipeline.release()];
    await second.waitsFor('Deploy');
    const { stageStates } = await client.send(new GetPipelineStateCommand({ name: NAME }));
    expect(stageStates![1].beforeEntryConditionState!.latestExecution).toEqual({ status: 'InProgress' });
    expect(stageStates![1].latestExecution).toMatchObject({ pipelineExecutionId: first.id, status: 'InProgress' });
    await clock.advance(1);
    expect(first.stages).toEqual(['Source Succeeded']);
    await clock.advance(1);
    await pipeline.idle();
    expect([first.status, second.status]).toEqual(['Succeeded', 'Succeeded']);
  });

  test('asks each rule once: one that was met is not asked again when the window opens', async () => {
    const clock = new ManualClock(Date.parse('2030-01-07T05:00:00Z'));
    let asked = 0;
    const evaluators = { Asked: async () => ({ isMet: (asked += 1) > 0, summary: '' }) };
    const { pipeline } = await under.start(guarded(entry('FAIL', window('* * 6 ? * *'), { provider: 'Asked', configuration: {} })), { clock, evaluators });
    const execution = pipeline.release();
    await execution.isIn('Deploy');
    await clock.advance(60);
    await execution.ended();
    expect([execution.status, asked]).toEqual(['Succeeded', 1]);
  });

  test('can be overridden while it waits, by the execution that is in the stage', async () => {
    const clock = new ManualClock();
    const { pipeline, client } = await under.start(guarded(entry('FAIL', window('* * 6 ? * *'))), { clock });
    const [first, second] = [pipeline.release(), pipeline.release()];
    await second.waitsFor('Deploy');
    expect(await refusal(client.send(override(second.id)))).toBe('NotLatestPipelineExecutionException');
    expect(await refusal(client.send(override(first.id, 'ON_SUCCESS')))).toBe('ConditionNotOverridableException');
    await client.send(override(first.id));
    await first.ended();
    const overridden = (await client.send(new GetPipelineStateCommand({ name: NAME }))).stageStates as StageState[];
    expect(first.status).toBe('Succeeded');
    expect(overridden[1].beforeEntryConditionState!.latestExecution!.status).toBe('InProgress'); // of the second
    await client.send(override(second.id));
    await second.ended();
    const { stageStates } = await client.send(new GetPipelineStateCommand({ name: NAME }));
    expect(stageStates![1].beforeEntryConditionState).toMatchObject({
      latestExecution: { status: 'Overridden' }, conditionStates: [{ ruleStates: [{ latestExecution: { status: 'Abandoned' } }] }],
    });
  });

  test('cannot be overridden once it has failed, nor when it may skip the stage', async () => {
    const { pipeline, client } = await under.start(guarded(entry('FAIL', check('EQ'))));
    const failed = pipeline.release();
    await failed.ended();
    expect(await refusal(client.send(override(failed.id)))).toBe('ConditionNotOverridableException');
    const skipping = await under.start(guarded(entry('SKIP', window('* * 6 ? * *'))), { clock: new ManualClock() });
    const waiting = skipping.pipeline.release();
    await waiting.isIn('Deploy');
    expect(await refusal(skipping.client.send(override(waiting.id)))).toBe('ConditionNotOverridableException');
  });

  test('is over when its execution is stopped', async () => {
    const { pipeline } = await under.start(guarded(entry('FAIL', window('* * 6 ? * *'))), { clock: new ManualClock() });
    const execution = pipeline.release();
    await execution.isIn('Deploy');
    pipeline.call('StopPipelineExecution', { pipelineName: NAME, pipelineExecutionId: execution.id });
    expect(await execution.ended()).toEqual(['Source Succeeded', 'Deploy Stopped']);
  });
});

describe('a deployment window', () => {
  test.each([
    ['* * 8-16 ? * MON-THU *', 'Europe/Zurich', '2030-01-07T07:00:00Z', true],
    ['* * 8-16 ? * MON-THU *', 'Europe/Zurich', '2030-07-08T15:00:00Z', false], // summer: two hours ahead
    ['* * 8-16 ? * MON-THU *', 'Europe/Zurich', '2030-01-11T09:00:00Z', false], // a Friday
    ['* 0/15 * * * ?', undefined, '2030-01-07T09:30:59Z', true],
    ['* 0/15 * * * ?', undefined, '2030-01-07T09:31:00Z', false],
    ['* */20 * 1,15 DEC ? 2030-2031', undefined, '2030-12-15T09:40:00Z', true],
    ['* */20 * 1,15 DEC ? 2030-2031', undefined, '2032-12-15T09:40:00Z', false],
    ['* * 0 ? * 1', 'Asia/Tokyo', '2030-01-05T15:00:00Z', true], // Sunday begins there
  ])('%s in %s is open at %s: %s', (cron, timeZone, at, isOpen) => {
    expect(new DeploymentWindow(cron, timeZone).isOpen(Date.parse(at))).toBe(isOpen);
  });

  test.each(['* * 8 ? *', '* * 25 ? * *', '* * 8 L * ?', '* * 8 ? * NOW'])('%s is refused', cron => {
    expect(() => new DeploymentWindow(cron)).toThrow('deployment window');
  });
});

describe('a manual approval', () => {
  const APPROVED = template([stage('Source'), stage('Approval', [action('Approve', { provider: 'Manual' })]), stage('Deploy')]);
  const answer = (token: string, status: 'Approved' | 'Rejected', actionName = 'Approve') => (
    new PutApprovalResultCommand({ pipelineName: NAME, stageName: 'Approval', actionName, token, result: { status, summary: 'by the team' } })
  );
  async function asked(props = {}) {
    const started = await under.start(APPROVED, props);
    const execution = started.pipeline.release();
    await execution.isIn('Approval');
    await settle();
    const { stageStates } = await started.client.send(new GetPipelineStateCommand({ name: NAME }));
    return { ...started, execution, token: stageStates![1].actionStates![0].latestExecution!.token! };
  }

  test('holds the execution until somebody approves', async () => {
    const { execution, client, token } = await asked();
    expect(await refusal(client.send(answer('another', 'Approved')))).toBe('InvalidApprovalTokenException');
    expect(await refusal(client.send(answer(token, 'Approved', 'Other')))).toBe('ActionNotFoundException');
    expect((await client.send(answer(token, 'Approved'))).approvedAt).toBeInstanceOf(Date);
    expect(await execution.ended()).toEqual(['Source Succeeded', 'Approval Succeeded', 'Deploy Succeeded']);
    const { stageStates } = await client.send(new GetPipelineStateCommand({ name: NAME }));
    expect(stageStates![1].actionStates![0].latestExecution).toMatchObject({ status: 'Succeeded', summary: 'by the team' });
    expect(stageStates![1].actionStates![0].latestExecution!.token).toBeUndefined();
    expect(await refusal(client.send(answer(token, 'Rejected')))).toBe('ApprovalAlreadyCompletedException');
  });

  test('fails when somebody rejects', async () => {
    const { execution, client, token } = await asked();
    await client.send(answer(token, 'Rejected'));
    expect(await execution.ended()).toEqual(['Source Succeeded', 'Approval Failed']);
  });

  test('fails when nobody answers for a week', async () => {
    const clock = new ManualClock();
    const { execution } = await asked({ clock });
    await clock.advance(7 * 24 * 60);
    expect(await execution.ended()).toEqual(['Source Succeeded', 'Approval Failed']);
  });
});
