/**
 * What PIPELINE.md says that happens, seen happening: a pipeline as it is synthesized, with the commands of its buildspecs, the functions of its gates and bakes, the real CDK CLI and the real AWS CLI, on a local AWS per region in
 * which alarms turn because customers' requests fail. CodePipeline, CodeBuild and Lambda stand in (see test/local-pipeline), and all that waits is 40 times faster.
 *
 * Each scenario goes on where the one before has ended. All of them take some ten minutes: `npm run test:scenarios`. A few are a part of `npm run test:pipeline`; without either, none runs.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { RetryStageExecutionCommand, RollbackStageCommand } from '@aws-sdk/client-codepipeline';
import { Estate } from './estate';
import { pipelineFor } from './team';
import { Release } from '../../local-pipeline/release';
import { compiledLibrary } from '../../support/packed-app';

const proof = process.env.PIPELINE ? describe : describe.skip;
/** A scenario that is left out of the short run. */
const long = process.env.PIPELINE === 'all' ? test : test.skip;
jest.setTimeout(300_000);

const [FIRST, SECOND, THIRD] = ['ap-southeast-2', 'us-west-2', 'eu-west-1'];
const BEFORE = ['Source', 'Build'];
const gated = (...stages: string[]) => stages.flatMap(stage => [`Orders-${stage}-gate`, `Orders-${stage}`]);
const all = (regions: string[]) => [...BEFORE, ...gated('global', ...regions, 'mesh')];
/** How an execution ends: all stages succeed, up to one that fails if one is named. */
const ended = (regions: string[], failed?: string) => {
  const stages = all(regions);
  const last = failed === undefined ? stages.length : stages.indexOf(failed);
  return stages.slice(0, last + 1).map((stage, i) => `${stage} ${i === last ? 'Failed' : 'Succeeded'}`);
};
/** The stages that an execution went through after a retry. */
const from = (stage: string, regions: string[]) => all(regions).slice(all(regions).indexOf(stage)).map(name => `${name} Succeeded`);

proof('a team\'s pipeline', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'pipeline-scenarios-'));
  let aws: Estate;
  const synthesized = (name: string, regions: string[]) => {
    const folder = join(workspace, name);
    mkdirSync(folder);
    return pipelineFor(folder, regions);
  };
  const two = [FIRST, SECOND];
  const three = [...two, THIRD];
  /** The regions that the pipeline deploys to. */
  let regions = two;

  beforeAll(async () => {
    await compiledLibrary();
    aws = await Estate.start(workspace, three);
  });
  afterAll(async () => {
    await aws?.stop();
    if (!process.env.KEEP) rmSync(workspace, { recursive: true, force: true });
  });

  const retry = async (execution: Release, stageName: string) => aws.client.send(new RetryStageExecutionCommand({
    pipelineName: aws.pipeline.name, pipelineExecutionId: execution.id, stageName, retryMode: 'ALL_ACTIONS',
  }));
  /** The execution that CodePipeline has started by itself since then, once it has ended. */
  const rollbackAfter = async (execution: Release) => {
    await aws.pipeline.idle();
    const rollback = aws.pipeline.releases.at(-1)!;
    expect([rollback.type, rollback.id === execution.id]).toEqual(['ROLLBACK', false]);
    return rollback;
  };

  test('starts when it is made, stops where it fails, and brings everything up, wave after wave, when that stage is retried', async () => {
    aws.team.commit({ version: '1', regions: two });
    await aws.breakStack(SECOND, 'AWS::Lambda::Alias');
    await aws.deployPipeline(synthesized('pipeline-two', two), true);
    const [execution] = aws.pipeline.releases;
    expect(await execution.ended()).toEqual(ended(two, `Orders-${SECOND}`));
    expect([await aws.versions(...two), aws.pipeline.releases]).toEqual([['1', undefined], [expect.anything()]]);
    await aws.breakStack(SECOND);
    await retry(execution, `Orders-${SECOND}`);
    expect((await execution.ended()).slice(-3)).toEqual([`Orders-${SECOND}`, 'Orders-mesh-gate', 'Orders-mesh'].map(stage => `${stage} Succeeded`));
    expect(await aws.versions(...two)).toEqual(['1', '1']);
    expect(await aws.stacks(FIRST)).toEqual(['Orders-ap-southeast-2', 'Orders-ap-southeast-2-mesh', 'Orders-global']);
    expect(await aws.stacks(SECOND)).toEqual(['Orders-us-west-2', 'Orders-us-west-2-mesh']);
    expect(execution.log(`Orders-${SECOND}`, 'Bake')).toContain('5 minutes without ALARM');
  });

  test('takes a region back whose alarm is in ALARM, at once, and touches no later one', async () => {
    aws.team.commit({ version: '2', regions: two });
    aws.failing.set(FIRST, ['2']);
    const execution = aws.pipeline.release();
    expect(await execution.ended()).toEqual(ended(two, `Orders-${FIRST}`));
    expect(execution.log(`Orders-${FIRST}`, 'Bake')).toContain(`Orders-${FIRST}-unhealthy is in ALARM`);
    const rollback = await rollbackAfter(execution);
    expect([rollback.stages, rollback.target]).toEqual([[`Orders-${FIRST} Succeeded`], aws.pipeline.releases[0].id]);
    expect(rollback.log(`Orders-${FIRST}`, 'Bake')).toContain('rolled back, and no alarm is in ALARM');
    expect(await aws.versions(...two)).toEqual(['1', '1']);
  });

  long('deploys the same commit again', async () => {
    aws.failing.clear();
    await aws.untilAlarm(FIRST, 'OK');
    expect(await aws.pipeline.release().ended()).toEqual(ended(two));
    expect(await aws.versions(...two)).toEqual(['2', '2']);
  });

  long('lets an execution wait while another one deploys, and changes one region after the other', async () => {
    aws.team.commit({ version: '3', regions: two });
    const one = aws.pipeline.release();
    await one.isIn('Orders-global-gate');
    const other = aws.pipeline.release();
    await one.runs(`Orders-${FIRST}`, 'Bake');
    await other.runs('Orders-global-gate', 'Gate');
    expect(await one.ended()).toEqual(ended(two));
    expect(other.stages).toEqual(BEFORE.map(stage => `${stage} Succeeded`));
    expect(await other.ended()).toEqual(ended(two));
    expect(other.log('Orders-global-gate')).toContain(`waits for execution ${one.id}`);
    expect(await aws.versions(...two)).toEqual(['3', '3']);
  });

  long('is refused while a peer is evacuated, which takes nothing back, and goes on when the gate\'s stage is retried', async () => {
    aws.team.commit({ version: '4', regions: two });
    await aws.evacuate(SECOND, FIRST);
    const before = aws.pipeline.releases.length;
    const execution = aws.pipeline.release();
    expect(await execution.ended()).toEqual(ended(two, 'Orders-global-gate'));
    expect(execution.log('Orders-global-gate')).toContain('us-west-2 is evacuated, says ap-southeast-2: ap-southeast-2 may be all that serves');
    expect(aws.pipeline.releases).toHaveLength(before + 1);
    expect(await aws.versions(...two)).toEqual(['3', '3']);
    await aws.readmit(SECOND, FIRST);
    await retry(execution, 'Orders-global-gate');
    expect((await execution.ended()).slice(3)).toEqual(from('Orders-global-gate', two));
    expect(await aws.versions(...two)).toEqual(['4', '4']);
  });

  long('is refused while an alarm is in ALARM, lets a cure in that names the region, and does not take it back', async () => {
    aws.failing.set(SECOND, ['4']);
    await aws.untilAlarm(SECOND, 'ALARM');
    await aws.evacuate(SECOND, FIRST);
    aws.team.commit({ version: '5', regions: two });
    const refused = aws.pipeline.release();
    expect(await refused.ended()).toEqual(ended(two, 'Orders-global-gate'));
    expect(refused.log('Orders-global-gate')).toContain('Orders-us-west-2-unhealthy is in ALARM in us-west-2');
    // the old version goes on failing for customers until this one is there; and this one errs at first
    aws.failing.set(SECOND, ['4', '5']);
    const cure = aws.pipeline.release({ unhealthyRegions: SECOND });
    await cure.runs(`Orders-${SECOND}`, 'Bake');
    aws.failing.clear();
    expect(await cure.ended()).toEqual(ended(two));
    expect(await aws.versions(...two)).toEqual(['5', '5']);
    await aws.readmit(SECOND, FIRST);
    await aws.untilAlarm(SECOND, 'OK');
  });

  long('refuses a region that there is not', async () => {
    const execution = aws.pipeline.release({ lostRegions: 'us-west2' });
    expect(await execution.ended()).toEqual(ended(two, 'Orders-global-gate'));
    expect(execution.log('Orders-global-gate')).toContain('lostRegions names us-west2; allowed: ap-southeast-2, us-west-2');
  });

  long('does not build for a region that it does not know, and lets it join when it does', async () => {
    aws.team.commit({ version: '6', regions: three });
    const unknown = aws.pipeline.release();
    expect(await unknown.ended()).toEqual(ended(two, 'Build'));
    expect(unknown.log('Build')).toContain('The pipeline does not deploy these stacks of Orders: deploy the pipeline first.');
    aws.pipeline.update(synthesized('pipeline-three', three));
    regions = three;
    expect(await aws.pipeline.release().ended()).toEqual(ended(three));
    expect(await aws.versions(...three)).toEqual(['6', '6', '6']);
    expect(await aws.stacks(THIRD)).toEqual(['Orders-eu-west-1', 'Orders-eu-west-1-mesh']);
  });

  long('deploys around a lost region in the middle, whose stages succeed and touch nothing', async () => {
    aws.team.commit({ version: '7', regions: three });
    aws.lose(SECOND);
    const refused = aws.pipeline.release();
    expect(await refused.ended()).toEqual(ended(three, 'Orders-global-gate'));
    expect(refused.log('Orders-global-gate')).toContain('us-west-2 does not answer');
    const execution = aws.pipeline.release({ lostRegions: SECOND });
    expect(await execution.ended()).toEqual(ended(three));
    expect(execution.log(`Orders-${SECOND}-gate`)).toContain('us-west-2 is named as lost: nothing is deployed there');
    expect(execution.log(`Orders-${SECOND}`)).toContain('Nothing is deployed: the region of Orders/us-west-2 is named as lost.');
    expect(execution.log(`Orders-${SECOND}`, 'Bake')).toContain('us-west-2 is named as lost: nothing was deployed there');
    expect(execution.log('Orders-mesh', SECOND)).toContain('is named as lost');
    expect(await aws.versions(...three)).toEqual(['7', '6', '7']);
  });

  long('takes a region that was lost back to what the others got meanwhile', async () => {
    aws.regain(SECOND);
    aws.team.commit({ version: '8', regions: three });
    aws.failing.set(SECOND, ['8']);
    const execution = aws.pipeline.release();
    expect(await execution.ended()).toEqual(ended(three, `Orders-${SECOND}`));
    const rollback = await rollbackAfter(execution);
    expect(rollback.stages).toEqual([`Orders-${SECOND} Succeeded`]);
    expect(rollback.log(`Orders-${SECOND}`)).not.toContain('is named as lost');
    expect(await aws.versions(...three)).toEqual(['8', '7', '7']);
    aws.failing.clear();
    await aws.untilAlarm(SECOND, 'OK');
  });

  long('takes an earlier region back as well, by hand', async () => {
    const target = aws.pipeline.releases.filter(({ type, stages }) => type === 'STANDARD' && stages.includes('Orders-mesh Succeeded')).at(-1)!;
    await aws.client.send(new RollbackStageCommand({ pipelineName: aws.pipeline.name, stageName: `Orders-${FIRST}`, targetPipelineExecutionId: target.id }));
    await aws.pipeline.idle();
    expect(await aws.versions(...three)).toEqual(['7', '7', '7']);
  });

  test('deploys around the primary region, without the global stack', async () => {
    const [, ...others] = regions;
    const [before] = await aws.versions(FIRST);
    aws.team.commit({ version: '9', regions });
    aws.failing.clear();
    aws.lose(FIRST);
    const execution = aws.pipeline.release({ lostRegions: FIRST });
    expect(await execution.ended()).toEqual(ended(regions));
    expect(execution.log('Orders-global')).toContain('Nothing is deployed: the region of Orders/global is named as lost.');
    expect(await aws.versions(...regions)).toEqual([before, ...others.map(() => '9')]);
    aws.regain(FIRST);
  });

  long('deploys around the last region, and gives every region what it has missed when all are back', async () => {
    aws.team.commit({ version: '10', regions: three });
    aws.lose(THIRD);
    expect(await aws.pipeline.release({ lostRegions: THIRD }).ended()).toEqual(ended(three));
    expect(await aws.versions(...three)).toEqual(['10', '10', '9']);
    aws.regain(THIRD);
    expect(await aws.pipeline.release().ended()).toEqual(ended(three));
    expect(await aws.versions(...three)).toEqual(['10', '10', '10']);
  });

  long('lets a region leave', async () => {
    aws.team.commit({ version: '11', regions: three, retiring: [THIRD] });
    const retired = aws.pipeline.release();
    expect(await aws.sendersTo(THIRD, two)).toEqual(two);
    expect(await retired.ended()).toEqual(ended(three));
    expect(await aws.sendersTo(THIRD, two)).toEqual([]);
    await aws.destroyRegion(THIRD, retired.folder('Build'));
    aws.team.commit({ version: '12', regions: two });
    aws.pipeline.update(synthesized('pipeline-two-again', two));
    expect(await aws.pipeline.release().ended()).toEqual(ended(two));
    expect([await aws.versions(...two), await aws.stacks(THIRD)]).toEqual([['12', '12'], []]);
  });

  long('has no way back in the first execution after it was changed: it stops where it fails', async () => {
    aws.pipeline.update(synthesized('pipeline-changed', three));
    aws.pipeline.update(synthesized('pipeline-back', two));
    aws.team.commit({ version: '13', regions: two });
    aws.failing.set(FIRST, ['13']);
    const before = aws.pipeline.releases.length;
    const execution = aws.pipeline.release();
    expect(await execution.ended()).toEqual(ended(two, `Orders-${FIRST}`));
    await aws.pipeline.idle();
    expect(aws.pipeline.releases).toHaveLength(before + 1);
    expect(await aws.versions(...two)).toEqual(['13', '12']);
    aws.failing.clear();
    await aws.untilAlarm(FIRST, 'OK');
    await retry(execution, `Orders-${FIRST}`);
    expect((await execution.ended()).at(-1)).toBe('Orders-mesh Succeeded');
    expect(await aws.versions(...two)).toEqual(['13', '13']);
  });
});
