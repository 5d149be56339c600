/**
 * The commands of a synthesized pipeline, run as they are in a clean checkout, with a stand-in for the CDK CLI that writes down what it is asked. The rehearsal runs the same
 * against local regions, with the real one.
 */
import { execFileSync } from 'child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Template } from 'aws-cdk-lib/assertions';
import { build, skeleton } from './support';
import { withoutAws } from '../../example-app/rehearsal/environment';
import { Artifacts, CommandStage, PipelineCommands, PipelineRunProps } from '../../example-app/rehearsal/pipeline-commands';
import { Processes } from '../../example-app/rehearsal/processes';
import { SystemUnit } from '../../src';

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
  if (process.env.AWS_REGION && process.env.BROKEN_LIST) process.exit(1);
  process.stdout.write(readFileSync('cdk.out/stacks', 'utf8'));
} else if (command === 'deploy') {
  if (process.env.BROKEN_REGION === process.env.AWS_REGION) process.exit(1);
  appendFileSync(process.env.DEPLOYMENTS, JSON.stringify({ args, region: process.env.AWS_REGION, version: readFileSync('cdk.out/version', 'utf8'), folder: readdirSync('.').sort() }) + '\\n');
} else process.exit(2);
`;

/** Stands in for the AWS CLI, which asks CodePipeline what kind of execution this is. */
const AWS = '#!/bin/bash\n[ "$1 $2" = "codepipeline get-pipeline-state" ] && echo STANDARD\n';

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

/** What a build of the first version hands on. */
let built: Artifacts;
let builds: string;
beforeAll(async () => {
  builds = mkdtempSync(join(tmpdir(), 'commands-build-'));
  folder = builds;
  checkout = join(folder, 'checkout');
  processes = new Processes(folder);
  commit('1', ALL);
  built = (await run('build', { gates: { mayEnter: async () => false, isHealthy: yes } })).artifacts;
  await processes.stopAll();
});
afterAll(() => rmSync(builds, { recursive: true }));

const commands = PipelineCommands.read(Template.fromStack(build({ count: 2 }).stack).toJSON());
const yes = async () => true;

/** Runs what comes after the build. */
const deploy = async (props: Partial<PipelineRunProps> = {}, environment: NodeJS.ProcessEnv = {}) =>
  run('first', { retry: { stage: 'Orders-global', artifacts: built }, ...props }, environment);

/** Runs one execution, in regions that are told apart by their variables. */
async function run(name: string, props: Partial<PipelineRunProps> = {}, environment: NodeJS.ProcessEnv = {}, of = commands) {
  const work = join(folder, name);
  mkdirSync(work);
  const ran = await of.run({
    checkout,
    folder: work,
    processes,
    gates: { mayEnter: yes, isHealthy: yes },
    environment: ({ region }) => ({
      ...withoutAws(),
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_offline: 'true',
      DEPLOYMENTS: join(folder, 'deployments'),
      AWS_REGION: region,
      // a deployment installs nothing
      ...region && { npm_config_registry: 'http://127.0.0.1:1', PATH: withoutNpm() },
      ...environment,
    }),
    ...props,
  });
  return { ...ran, work, outcomes: ran.stages.map(({ name: stage, outcome }) => `${stage} ${outcome}`) };
}

/** A path that has what the commands of a deployment may need. */
function withoutNpm(): string {
  const bin = join(folder, 'bin');
  if (!existsSync(bin)) {
    mkdirSync(bin);
    for (const tool of ['tar', 'gzip', 'bash', 'sed', 'grep']) execFileSync('ln', ['-s', execFileSync('which', [tool], { encoding: 'utf8' }).trim(), join(bin, tool)]);
    execFileSync('ln', ['-s', process.execPath, join(bin, 'node')]);
    writeFileSync(join(bin, 'aws'), AWS, { mode: 0o755 });
  }
  return bin;
}

const deployments = () => (existsSync(join(folder, 'deployments')) ? readFileSync(join(folder, 'deployments'), 'utf8').trim().split('\n').map(line => JSON.parse(line)) : []);
const deployed = () => deployments().map(({ args, region, version }) => `${args[0]} ${region} ${version}`);
const untilUnhealthy = (sick: string) => ({ mayEnter: yes, isHealthy: async ({ name }: CommandStage) => name !== sick });

describe('the commands of a synthesized pipeline', () => {
  test('are read as they are written', () => {
    const read = commands.stages.map(({ name, actions, isGated, bake, rollsBack }) =>
      [name, actions.map(({ project, region }) => [project, region]), isGated, bake, rollsBack]);
    expect(read).toEqual([
      ['Build', [['Deployment-Pipeline-Build', undefined]], false, [], false],
      ['Orders-global', [['Deployment-Pipeline-Orders-global', 'ap-southeast-2']], true, [], false],
      ...REGIONS.map(region => [
        `Orders-${region}`, [[`Deployment-Pipeline-Orders-${region}`, region]], true, [{ alarmName: `Orders-${region}-unhealthy`, region, minutes: 10 }], true,
      ]),
      ['Orders-mesh', REGIONS.map(region => [`Deployment-Pipeline-Orders-${region}-mesh`, region]), true, [], false],
    ]);
  });

  test('install, test, synthesize once, deploy what was synthesized to one region after the other, and connect them', async () => {
    const { outcomes, work } = await run('first');
    expect(outcomes).toEqual(['Build succeeded', 'Orders-global succeeded', 'Orders-ap-southeast-2 succeeded', 'Orders-us-west-2 succeeded', 'Orders-mesh succeeded']);
    expect(deployed().slice(0, 3)).toEqual(['Orders/global ap-southeast-2 1', 'Orders/ap-southeast-2 ap-southeast-2 1', 'Orders/us-west-2 us-west-2 1']);
    // side by side
    expect(deployed().slice(3).sort()).toEqual(['Orders/ap-southeast-2-mesh ap-southeast-2 1', 'Orders/us-west-2-mesh us-west-2 1']);
    for (const { args, folder: content } of deployments()) {
      const traffic = /-\d$/.test(args[0]) ? ['--parameters', 'TrafficShift=GRADUAL'] : [];
      expect(args.slice(1)).toEqual(['--app', 'cdk.out', '--exclusively', ...traffic, '--require-approval', 'never', '--no-notices', '--ci', '--progress', 'events']);
      expect(content).toEqual(['assembly.tgz', 'aws-cdk', 'cdk.out']);
    }
    expect(readFileSync(join(work, 'Deployment-Pipeline-Build.log'), 'utf8')).toContain('tested');
    expect(readdirSync(join(work, 'Deployment-Pipeline-Build/test-reports'))).toEqual(['tests.xml']);
    expect(readdirSync(checkout).sort()).toEqual(['package-lock.json', 'package.json', 'stacks', 'tools', 'version']);
  });

  test('stop before the second region when the first one is not well, without a way back the first time', async () => {
    const { outcomes } = await deploy({ gates: untilUnhealthy('Orders-ap-southeast-2') });
    expect(outcomes).toEqual(['Orders-global succeeded', 'Orders-ap-southeast-2 failed']);
    expect(deployed()).toEqual(['Orders/global ap-southeast-2 1', 'Orders/ap-southeast-2 ap-southeast-2 1']);
  });

  test('deploy the last good assembly to the region that is not well, and to no other', async () => {
    commit('2', ALL);
    const { outcomes } = await run('second', { lastGood: built, gates: untilUnhealthy('Orders-us-west-2') });
    expect(outcomes).toEqual(['Build succeeded', 'Orders-global succeeded', 'Orders-ap-southeast-2 succeeded', 'Orders-us-west-2 rolled back']);
    expect(deployed()).toEqual(['Orders/global ap-southeast-2 2', 'Orders/ap-southeast-2 ap-southeast-2 2', 'Orders/us-west-2 us-west-2 2', 'Orders/us-west-2 us-west-2 1']);
  });

  test('do not touch a region that the gate refuses', async () => {
    const { outcomes } = await deploy({ gates: { mayEnter: async ({ name }) => name !== 'Orders-us-west-2', isHealthy: yes } });
    expect(outcomes.at(-1)).toBe('Orders-us-west-2 refused');
    expect(deployed()).toHaveLength(2);
  });

  test('stop at a region that cannot be deployed to', async () => {
    const { outcomes } = await deploy({}, { BROKEN_REGION: 'us-west-2' });
    expect(outcomes.at(-1)).toBe('Orders-us-west-2 failed');
    expect(deployed()).toHaveLength(2);
  });

  test('deploy nothing that has not passed its tests', async () => {
    commit('2', ALL, 'exit 1');
    const { outcomes, work } = await run('first');
    expect(outcomes).toEqual(['Build failed']);
    expect(existsSync(join(work, 'Deployment-Pipeline-Build/cdk.out'))).toBe(false);
    expect(deployed()).toEqual([]);
  });

  test('refuse an app with stacks of a region or a unit that they do not know, and name each', async () => {
    const unknown = ['eu-west-1', 'eu-west-1-mesh', 'Billing/us-west-2'];
    commit('2', [...ALL, ...unknown]);
    const { outcomes, work } = await run('first');
    expect(outcomes).toEqual(['Build failed']);
    const log = readFileSync(join(work, 'Deployment-Pipeline-Build.log'), 'utf8');
    expect(log).toContain(`The pipeline does not deploy these stacks of Orders: deploy the pipeline first.\n${unknown.map(id => `Orders/${id}\n`).join('')}`);
    expect(deployed()).toEqual([]);
  });

  test('refuse an app without the system', async () => {
    commit('2', []);
    const { outcomes, work } = await run('first');
    expect(outcomes).toEqual(['Build failed']);
    expect(readFileSync(join(work, 'Deployment-Pipeline-Build.log'), 'utf8')).toContain('There is no stack of Orders');
  });

  test('skip the stacks that the app does not have, because they have no resources, and say so', async () => {
    commit('2', ['ap-southeast-2', 'ap-southeast-2-mesh', 'us-west-2']);
    const { outcomes, work } = await run('first');
    expect(outcomes).toEqual(['Build succeeded', 'Orders-global succeeded', 'Orders-ap-southeast-2 succeeded', 'Orders-us-west-2 succeeded', 'Orders-mesh succeeded']);
    expect(deployed()).toEqual(['Orders/ap-southeast-2 ap-southeast-2 2', 'Orders/us-west-2 us-west-2 2', 'Orders/ap-southeast-2-mesh ap-southeast-2 2']);
    const log = (project: string) => readFileSync(join(work, `Deployment-Pipeline-${project}.log`), 'utf8');
    expect(log('Build')).toContain('Without resources, and not deployed:\nOrders/global\nOrders/us-west-2-mesh\n');
    expect(log('Orders-us-west-2-mesh')).toContain('Nothing to deploy: Orders/us-west-2-mesh has no resources');
    expect(log('Orders-us-west-2')).not.toContain('Nothing to deploy');
  });

  test('do not take a CLI that fails for one that knows no such stack', async () => {
    const { outcomes } = await deploy({}, { BROKEN_LIST: 'yes' });
    expect(outcomes).toEqual(['Orders-global failed']);
    expect(deployed()).toEqual([]);
  });

  test('deploy the units of a region before its own stack', async () => {
    const system = skeleton();
    new SystemUnit(system, 'Billing');
    commit('2', [...ALL, ...REGIONS.map(region => `Billing/${region}`)]);
    const withUnit = PipelineCommands.read(Template.fromStack(build({ stage: { system } }).stack).toJSON());
    const { outcomes } = await run('first', {}, {}, withUnit);
    expect(outcomes.at(-1)).toBe('Orders-mesh succeeded');
    expect(deployed().slice(0, 5)).toEqual([
      'Orders/global ap-southeast-2 2', ...REGIONS.flatMap(region => [`Orders/Billing/${region} ${region} 2`, `Orders/${region} ${region} 2`]),
    ]);
  });

  test('are refused when they are not literal', () => {
    const template = JSON.parse(JSON.stringify(Template.fromStack(build().stack).toJSON()));
    Object.values<any>(template.Resources).filter(({ Type }) => Type === 'AWS::CodeBuild::Project').forEach(({ Properties }) => { Properties.Source.BuildSpec = { Ref: 'X' }; });
    expect(() => PipelineCommands.read(template)).toThrow('the buildspec of Deployment-Pipeline-Build is not literal');
    expect(() => PipelineCommands.read({})).toThrow('one pipeline');
  });
});
