/**
 * The commands of a synthesized pipeline, run as they are in a clean checkout, with a stand-in for the CDK CLI that writes down what it is asked. Gates and bakes are answered by the test. The rehearsal runs
 * the same against local regions, with the real CLI and the real gates and bakes.
 */
import { execFileSync } from 'child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { skeleton, synthesized } from './support';
import { Processes } from '../../cli/rehearsal/machine/processes';
import { SystemUnit } from '../../src';
import { ActionExecutor } from '../local-pipeline/action-run';
import { Deployed, PipelineRunner } from '../local-pipeline/runner';

/** Left out unless asked for, as `npm run test:pipeline` does. */
const proof = process.env.PIPELINE ? describe : describe.skip;

jest.setTimeout(120_000);

const REGIONS = ['ap-southeast-2', 'us-west-2'];
/** The stacks that there can be. */
const ALL = ['global', ...REGIONS, ...REGIONS.map(region => `${region}-mesh`)];

/** A CDK CLI that knows four commands, of one app: its version is a file in the repository. */
const CLI = `#!/usr/bin/env node
const { appendFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } = require('fs');
const [command, ...args] = process.argv.slice(2);
if (command === 'synth') {
  mkdirSync('cdk.out', { recursive: true });
  writeFileSync('cdk.out/version', readFileSync('version'));
  writeFileSync('cdk.out/stacks', readFileSync('stacks'));
} else if (command === 'ls') {
  if (process.env.TARGET_REGION && process.env.BROKEN_LIST) process.exit(1);
  process.stdout.write(readFileSync('cdk.out/stacks', 'utf8'));
} else if (command === 'deploy') {
  if (process.env.BROKEN_REGION === process.env.TARGET_REGION) process.exit(1);
  appendFileSync(process.env.DEPLOYMENTS, JSON.stringify({ args, region: process.env.TARGET_REGION, version: readFileSync('cdk.out/version', 'utf8'), folder: readdirSync('.').sort() }) + '\\n');
} else process.exit(2);
`;

/** An AWS CLI that knows the one question of a deployment: which type the execution in its stage has. */
const AWS = `#!/usr/bin/env node
const [service, command, , name, , query] = process.argv.slice(2);
const [, stage] = /^stageStates\\[\\?stageName=='([^']+)'\\]\\.latestExecution\\.type$/.exec(query);
fetch(process.env.AWS_ENDPOINT_URL, {
  method: 'POST',
  headers: { 'x-amz-target': 'CodePipeline_20150709.GetPipelineState', 'authorization': 'AWS4-HMAC-SHA256 Credential=test/20300101/' + process.env.AWS_REGION + '/codepipeline/aws4_request' },
  body: JSON.stringify({ name }),
}).then(answer => answer.json()).then(({ stageStates }) => console.log(stageStates.find(({ stageName }) => stageName === stage).latestExecution.type));
`;

let folder: string;
let checkout: string;
let processes: Processes;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commands-'));
  checkout = join(folder, 'checkout');
  processes = new Processes(folder);
  commit('1', ALL);
});
afterEach(async () => {
  await processes.stopAll();
  rmSync(folder, { recursive: true });
});

/** Makes the repository what it is at some commit. */
function commit(version: string, stacks: string[], test = 'echo tested'): void {
  const cli = join(checkout, 'tools/aws-cdk');
  mkdirSync(join(cli, 'bin'), { recursive: true });
  writeFileSync(join(cli, 'package.json'), JSON.stringify({ name: 'aws-cdk', version: '2.0.0', bin: { cdk: 'bin/cdk' } }));
  writeFileSync(join(cli, 'bin/cdk'), CLI);
  chmodSync(join(cli, 'bin/cdk'), 0o755);
  const manifest = { name: 'orders', version: '1.0.0', scripts: { test }, devDependencies: { 'aws-cdk': 'file:tools/aws-cdk' } };
  writeFileSync(join(checkout, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(checkout, 'package-lock.json'), JSON.stringify({
    name: 'orders',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: 'orders', version: '1.0.0', devDependencies: manifest.devDependencies },
      'node_modules/aws-cdk': { resolved: 'tools/aws-cdk', link: true },
      'tools/aws-cdk': { version: '2.0.0', dev: true, bin: { cdk: 'bin/cdk' } },
    },
  }));
  writeFileSync(join(checkout, 'version'), version);
  writeFileSync(join(checkout, 'stacks'), stacks.map(id => `Orders/${id} (Orders-${id})\n`).join(''));
}

const PIPELINE = synthesized({ count: 2 });
const STAGES = ['Orders-global', ...REGIONS.map(region => `Orders-${region}`), 'Orders-mesh'];
const UNTIL_MESH = ['Source', 'Build', ...STAGES.flatMap(stage => [`${stage}-gate`, stage])].map(stage => `${stage} Succeeded`);

/** What a build of the first version hands on. */
let built: string;
let builds: string;
beforeAll(async () => {
  builds = mkdtempSync(join(tmpdir(), 'commands-build-'));
  folder = builds;
  checkout = join(folder, 'checkout');
  processes = new Processes(folder);
  commit('1', ALL);
  const pipeline = await start({ executors: { Lambda: async () => { throw new Error('not today'); } } });
  const execution = pipeline.release();
  expect((await execution.ended()).slice(0, 2)).toEqual(['Source Succeeded', 'Build Succeeded']);
  built = `${execution.folder('Build')}-Assembly`;
  await pipeline.stop();
  await processes.stopAll();
});
afterAll(() => rmSync(builds, { recursive: true }));

const started: PipelineRunner[] = [];
afterEach(async () => Promise.all(started.splice(0).map(async pipeline => pipeline.stop())));

interface Options {
  readonly of?: Deployed;
  readonly environment?: NodeJS.ProcessEnv;
  /** The stage of which some answer is a failure: `<stage>/<action>`. A rollback is well. */
  readonly unhealthy?: string;
  /** Whether the first build is the one that has been made before all tests. */
  readonly isBuilt?: boolean;
  readonly executors?: Record<string, ActionExecutor>;
}

/** What functions were asked, by their stages. */
let asked: { readonly where: string; readonly question: any }[] = [];

/** Starts a pipeline, in regions that are told apart by their variables. */
async function start({ of = PIPELINE, environment = {}, unhealthy, isBuilt = false, executors = {} }: Options = {}): Promise<PipelineRunner> {
  const executions = join(folder, 'executions');
  mkdirSync(executions);
  asked = [];
  let builtNow = !isBuilt;
  const pipeline = await PipelineRunner.start({
    ...of,
    checkout,
    folder: executions,
    processes,
    region: REGIONS[0],
    environment: ({ variables: { TARGET_REGION } }) => ({
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_offline: 'true',
      DEPLOYMENTS: join(folder, 'deployments'),
      // a deployment installs nothing
      ...TARGET_REGION && { npm_config_registry: 'http://127.0.0.1:1', PATH: withoutNpm() },
      ...environment,
    }),
    executors: ({ CodeBuild }) => ({
      CodeBuild: async work => {
        if (work.stage !== 'Build' || builtNow) return CodeBuild(work);
        builtNow = true;
        return { artifacts: { Assembly: built } };
      },
      Lambda: async ({ stage, action, execution, configuration }) => {
        const where = `${stage}/${action.name}`;
        asked.push({ where, question: JSON.parse(configuration.UserParameters) });
        if (where === unhealthy && execution.type === 'STANDARD') throw new Error('unhealthy');
      },
      ...executors,
    }),
  });
  started.push(pipeline);
  return pipeline;
}

/** Runs one execution, of the first version if it is not to be built anew, and a rollback of it. */
async function run(options: Options = {}, variables: Record<string, string> = {}) {
  const pipeline = await start({ isBuilt: true, ...options });
  const execution = pipeline.release(variables);
  await pipeline.idle();
  return { pipeline, execution, outcomes: execution.stages };
}

const anew = { isBuilt: false };

/** A path that has what the commands of a deployment may need. */
function withoutNpm(): string {
  const bin = join(folder, 'bin');
  if (!existsSync(bin)) {
    mkdirSync(bin);
    for (const tool of ['tar', 'gzip', 'bash', 'sed', 'grep', 'env']) {
      execFileSync('ln', ['-s', execFileSync('which', [tool], { encoding: 'utf8' }).trim(), join(bin, tool)]);
    }
    execFileSync('ln', ['-s', process.execPath, join(bin, 'node')]);
    writeFileSync(join(bin, 'aws'), AWS, { mode: 0o755 });
  }
  return bin;
}

const deployments = () => (existsSync(join(folder, 'deployments')) ? readFileSync(join(folder, 'deployments'), 'utf8').trim().split('\n').map(line => JSON.parse(line)) : []);
/** How each deployment moves traffic. */
const traffic = () => deployments().map(({ args }) => /TrafficShift=(\w+)/.exec(args.join())?.[1]);
const deployed = () => deployments().map(({ args, region, version }) => `${args[0]} ${region} ${version}`);

proof('the commands of a synthesized pipeline', () => {
  test('install, test, synthesize once, deploy what was synthesized to one region after the other, and connect them', async () => {
    const { execution, outcomes } = await run(anew);
    expect(outcomes).toEqual(UNTIL_MESH);
    expect(deployed().slice(0, 3)).toEqual(['Orders/global ap-southeast-2 1', 'Orders/ap-southeast-2 ap-southeast-2 1', 'Orders/us-west-2 us-west-2 1']);
    // side by side
    expect(deployed().slice(3).sort()).toEqual(['Orders/ap-southeast-2-mesh ap-southeast-2 1', 'Orders/us-west-2-mesh us-west-2 1']);
    for (const { args, folder: content } of deployments()) {
      const shift = /-\d$/.test(args[0]) ? ['--parameters', 'TrafficShift=GRADUAL'] : [];
      expect(args.slice(1)).toEqual(['--app', 'cdk.out', '--exclusively', '--import-existing-resources', ...shift, '--require-approval', 'never', '--no-notices', '--ci', '--progress', 'events']);
      expect(content).toEqual(['assembly.tgz', 'aws-cdk', 'cdk.out']);
    }
    expect(execution.log('Build')).toContain('tested');
    expect(readdirSync(join(execution.folder('Build'), 'test-reports'))).toEqual(['tests.xml']);
    expect(readdirSync(checkout).sort()).toEqual(['package-lock.json', 'package.json', 'stacks', 'tools', 'version']);
  });

  test('have a gate asked before each stage that deploys, and a bake after each region', async () => {
    await run();
    expect(asked.map(({ where, question: { stage, targets, minutes } }) => [where.split('/')[0], stage, targets, minutes])).toEqual([
      ['Orders-global-gate', 'Orders-global', ['ap-southeast-2'], undefined],
      ...REGIONS.flatMap(region => [[`Orders-${region}-gate`, `Orders-${region}`, [region], undefined], [`Orders-${region}`, `Orders-${region}`, [region], 10]]),
      ['Orders-mesh-gate', 'Orders-mesh', REGIONS, undefined],
    ]);
  });

  test('stop before the second region when the first one is not well, without a way back the first time', async () => {
    const { pipeline, outcomes } = await run({ unhealthy: 'Orders-ap-southeast-2/Bake' });
    expect(outcomes).toEqual([...UNTIL_MESH.slice(0, 5), 'Orders-ap-southeast-2 Failed']);
    expect(deployed()).toEqual(['Orders/global ap-southeast-2 1', 'Orders/ap-southeast-2 ap-southeast-2 1']);
    expect(pipeline.releases).toHaveLength(1);
  });

  test('deploy the last good assembly to the region that is not well, and to no other', async () => {
    let unhealthy = false;
    const Lambda: ActionExecutor = async ({ stage, execution }) => {
      if (unhealthy && stage === 'Orders-us-west-2' && execution.type === 'STANDARD') throw new Error('unhealthy');
    };
    const { pipeline, execution: good } = await run({ executors: { Lambda } });
    rmSync(join(folder, 'deployments'));
    commit('2', ALL);
    unhealthy = true;
    const bad = pipeline.release();
    await pipeline.idle();
    expect(bad.stages).toEqual([...UNTIL_MESH.slice(0, 7), 'Orders-us-west-2 Failed']);
    expect(pipeline.releases.slice(2).map(({ type, target, stages }) => [type, target, stages])).toEqual([['ROLLBACK', good.id, ['Orders-us-west-2 Succeeded']]]);
    expect(deployed()).toEqual(['Orders/global ap-southeast-2 2', 'Orders/ap-southeast-2 ap-southeast-2 2', 'Orders/us-west-2 us-west-2 2', 'Orders/us-west-2 us-west-2 1']);
    expect(traffic()).toEqual([undefined, 'GRADUAL', 'GRADUAL', 'AT_ONCE']);
  });

  test('move traffic at once in the regions that an execution is to cure', async () => {
    await run({}, { unhealthyRegions: 'eu-west-1, us-west-2' });
    expect(traffic()).toEqual([undefined, 'GRADUAL', 'AT_ONCE', undefined, undefined]);
  });

  test('do not touch a region that the gate refuses, and take nothing back there', async () => {
    const { pipeline, outcomes } = await run({ unhealthy: 'Orders-us-west-2-gate/Gate' });
    expect(outcomes.at(-1)).toBe('Orders-us-west-2-gate Failed');
    expect([deployed().length, pipeline.releases.length]).toEqual([2, 1]);
  });

  test('deploy nothing to a region that is named as lost, say so, and go on', async () => {
    const { execution, outcomes } = await run({}, { lostRegions: 'eu-west-1, us-west-2' });
    expect(outcomes).toEqual(UNTIL_MESH);
    expect(deployed()).toEqual(['Orders/global ap-southeast-2 1', 'Orders/ap-southeast-2 ap-southeast-2 1', 'Orders/ap-southeast-2-mesh ap-southeast-2 1']);
    for (const log of [execution.log('Orders-us-west-2'), execution.log('Orders-mesh', 'us-west-2')]) expect(log).toMatch(/Nothing is deployed: the region of Orders\/us-west-2.* is named as lost/);
    expect(asked.map(({ question: { lost } }) => lost)).toEqual(asked.map(() => 'eu-west-1, us-west-2'));
  });

  test('deploy, in a rollback, also to a region that was lost in the execution that it goes back to', async () => {
    const { pipeline, execution } = await run({}, { lostRegions: 'us-west-2' });
    pipeline.call('RollbackStage', { pipelineName: pipeline.name, stageName: 'Orders-us-west-2', targetPipelineExecutionId: execution.id });
    await pipeline.idle();
    expect(deployed().at(-1)).toBe('Orders/us-west-2 us-west-2 1');
  });

  test('stop at a region that cannot be deployed to', async () => {
    const { outcomes } = await run({ environment: { BROKEN_REGION: 'us-west-2' } });
    expect(outcomes.at(-1)).toBe('Orders-us-west-2 Failed');
    expect(deployed()).toHaveLength(2);
  });

  test('deploy nothing that has not passed its tests', async () => {
    commit('2', ALL, 'exit 1');
    const { execution, outcomes } = await run(anew);
    expect(outcomes).toEqual(['Source Succeeded', 'Build Failed']);
    expect(existsSync(join(execution.folder('Build'), 'cdk.out'))).toBe(false);
    expect(deployed()).toEqual([]);
  });

  test('refuse an app with stacks of a region or a unit that they do not know, and name each', async () => {
    const unknown = ['eu-west-1', 'eu-west-1-mesh', 'Billing/us-west-2'];
    commit('2', [...ALL, ...unknown]);
    const { execution, outcomes } = await run(anew);
    expect(outcomes).toEqual(['Source Succeeded', 'Build Failed']);
    expect(execution.log('Build')).toContain(`The pipeline does not deploy these stacks of Orders: deploy the pipeline first.\n${unknown.map(id => `Orders/${id}\n`).join('')}`);
    expect(deployed()).toEqual([]);
  });

  test('refuse an app without the system', async () => {
    commit('2', []);
    const { execution, outcomes } = await run(anew);
    expect(outcomes).toEqual(['Source Succeeded', 'Build Failed']);
    expect(execution.log('Build')).toContain('There is no stack of Orders');
  });

  test('skip the stacks that the app does not have, because they have no resources, and say so', async () => {
    commit('2', ['ap-southeast-2', 'ap-southeast-2-mesh', 'us-west-2']);
    const { execution, outcomes } = await run(anew);
    expect(outcomes).toEqual(UNTIL_MESH);
    expect(deployed()).toEqual(['Orders/ap-southeast-2 ap-southeast-2 2', 'Orders/us-west-2 us-west-2 2', 'Orders/ap-southeast-2-mesh ap-southeast-2 2']);
    expect(execution.log('Build')).toContain('Without resources, and not deployed:\nOrders/global\nOrders/us-west-2-mesh\n');
    expect(execution.log('Orders-mesh', 'us-west-2')).toContain('Nothing to deploy: Orders/us-west-2-mesh has no resources');
    expect(execution.log('Orders-us-west-2')).not.toContain('Nothing to deploy');
  });

  test('do not take a CLI that fails for one that knows no such stack', async () => {
    const { outcomes } = await run({ environment: { BROKEN_LIST: 'yes' } });
    expect(outcomes.at(-1)).toBe('Orders-global Failed');
    expect(deployed()).toEqual([]);
  });

  test('deploy the units of a region before its own stack', async () => {
    const system = skeleton();
    new SystemUnit(system, 'Billing');
    commit('2', [...ALL, ...REGIONS.map(region => `Billing/${region}`)]);
    const { outcomes } = await run({ ...anew, of: synthesized({ stage: { system } }) });
    expect(outcomes.at(-1)).toBe('Orders-mesh Succeeded');
    expect(deployed().slice(0, 5)).toEqual([
      'Orders/global ap-southeast-2 2', ...REGIONS.flatMap(region => [`Orders/Billing/${region} ${region} 2`, `Orders/${region} ${region} 2`]),
    ]);
  });
});
