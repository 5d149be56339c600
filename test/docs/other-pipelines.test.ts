/** What docs/OTHER-PIPELINES.md says, run: its workflows and its scripts, with the command as it is bundled, a stand-in for the CDK CLI that writes down what it is asked, and an endpoint on loopback that answers for all regions. */
import { execFileSync, spawn, spawnSync } from 'child_process';
import { once } from 'events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Template } from 'aws-cdk-lib/assertions';
import { withoutAws } from '../../cli/rehearsal/machine/environment';
import { loopback } from '../cli/commands/command';
import { RegionsEndpoint, World } from '../multi-region-pipeline/asked-regions';
import { build, text } from '../multi-region-pipeline/support';
import { JobResult, readWorkflow, Workflow, WorkflowRun } from '../support/github-workflow';

jest.setTimeout(120_000);

const DOCUMENT = readFileSync('docs/OTHER-PIPELINES.md', 'utf8');
/** What stands in the document behind a comment with its name. */
function block(name: string): string {
  const [, content] = new RegExp(`<!-- ${name.replace(/[/.]/g, '\\$&')} -->\n\`\`\`\\w+\n(.*?)\`\`\``, 's').exec(DOCUMENT)!;
  return content;
}

const RELEASE = '.github/workflows/release.yml';
const PART = '.github/workflows/release-part.yml';
const workflows: Record<string, Workflow> = { [RELEASE]: readWorkflow(block(RELEASE)), [PART]: readWorkflow(block(PART)) };

const REGIONS = ['ap-southeast-2', 'us-west-2'];
const PARTS = ['global', ...REGIONS, 'mesh'];
const STACKS = ['global', ...REGIONS, ...REGIONS.map(region => `${region}-mesh`)].map(id => `Orders/${id}`);

/** A CDK CLI that knows three commands, of one app: its version and its stacks are files in the repository. */
const CLI = `#!/usr/bin/env node
const { appendFileSync, mkdirSync, readFileSync, writeFileSync } = require('fs');
const [command, ...args] = process.argv.slice(2);
if (command === 'synth') {
  mkdirSync('cdk.out', { recursive: true });
  for (const file of ['version', 'stacks']) writeFileSync('cdk.out/' + file, readFileSync(file));
} else if (command === 'ls') {
  process.stdout.write(readFileSync('cdk.out/stacks', 'utf8'));
} else if (command === 'deploy') {
  appendFileSync(process.env.DEPLOYMENTS, JSON.stringify({ args, region: process.env.AWS_REGION, version: readFileSync('cdk.out/version', 'utf8') }) + '\\n');
  if (process.env.BROKEN === args[0]) process.exit(1);
} else process.exit(2);
`;

/** A GitHub CLI that knows the last good run. */
const GH = `#!/usr/bin/env node
const { cpSync } = require('fs');
const args = process.argv.slice(2).join(' ');
const { GH_TOKEN, GOOD_RUN, ARTIFACTS } = process.env;
if (GH_TOKEN !== 'TOKEN') process.exit(4);
if (args === 'run list --repo example-org/orders --workflow release.yml --branch main --status success --limit 1 --json databaseId --jq .[].databaseId') {
  if (GOOD_RUN) console.log(GOOD_RUN);
} else if (args === 'run download ' + GOOD_RUN + ' --repo example-org/orders --name assembly') {
  cpSync(ARTIFACTS + '/' + GOOD_RUN + '/assembly', '.', { recursive: true });
} else process.exit(1);
`;

const regions = new RegionsEndpoint();
let packages: string;
let folder: string;
let repository: string;

beforeAll(async () => {
  await regions.start();
  packages = mkdtempSync(join(tmpdir(), 'packages-'));
  const [esbuild, ...options] = JSON.parse(readFileSync('.projen/tasks.json', 'utf8')).tasks.bundle.steps
    .map(({ exec }: { exec: string }) => exec.split(' ')).find((parts: string[]) => parts.includes('cli/main.ts'));
  const command = join(packages, 'command.js');
  // the metafile is of what is shipped
  execFileSync(`node_modules/.bin/${esbuild}`, options.filter((option: string) => !option.startsWith('--metafile='))
    .map((option: string) => option.replace(/^(--outfile=).*/, `$1${command}`)));
  pack('aws-cdk', 'cdk', 'bin/cdk', CLI);
  pack('cdk-multi-region', 'cdk-multi-region', 'bin/cdk-multi-region.js', readFileSync(command, 'utf8'));
  writeFileSync(join(packages, 'package.json'), JSON.stringify({
    name: 'orders', version: '1.0.0', scripts: { test: 'echo tested' }, dependencies: { 'aws-cdk': 'file:aws-cdk.tgz', 'cdk-multi-region': 'file:cdk-multi-region.tgz' },
  }));
  execFileSync('npm', ['install', '--package-lock-only', '--offline', '--no-audit'], { cwd: packages });
});
afterAll(async () => {
  await regions.stop();
  rmSync(packages, { recursive: true });
});

/** Makes a package with one program, as npm would install it. */
function pack(name: string, program: string, file: string, content: string): void {
  const root = join(packages, name, 'package');
  mkdirSync(join(root, 'bin'), { recursive: true });
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name, version: '2.0.0', bin: { [program]: file } }));
  writeFileSync(join(root, file), content, { mode: 0o755 });
  execFileSync('tar', ['-czf', join(packages, `${name}.tgz`), '-C', join(packages, name), 'package']);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'other-pipelines-'));
  repository = join(folder, 'repository');
  mkdirSync(repository);
  for (const file of ['package.json', 'package-lock.json', 'aws-cdk.tgz', 'cdk-multi-region.tgz']) cpSync(join(packages, file), join(repository, file));
  for (const script of ['deploy.sh', 'release.sh']) {
    writeFileSync(join(repository, script), block(script).replace('BAKE_MINUTES=10', 'BAKE_MINUTES=0.005'), { mode: 0o755 });
  }
  const tools = join(folder, 'tools');
  mkdirSync(tools);
  // a deployment installs nothing
  for (const tool of ['bash', 'cat', 'cut', 'env', 'grep', 'gzip', 'sed', 'tar', 'tr']) execFileSync('ln', ['-s', execFileSync('which', [tool], { encoding: 'utf8' }).trim(), join(tools, tool)]);
  execFileSync('ln', ['-s', process.execPath, join(tools, 'node')]);
  writeFileSync(join(tools, 'gh'), GH, { mode: 0o755 });
  commit('1');
  regions.calls = [];
  regions.world = redWith('bad');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Makes the repository what it is at some commit. */
function commit(version: string, stacks = STACKS): void {
  writeFileSync(join(repository, 'version'), version);
  writeFileSync(join(repository, 'stacks'), stacks.map(id => `${id} (${id.replace('/', '-')})\n`).join(''));
}

interface Deployed {
  readonly args: string[];
  readonly region: string;
  readonly version: string;
}

function deployments(): Deployed[] {
  const file = join(folder, 'deployments');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(line => JSON.parse(line)) : [];
}

/** Stack, version, and how traffic moves, for each deployment. */
const deployed = () => deployments().map(({ args, version }) => [args[0].replace('Orders/', ''), version, ...args.filter(arg => arg.startsWith('TrafficShift='))].join(' '));

/** Regions whose alarm is in ALARM while a version is deployed there. */
function redWith(bad: string, more: World = {}): World {
  return {
    ...more,
    get alarms() {
      const red = REGIONS.filter(region => deployments().filter(({ args }) => args[0] === `Orders/${region}`).at(-1)?.version === bad);
      return Object.fromEntries(red.map(region => [region, { [`Orders-${region}-unhealthy`]: 'ALARM' }]));
    },
  };
}

const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  ...withoutAws(),
  ...loopback(regions.url),
  npm_config_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  DEPLOYMENTS: join(folder, 'deployments'),
  ARTIFACTS: join(folder, 'artifacts'),
  ...more,
});

interface ReleaseProps {
  readonly inputs?: Record<string, string>;
  /** The last good run. */
  readonly good?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs the workflow. */
async function release(run: string, { inputs, good, env }: ReleaseProps = {}) {
  const ran = new WorkflowRun({
    workflows,
    repository,
    folder: join(folder, run),
    artifacts: join(folder, 'artifacts', run),
    inputs,
    environment: job => environment({ GOOD_RUN: good, ...job !== 'build' && { PATH: join(folder, 'tools') }, ...env }),
  });
  mkdirSync(join(folder, run));
  await ran.run(RELEASE);
  return ran;
}

/** The results of the jobs of some parts. */
const results = (parts: string[], gate: JobResult, deploy: JobResult, rollback: JobResult) => Object.fromEntries(
  parts.flatMap(part => [[`${part} / gate`, gate], [`${part} / deploy`, deploy], [`${part} / rollback`, rollback]]),
);
const well = (...parts: string[]) => results(parts, 'success', 'success', 'skipped');
const skipped = (...parts: string[]) => Object.fromEntries(parts.map(part => [part, 'skipped']));
const BEFORE = { build: 'success', approve: 'success' };
/** What version 1 deploys when all is well. */
const ALL = ['global 1', 'ap-southeast-2 1 TrafficShift=GRADUAL', 'us-west-2 1 TrafficShift=GRADUAL', 'ap-southeast-2-mesh 1', 'us-west-2-mesh 1'];

/** What is left out unless asked for, as `npm run test:pipeline` does. */
const long = process.env.PIPELINE ? test : test.skip;

describe('the workflow for GitHub Actions', () => {
  test('is one release at a time, and gives each job what it needs', () => {
    const { on, concurrency, permissions, jobs } = workflows[RELEASE];
    expect(on).toEqual({ push: { branches: ['main'] }, workflow_dispatch: { inputs: { lostRegions: expect.anything(), unhealthyRegions: expect.anything() } } });
    expect(concurrency).toEqual({ group: 'release', queue: 'max' });
    expect(permissions).toEqual({ 'actions': 'read', 'id-token': 'write' });
    // the code of packages runs in it: it can sign in nowhere
    expect(jobs.build.permissions).toEqual({ contents: 'read' });
    expect([jobs.approve.permissions, jobs.approve.environment]).toEqual([{}, 'production']);
    expect(PARTS.map(part => jobs[part].with!.part)).toEqual(PARTS);
    for (const { steps = [] } of [...Object.values(jobs), ...Object.values(workflows[PART].jobs)]) {
      for (const step of steps) expect(step.uses ?? step.run).toEqual(expect.any(String));
    }
  });

  long('deploys one region after the other what was built once, and connects them', async () => {
    const { results: ran, signIns, logs } = await release('1');
    expect(ran).toEqual({ ...BEFORE, ...well(...PARTS) });
    expect(deployed()).toEqual(ALL);
    for (const { args } of deployments()) {
      const traffic = /-\d$/.test(args[0]) ? ['--parameters', 'TrafficShift=GRADUAL'] : [];
      expect(args.slice(1)).toEqual(['--app', 'cdk.out', '--exclusively', ...traffic, '--require-approval', 'never', '--no-notices', '--ci', '--progress', 'events']);
    }
    expect(logs.build).toContain('tested');
    expect(logs['us-west-2 / gate']).toBe('us-west-2: may be deployed to\n');
    expect(logs['us-west-2 / deploy']).toContain('us-west-2: 0.005 minutes without ALARM');
    expect(Object.keys(signIns)).toEqual(PARTS.flatMap(part => [`${part} / gate`, `${part} / deploy`]));
    expect(Object.values(signIns)).toEqual(PARTS.flatMap(() => Array(2).fill({ 'role-to-assume': 'arn:aws:iam::111122223333:role/OrdersRelease', 'aws-region': 'ap-southeast-2' })));
  });

  long('touches nothing when a gate refuses, and takes nothing back', async () => {
    regions.world = { evacuated: { 'ap-southeast-2': ['ap-southeast-2'] } };
    const { results: ran, logs } = await release('1');
    expect(ran).toEqual({ ...BEFORE, ...well('global', 'ap-southeast-2'), ...results(['us-west-2'], 'failure', 'skipped', 'skipped'), ...skipped('mesh') });
    expect(logs['us-west-2 / gate']).toContain('us-west-2 must not be deployed to: ap-southeast-2 is evacuated, says ap-southeast-2');
    expect(deployed()).toEqual(ALL.slice(0, 2));
  });

  long('deploys the last good version to a region that gets unhealthy, at once, and to no other', async () => {
    await release('1');
    commit('bad');
    const { results: ran, logs } = await release('2', { good: '1' });
    expect(ran).toEqual({ ...BEFORE, ...well('global'), ...results(['ap-southeast-2'], 'success', 'failure', 'success'), ...skipped('us-west-2', 'mesh') });
    expect(logs['ap-southeast-2 / deploy']).toContain('Orders-ap-southeast-2-unhealthy is in ALARM in ap-southeast-2');
    expect(logs['ap-southeast-2 / rollback']).toContain('rolled back, and no alarm is in ALARM');
    expect(deployed()).toEqual([...ALL, 'global bad', 'ap-southeast-2 bad TrafficShift=GRADUAL', 'ap-southeast-2 1 TrafficShift=AT_ONCE']);
  });

  long('takes a region back whose deployment fails, and says so when there is nothing to go back to', async () => {
    const { results: ran, logs } = await release('1', { env: { BROKEN: 'Orders/us-west-2' } });
    expect(ran).toEqual({ ...BEFORE, ...well('global', 'ap-southeast-2'), ...results(['us-west-2'], 'success', 'failure', 'failure'), ...skipped('mesh') });
    expect(logs['us-west-2 / rollback']).toBe('There is no version to go back to\n');
  });

  long('does not take back what exists once, nor what connects the regions', async () => {
    expect((await release('1', { env: { BROKEN: 'Orders/global' } })).results).toEqual({
      ...BEFORE, ...results(['global'], 'success', 'failure', 'skipped'), ...skipped(...REGIONS, 'mesh'),
    });
    expect((await release('2', { env: { BROKEN: 'Orders/us-west-2-mesh' }, good: '1' })).results).toEqual({
      ...BEFORE, ...well('global', ...REGIONS), ...results(['mesh'], 'success', 'failure', 'skipped'),
    });
  });

  long.each(REGIONS)('deploys around %s when that is lost, and signs in elsewhere', async lost => {
    regions.world = { without: [lost] };
    const [other] = REGIONS.filter(region => region !== lost);
    const { results: ran, logs, signIns } = await release('1', { inputs: { lostRegions: lost, unhealthyRegions: 'none' } });
    expect(ran).toEqual({ ...BEFORE, ...well(...PARTS) });
    expect(deployed()).toEqual(ALL.filter(line => !line.startsWith(lost) && !(line === 'global 1' && lost === REGIONS[0])));
    expect(logs[`${lost} / deploy`]).toContain(`Orders/${lost} is not deployed: ${lost} is named as lost`);
    expect(regions.calls.filter(({ region }) => region === lost)).toEqual([]);
    expect(new Set(Object.values(signIns).map(signIn => signIn['aws-region']))).toEqual(new Set([lost === REGIONS[0] ? other : REGIONS[0]]));
  });

  long('lets a cure into a region that is named as unhealthy, at once', async () => {
    regions.world = { alarms: { 'us-west-2': { 'Orders-us-west-2-unhealthy': 'ALARM' } } };
    const { results: ran } = await release('1', { inputs: { lostRegions: 'none', unhealthyRegions: 'us-west-2' } });
    expect(ran).toEqual({ ...BEFORE, ...well(...PARTS) });
    expect(deployed()).toEqual(ALL.map(line => line.replace('us-west-2 1 TrafficShift=GRADUAL', 'us-west-2 1 TrafficShift=AT_ONCE')));
  });

  long('refuses a region that there is not', async () => {
    const { results: ran, logs } = await release('1', { inputs: { lostRegions: 'us-west2', unhealthyRegions: 'none' } });
    expect(ran['global / gate']).toBe('failure');
    expect(logs['global / gate']).toContain('--lost names us-west2; allowed: ap-southeast-2, us-west-2');
    expect(deployed()).toEqual([]);
  });

  long('refuses an app with stacks that it does not deploy, and skips those that the app does not have', async () => {
    commit('1', [...STACKS, 'Orders/eu-west-1', 'Orders/Billing/us-west-2']);
    const refused = await release('1');
    expect([refused.results.build, deployed()]).toEqual(['failure', []]);
    expect(refused.logs.build).toContain('deploy.sh does not deploy these stacks: Orders/eu-west-1, Orders/Billing/us-west-2\n');
    commit('1', ['Orders/us-west-2']);
    const { results: ran, logs } = await release('2');
    expect(ran).toEqual({ ...BEFORE, ...well(...PARTS) });
    expect(deployed()).toEqual(['us-west-2 1 TrafficShift=GRADUAL']);
    expect(logs['global / deploy']).toContain('Orders/global is not deployed: it has no resources in this version');
    commit('1', ['Billing/global']);
    expect((await release('3')).logs.build).toContain('There is no stack of Orders');
  });
});

describe('the script for any CI', () => {
  /** Runs it in a checkout of its own. */
  async function releaseBy(name: string, env: NodeJS.ProcessEnv = {}): Promise<{ readonly code: number; readonly log: string }> {
    const good = join(folder, 'good');
    mkdirSync(good, { recursive: true });
    const checkout = join(folder, name);
    cpSync(repository, checkout, { recursive: true });
    const child = spawn('./release.sh', ['../good'], { cwd: checkout, env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', data => { log += data; });
    const [code] = await once(child, 'close');
    return { code, log };
  }

  long('deploys, takes back a region that gets unhealthy, and keeps the last good version', async () => {
    expect((await releaseBy('first')).code).toBe(0);
    expect(deployed()).toEqual(ALL);
    commit('bad');
    const { code, log } = await releaseBy('second');
    expect([code, log.split('\n').at(-2)]).toEqual([1, 'ap-southeast-2: rolled back, and no alarm is in ALARM']);
    expect(deployed().slice(ALL.length)).toEqual(['global bad', 'ap-southeast-2 bad TrafficShift=GRADUAL', 'ap-southeast-2 1 TrafficShift=AT_ONCE']);
    expect(execFileSync('tar', ['-xzOf', join(folder, 'good/assembly.tgz'), 'cdk.out/version'], { encoding: 'utf8' })).toBe('1');
  });

  long('stops at a gate that refuses, and takes nothing back', async () => {
    regions.world = { evacuated: { 'ap-southeast-2': ['ap-southeast-2'] } };
    const { code, log } = await releaseBy('first');
    expect([code, log]).toEqual([1, expect.stringContaining('us-west-2 must not be deployed to: ap-southeast-2 is evacuated')]);
    expect(deployed()).toEqual(ALL.slice(0, 2));
    expect(existsSync(join(folder, 'good/assembly.tgz'))).toBe(false);
  });

  long('stops without a way back the first time', async () => {
    commit('bad');
    expect((await releaseBy('first')).code).toBe(1);
    expect(deployed()).toEqual(['global bad', 'ap-southeast-2 bad TrafficShift=GRADUAL']);
  });

  long('deploys around a region that is lost', async () => {
    regions.world = { without: ['us-west-2'] };
    expect((await releaseBy('first', { LOST_REGIONS: 'us-west-2' })).code).toBe(0);
    expect(deployed()).toEqual(ALL.filter(line => !line.startsWith('us-west-2')));
  });

  long('deploys the units of a region before its own stack, and systems in stages', async () => {
    const file = join(repository, 'deploy.sh');
    writeFileSync(file, readFileSync(file, 'utf8').replace('SYSTEM=Orders', 'SYSTEM=Prod-Orders').replace('STACKS=Orders', 'STACKS=Prod/Orders').replace("UNITS=''", "UNITS='Billing Stock'"));
    chmodSync(file, 0o755);
    const units = ['Billing/', 'Stock/', ''];
    const inUnits = (id: string) => units.map(unit => `Prod/Orders/${unit}${id}`);
    const expected = ['Prod/Orders/global', ...REGIONS.flatMap(inUnits), ...REGIONS.map(region => `${region}-mesh`).flatMap(inUnits)];
    commit('1', expected);
    expect((await releaseBy('first')).code).toBe(0);
    expect(deployments().map(({ args }) => args[0])).toEqual(expected);
    expect(regions.calls.find(({ operation }) => operation === 'GetItem')!.body).toContain('Prod-Orders-Control-Table');
  });

  test.each([
    [[], 'allowed: parts, pack'],
    [['destroy', 'us-west-2'], 'allowed: parts, pack'],
    [['gate'], 'the part is ""; allowed: global ap-southeast-2 us-west-2 mesh'],
    [['deploy', 'eu-west-1'], 'the part is "eu-west-1"; allowed: global'],
  ])('refuses to be called with %j', (args, message) => {
    expect(spawnSync('./deploy.sh', args, { cwd: repository, encoding: 'utf8' })).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(message) });
  });
});

describe('the role', () => {
  /** Each action on each resource, with its condition. */
  function grants(statements: any[]): string[] {
    const known = (value: any) => text(value).replace('<AWS::Partition>', 'aws').replace(/<AWS::AccountId>/g, '111122223333');
    const lines = statements.flatMap(({ Effect, Action, Resource, Condition = {} }) => (
      [Action].flat().flatMap(action => [Resource].flat().map(resource => `${Effect} ${action} on ${known(resource)} if ${JSON.stringify(Condition)}`))
    ));
    return [...new Set(lines)].sort();
  }

  test('may what gates, bakes and deployments of MultiRegionPipeline may, and nothing else', () => {
    const { Resources } = Template.fromStack(build().stack).toJSON();
    const statements = Object.values<any>(Resources).flatMap(({ Properties: { Policies = [], PolicyDocument } }) => (
      [...Policies.map((policy: any) => policy.PolicyDocument), ...PolicyDocument ? [PolicyDocument] : []].flatMap(({ Statement }) => Statement)
    ));
    const isMeant = (grant: string) => /^Allow (cloudwatch:DescribeAlarms|dynamodb:\w+|sts:AssumeRole) /.test(grant);
    const ofPipeline = grants(statements).filter(isMeant);
    expect(grants(JSON.parse(block('permissions')).Statement)).toEqual(ofPipeline);
  });

  test('is one that the branch can assume', () => {
    const [{ Action, Condition: { StringEquals } }] = JSON.parse(block('trust policy')).Statement;
    expect(Action).toBe('sts:AssumeRoleWithWebIdentity');
    expect(Object.keys(StringEquals)).toEqual(['aud', 'sub'].map(claim => `token.actions.githubusercontent.com:${claim}`));
    expect(StringEquals['token.actions.githubusercontent.com:sub']).toMatch(/^repo:[\w-]+@\d+\/[\w-]+@\d+:ref:refs\/heads\/main$/);
  });
});
