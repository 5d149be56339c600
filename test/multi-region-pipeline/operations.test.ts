/**
 * What an operator meets before anything is deployed: windows, approvals, several systems in a row, the standby. The synthesized pipeline runs with the functions of its gates and bakes, which ask an endpoint on loopback that answers
 * for all regions. Builds and deployments only say that they were there: commands.test.ts runs theirs.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import {
  CodePipelineClient, DisableStageTransitionCommand, EnableStageTransitionCommand, GetPipelineStateCommand, OverrideStageConditionCommand,
  PutApprovalResultCommand,
} from '@aws-sdk/client-codepipeline';
import { Duration } from 'aws-cdk-lib';
import { RegionsEndpoint } from './asked-regions';
import { build, HOME, skeleton } from './support';
import { Processes } from '../../cli/rehearsal/machine/processes';
import { MultiRegionPipelineProps } from '../../src';
import { ScaledClock } from '../local-pipeline/clock';
import { Deployed, PipelineRunner, PipelineRunnerProps } from '../local-pipeline/runner';

/** Left out unless asked for, as `npm run test:pipeline` does. */
const proof = process.env.PIPELINE ? describe : describe.skip;

jest.setTimeout(60_000);

const OTHER = 'us-west-2';
const BAKE = { duration: Duration.minutes(1) };
const gated = (system: string, ...stages: string[]) => stages.flatMap(stage => [`${system}-${stage}-gate`, `${system}-${stage}`]);
const BEFORE = ['Source', 'Build'];
const ORDERS = gated('Orders', 'global', HOME, OTHER, 'mesh');
const succeeded = (...stages: string[]) => stages.map(stage => `${stage} Succeeded`);

const regions = new RegionsEndpoint();
let folder: string;
let processes: Processes;
let pipeline: PipelineRunner;
let client: CodePipelineClient;
/** What was deployed, by project. */
let deployed: string[];
beforeAll(async () => regions.start());
afterAll(async () => regions.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'operations-'));
  ['checkout', 'executions'].forEach(name => mkdirSync(join(folder, name)));
  processes = new Processes(folder);
  regions.world = {};
  deployed = [];
});
afterEach(async () => {
  await pipeline.stop();
  await processes.stopAll();
  rmSync(folder, { recursive: true });
});

function synthesize(options: Parameters<typeof build>[0], props: Partial<MultiRegionPipelineProps> = {}) {
  const { app, stack, pipeline: { standbyStack } } = build(options, props);
  const assembly = app.synth();
  const of = ({ artifactId }: typeof stack): Deployed => ({ template: assembly.getStackArtifact(artifactId).template, assembly: assembly.directory });
  return { home: of(stack), standby: standbyStack && of(standbyStack) };
}

async function start(of: Deployed, props: Partial<PipelineRunnerProps> & { readonly startsAt?: string } = {}): Promise<void> {
  pipeline = await PipelineRunner.start({
    ...of,
    checkout: join(folder, 'checkout'),
    folder: join(folder, 'executions'),
    processes,
    region: HOME,
    regions: new Map([HOME, OTHER].map(region => [region, regions.url])),
    clock: new ScaledClock({ scale: 120, startsAt: props.startsAt === undefined ? undefined : new Date(props.startsAt) }),
    executors: () => ({
      CodeBuild: async ({ stage, action, execution, folder: artifact }) => {
        deployed.push(`${execution.id} ${action.name}`);
        mkdirSync(join(artifact, 'artifact'), { recursive: true });
        return stage === 'Build' ? { artifacts: { Assembly: join(artifact, 'artifact') } } : {};
      },
    }),
    ...props,
  });
  client = new CodePipelineClient(pipeline.client);
}

/** The state of the condition in front of the first gate. */
const entryState = async () => {
  const { stageStates } = await client.send(new GetPipelineStateCommand({ name: pipeline.name }));
  return stageStates!.find(({ stageName }) => stageName === 'Orders-global-gate')!.beforeEntryConditionState!.latestExecution!.status;
};
const deployedBy = ({ id }: { readonly id: string }) => deployed.filter(entry => entry.startsWith(id)).map(entry => entry.split(' ')[1]).filter(name => name !== 'Build');

proof('a deployment window', () => {
  const DAY = { cron: '* * 9-16 ? * MON-THU *', timeZone: 'Australia/Sydney' };
  const withWindow = synthesize({ stage: { bake: BAKE, deploymentWindow: DAY } }).home;
  // a Monday in winter, 10 hours ahead of UTC
  const [AT_NIGHT, JUST_BEFORE, JUST_IN] = ['2030-06-02T14:00:00Z', '2030-06-02T22:57:00Z', '2030-06-03T06:58:00Z'];

  test('lets nobody in before it opens, and the gate is asked after that', async () => {
    await start(withWindow, { startsAt: JUST_BEFORE });
    const execution = pipeline.release();
    await execution.isIn('Orders-global-gate');
    expect(await entryState()).toBe('InProgress');
    regions.world = { alarms: { [OTHER]: { 'Orders-us-west-2-unhealthy': 'ALARM' } } };
    expect(await execution.ended()).toEqual([...succeeded(...BEFORE), 'Orders-global-gate Failed']);
    expect(execution.log('Orders-global-gate')).toContain('Orders-us-west-2-unhealthy is in ALARM in us-west-2');
    expect(deployedBy(execution)).toEqual([]);
  });

  test('holds nobody up who is in, also when it closes meanwhile', async () => {
    await start(withWindow, { startsAt: JUST_IN });
    expect(await pipeline.release().ended()).toEqual(succeeded(...BEFORE, ...ORDERS));
  });

  test('is overridden for one execution', async () => {
    await start(withWindow, { startsAt: AT_NIGHT });
    const execution = pipeline.release();
    await execution.isIn('Orders-global-gate');
    expect(await entryState()).toBe('InProgress');
    await client.send(new OverrideStageConditionCommand({
      pipelineName: pipeline.name, stageName: 'Orders-global-gate', pipelineExecutionId: execution.id, conditionType: 'BEFORE_ENTRY',
    }));
    expect(await execution.ended()).toEqual(succeeded(...BEFORE, ...ORDERS));
  });
});

proof('an approval', () => {
  const withApproval = synthesize({ stage: { bake: BAKE, approval: true }, withTopic: true }).home;

  test.each(['Approved', 'Rejected'] as const)('%s, decides before anything is deployed', async status => {
    await start(withApproval);
    const execution = pipeline.release();
    await execution.runs('Orders-approval', 'Approve');
    expect(deployedBy(execution)).toEqual([]);
    const { stageStates } = await client.send(new GetPipelineStateCommand({ name: pipeline.name }));
    const [{ latestExecution }] = stageStates!.find(({ stageName }) => stageName === 'Orders-approval')!.actionStates!;
    await client.send(new PutApprovalResultCommand({
      pipelineName: pipeline.name, stageName: 'Orders-approval', actionName: 'Approve', token: latestExecution!.token, result: { status, summary: 'seen' },
    }));
    const expected = status === 'Approved' ? succeeded(...BEFORE, 'Orders-approval', ...ORDERS) : [...succeeded(...BEFORE), 'Orders-approval Failed'];
    expect(await execution.ended()).toEqual(expected);
    expect(deployedBy(execution).length > 0).toBe(status === 'Approved');
  });
});

proof('two systems in a row', () => {
  const STAGING = gated('Staging', 'global', HOME, 'mesh');
  const both = synthesize({}, { stages: [{ system: skeleton('Staging', 1), bake: BAKE }, { system: skeleton('Orders'), bake: BAKE }] }).home;

  test('are deployed one after the other', async () => {
    await start(both);
    expect(await pipeline.release().ended()).toEqual(succeeded(...BEFORE, ...STAGING, ...ORDERS));
  });

  test('do not get as far as the second when the first is not well', async () => {
    await start(both);
    const execution = pipeline.release();
    await execution.runs(`Staging-${HOME}`, 'Bake');
    regions.world = { alarms: { [HOME]: { [`Staging-${HOME}-unhealthy`]: 'ALARM' } } };
    expect((await execution.ended()).at(-1)).toBe(`Staging-${HOME} Failed`);
  });

  test('wait for executions in their own stages only', async () => {
    await start(both);
    const one = pipeline.release();
    await one.runs(`Orders-${HOME}`, 'Bake');
    const other = pipeline.release();
    await other.runs('Orders-global-gate', 'Gate');
    expect([one.status, other.stages]).toEqual(['InProgress', succeeded(...BEFORE, ...STAGING)]);
    expect([await one.ended(), await other.ended()]).toEqual([1, 2].map(() => succeeded(...BEFORE, ...STAGING, ...ORDERS)));
    const inOther = deployed.filter(entry => entry.endsWith(OTHER)).map(entry => entry.split(' ')[0]);
    expect(inOther).toEqual([one.id, one.id, other.id, other.id]);
  });
});

proof('the standby', () => {
  const standby = synthesize({ stage: { bake: BAKE } }, { standbyRegion: OTHER }).standby!;
  const STAGES = gated('Orders', OTHER, 'mesh');

  test('does nothing until it is switched on and told so, and then deploys to the regions that are left', async () => {
    await start(standby, { region: OTHER, isNew: true, regions: new Map([[OTHER, regions.url]]) });
    const [first] = pipeline.releases;
    await first.waitsFor('Build');
    await client.send(new EnableStageTransitionCommand({ pipelineName: pipeline.name, stageName: 'Build', transitionType: 'Inbound' }));
    const execution = pipeline.release({ useStandby: 'yes' });
    expect(await first.ended()).toEqual([...succeeded('Source'), 'Build Failed']);
    expect(await execution.ended()).toEqual(succeeded(...BEFORE, ...STAGES));
    expect(deployedBy(execution)).toEqual([OTHER, OTHER]);

    await client.send(new DisableStageTransitionCommand({ pipelineName: pipeline.name, stageName: 'Build', transitionType: 'Inbound', reason: 'standby' }));
    const late = pipeline.release({ useStandby: 'yes' });
    await late.waitsFor('Build');
    expect(deployedBy(late)).toEqual([]);
  });
});
