/**
 * The example-app's pipeline, run as its template has it: the commands of its buildspecs, in a clean checkout with the packed package, and the functions of its gates and bakes, against a local AWS per
 * region. Only CodePipeline itself stands in.
 *
 * It takes a minute and a half, and is left out unless asked for, as CI does: `npm run test:pipeline`.
 */
import { execFileSync } from 'child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { delimiter, join, resolve } from 'path';
import { CloudWatchClient, DescribeAlarmsCommand, SetAlarmStateCommand, StateValue } from '@aws-sdk/client-cloudwatch';
import { CodePipelineClient, GetPipelineStateCommand, PutApprovalResultCommand, RetryStageExecutionCommand } from '@aws-sdk/client-codepipeline';
import { Deployment } from '../../cli/rehearsal/deployment/deployment';
import { DURATIONS_BY_SUFFIX } from '../../cli/rehearsal/deployment/durations';
import { HOSTED_ZONE } from '../../cli/rehearsal/dns/hosted-zone';
import { pythonFolder } from '../../cli/rehearsal/machine/cache-folder';
import { withoutAws } from '../../cli/rehearsal/machine/environment';
import { Processes } from '../../cli/rehearsal/machine/processes';
import { findPython } from '../../cli/rehearsal/machine/python';
import { RunFolder } from '../../cli/rehearsal/machine/run-folder';
import { virtualEnvironment } from '../../cli/rehearsal/machine/virtual-environment';
import { clientOf, LocalRegion, REQUIREMENTS, startLocalRegions } from '../../cli/rehearsal/regions/local-region';
import { Build } from '../local-pipeline/actions/code-build';
import { ScaledClock } from '../local-pipeline/clock';
import { Release } from '../local-pipeline/release';
import { Deployed, PipelineRunner } from '../local-pipeline/runner';
import { awsCli } from '../support/aws-cli/aws-cli';
import { cdk, NO_CREDENTIALS, STACKS } from '../support/cdk-cli';
import { DeployedStack, deployedStacks } from '../support/deployed-stacks';
import { change, packedApp, run } from '../support/packed-app';
import { printedFiles } from '../support/printed-files';

const proof = process.env.PIPELINE ? describe : describe.skip;

const [PRIMARY, SECONDARY] = ['ap-southeast-2', 'us-west-2'];

const workspace = mkdtempSync(join(tmpdir(), 'pipeline-dry-run-'));
const checkout = join(workspace, 'checkout');
const cdkHome = join(workspace, 'cdk-home');
const processes = new Processes(workspace);
const ending = new AbortController();
let pipeline: PipelineRunner;
let codePipeline: CodePipelineClient;
/** The folder of the AWS CLI. */
let tools: string;
let regions: Map<string, LocalRegion>;
/** The files of the packed package. */
let packed: string[];
/** Where the build of the first execution ran. */
const built = join(workspace, 'executions/1/Build-Build');

beforeAll(async () => {
  mkdirSync(cdkHome);

  packed = await packedApp(checkout, '--package-lock-only');
  // the build's compiler looks at the README as well
  const snippets = printedFiles('README.md');
  expect(snippets.map(({ name }) => name)).toEqual(['app.ts', 'take-note.ts']);
  snippets.forEach(({ name, code }) => writeFileSync(join(checkout, `readme-${name}`), code));
  // what a team writes there, too
  change(join(checkout, 'cdk.json'), settings => { settings.context = { hostedZoneId: HOSTED_ZONE.id, zoneName: HOSTED_ZONE.name }; });

  const folder = RunFolder.create(join(workspace, 'regions'));
  const python = await virtualEnvironment({
    python: await findPython(), requirementsFile: REQUIREMENTS, folder: pythonFolder(), logFile: folder.log('pip'), processes,
  });
  tools = await awsCli(join(workspace, 'tools'), processes);
  const started = await startLocalRegions({
    names: [PRIMARY, SECONDARY],
    python,
    hostedZones: [HOSTED_ZONE],
    replicationLag: 0.2,
    timeScale: 1,
    durations: DURATIONS_BY_SUFFIX,
    processes,
    folder,
    signal: ending.signal,
  });
  regions = new Map(started.map(region => [region.name, region]));
  const deployment = new Deployment(checkout, folder, processes);
  await Promise.all(started.map(async region => deployment.bootstrap(region)));

  const executions = join(workspace, 'executions');
  mkdirSync(executions);
  pipeline = await PipelineRunner.start({
    ...synthesizePipeline(),
    checkout,
    folder: executions,
    processes,
    environment,
    region: PRIMARY,
    regions: new Map(started.map(({ name, endpoint }) => [name, endpoint])),
    clock: new ScaledClock({ scale: 40 }),
  });
  codePipeline = new CodePipelineClient(pipeline.client);
}, 600_000);

afterAll(async () => {
  ending.abort();
  await pipeline?.stop();
  await processes.stopAll();
  if (!process.env.KEEP) rmSync(workspace, { recursive: true, force: true });
}, 60_000);

/** By running its app, as it is. */
function synthesizePipeline(): Deployed {
  const out = join(workspace, 'pipeline');
  execFileSync(process.execPath, ['--import', 'tsx', 'pipeline.ts'], {
    cwd: resolve('example-app'), env: { ...process.env, CDK_OUTDIR: out, TSX_TSCONFIG_PATH: resolve('tsconfig.dev.json') }, stdio: ['ignore', 'ignore', 'pipe'],
  });
  return { template: JSON.parse(readFileSync(join(out, 'OrdersPipeline.template.json'), 'utf8')), assembly: out };
}

/** As on a machine of CodeBuild's, which has the AWS CLI: nothing of this repository. The build needs its packages, maybe by a proxy. */
function environment({ stage }: Build): NodeJS.ProcessEnv {
  const proxies = Object.fromEntries(Object.entries(process.env).filter(([name]) => /_proxy$/i.test(name)));
  return {
    ...stage === 'Build' && proxies,
    TSX_TSCONFIG_PATH: undefined,
    CDK_VALIDATION: undefined,
    JSII_DEPRECATED: undefined,
    CDK_HOME: cdkHome,
    PATH: [tools, withoutAws().PATH].join(delimiter),
    npm_config_prefer_offline: 'true',
    npm_config_audit: 'false',
  };
}

/** Approves what waits for it. */
async function approve(): Promise<void> {
  const { stageStates } = await codePipeline.send(new GetPipelineStateCommand({ name: pipeline.name }));
  const { stageName, actionStates } = stageStates!.find(state => state.stageName === 'Orders-approval')!;
  const [{ actionName, latestExecution }] = actionStates!;
  await codePipeline.send(new PutApprovalResultCommand({
    pipelineName: pipeline.name, stageName, actionName, token: latestExecution!.token, result: { status: 'Approved', summary: 'the test says so' },
  }));
}

function cloudWatch(region: string): CloudWatchClient {
  return new CloudWatchClient(clientOf(regions.get(region)!));
}

async function compositeAlarm(region: string, alarmName: string) {
  const { CompositeAlarms = [] } = await cloudWatch(region).send(new DescribeAlarmsCommand({ AlarmNames: [alarmName], AlarmTypes: ['CompositeAlarm'] }));
  if (CompositeAlarms.length !== 1) throw new Error(`there is no composite alarm ${alarmName} in ${region}`);
  return CompositeAlarms[0];
}

/** Turns the first of the alarms that a region's composite alarm watches. */
async function turn(region: string, state: StateValue): Promise<void> {
  const [, child] = /ALARM\("([^"]+)"\)/.exec((await compositeAlarm(region, `Orders-${region}-unhealthy`)).AlarmRule!)!;
  await cloudWatch(region).send(new SetAlarmStateCommand({ AlarmName: child, StateValue: state, StateReason: 'the test says so' }));
}

const stacksIn = async (region: string) => deployedStacks(regions.get(region)!);
const statuses = (stacks: Record<string, DeployedStack>) => Object.fromEntries(Object.entries(stacks).map(([name, { status }]) => [name, status]));

proof('the real pipeline', () => {
  let execution: Release;

  test('does not touch the secondary region when an alarm is in ALARM while the primary bakes', async () => {
    execution = pipeline.release();
    await execution.runs('Orders-approval', 'Approve');
    await approve();
    await execution.runs(`Orders-${PRIMARY}`, 'Bake');
    await turn(PRIMARY, 'ALARM');
    expect(await execution.ended()).toEqual([
      ...['Source', 'Build', 'Orders-approval', 'Orders-global-gate', 'Orders-global', `Orders-${PRIMARY}-gate`].map(stage => `${stage} Succeeded`), `Orders-${PRIMARY} Failed`,
    ]);
    expect(execution.log('Build')).toMatch(/added \d+ packages[^]*> tsc/);
    expect(statuses(await stacksIn(PRIMARY))).toEqual({ 'Orders-global': 'CREATE_COMPLETE', [`Orders-${PRIMARY}`]: 'CREATE_COMPLETE' });
    expect(await stacksIn(SECONDARY)).toEqual({});
    expect(pipeline.releases).toHaveLength(1);
  }, 600_000);

  test('deploys the secondary region and then what connects them when the bake is retried and all is well', async () => {
    const before = await stacksIn(PRIMARY);
    await turn(PRIMARY, 'OK');
    await codePipeline.send(new RetryStageExecutionCommand({
      pipelineName: pipeline.name, stageName: `Orders-${PRIMARY}`, pipelineExecutionId: execution.id, retryMode: 'FAILED_ACTIONS',
    }));
    expect((await execution.ended()).slice(7)).toEqual([
      `Orders-${PRIMARY}`, `Orders-${SECONDARY}-gate`, `Orders-${SECONDARY}`, 'Orders-mesh-gate', 'Orders-mesh',
    ].map(stage => `${stage} Succeeded`));

    const primary = await stacksIn(PRIMARY);
    const secondary = await stacksIn(SECONDARY);
    const { [`Orders-${PRIMARY}-mesh`]: primaryMesh, ...others } = primary;
    expect(others).toEqual(before);
    expect(statuses(secondary)).toEqual({ [`Orders-${SECONDARY}`]: 'CREATE_COMPLETE', [`Orders-${SECONDARY}-mesh`]: 'CREATE_COMPLETE' });
    expect(primaryMesh.status).toBe('CREATE_COMPLETE');
    const firstOfMesh = Math.min(primaryMesh.created, secondary[`Orders-${SECONDARY}-mesh`].created);
    const created = [primary['Orders-global'].created, primary[`Orders-${PRIMARY}`].created, secondary[`Orders-${SECONDARY}`].created, firstOfMesh];
    expect(created).toEqual([...new Set(created)].sort((one, other) => one - other));
  }, 600_000);
});

proof('the packed package, as the build has installed it', () => {
  test('holds the library and its handlers, and nothing of the workshop', () => {
    expect(packed).toEqual(expect.arrayContaining([
      '.jsii', 'LICENSE', 'README.md', 'THIRD-PARTY-NOTICES', 'lib/index.js', 'lib/index.d.ts', 'bin/cdk-multi-region.js', 'bin/local-region/requirements.txt', 'bin/page/page.js', 'rehearsal/index.js', 'rehearsal/index.d.ts',
      'assets/multi-region-api/health.lambda/index.js', 'assets/replicated-workflow/starter.lambda/index.js', 'assets/multi-region-pipeline/deployment-gate.lambda/index.js',
    ]));
    expect(packed.filter(file => !/^(lib|assets|rehearsal|bin\/page|bin\/local-region)\/|^(\.jsii|LICENSE|README\.md|THIRD-PARTY-NOTICES|package\.json|bin\/cdk-multi-region\.js)$/.test(file))).toEqual([]);
    expect(packed.filter(file => file.endsWith('.lambda.js') || (file.endsWith('.ts') && !file.endsWith('.d.ts')))).toEqual([]);
  });

  test('has no dependency but its peers', () => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(built, 'node_modules/cdk-multi-region/package.json'), 'utf8'));
    expect(dependencies ?? {}).toEqual({});
    expect(Object.keys(peerDependencies)).toEqual(['aws-cdk-lib', 'constructs']);
  });

  test('synthesizes the example-app without a finding or a warning', () => {
    const out = join(built, 'cdk.out');
    expect(readdirSync(out).filter(file => file.endsWith('.template.json'))).toHaveLength(STACKS.length);
    expect(JSON.parse(readFileSync(join(out, 'validation-report.json'), 'utf8')).pluginReports).toEqual([]);
  });

  // the pipeline has listed and deployed it
  test('is compared by the CDK CLI, up to where that needs credentials', () => {
    expect(cdk(built, 'diff', '--app', 'cdk.out')).toEqual({ status: 1, output: expect.stringMatching(NO_CREDENTIALS) });
  }, 300_000);

  test('has a command that draws what was synthesized', () => {
    expect(run(built, 'npx', 'cdk-multi-region', 'diagram')).toMatch(/^flowchart TB\n.*EventBridge/s);
  });
});
