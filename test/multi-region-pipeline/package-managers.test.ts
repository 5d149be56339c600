/**
 * The build's commands, run as they are for each package manager, in small repositories whose lock files the package managers have written themselves. The CDK CLI is a stand-in that runs the app, but
 * for the app in Python, which gets the real one. What needs a package manager that cannot be had here is skipped.
 */
import { execFileSync, spawnSync } from 'child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { HOME, synthesized } from './support';
import { withoutAws } from '../../cli/rehearsal/machine/environment';
import { Processes } from '../../cli/rehearsal/machine/processes';
import { MultiRegionPipelineProps, PackageManager } from '../../src/multi-region-pipeline';
import { PipelineRunner } from '../local-pipeline/runner';

/** Left out unless asked for, as `npm run test:pipeline` does. */
const proof = process.env.PIPELINE ? describe : describe.skip;

jest.setTimeout(120_000);

const PNPM = 'pnpm@9.15.9';
const YARN = 'yarn@4.5.3';
const YARN_CLASSIC = 'yarn@1.22.22';
const CDK_CLI = '2.1148.1';

const STACKS = ['global', 'ap-southeast-2', 'us-west-2'].map(id => `Orders/${id} (Orders-${id})`).join('\n');

/** A CDK CLI that runs the app of the folder, and lists what that has written. */
const CLI = `#!/usr/bin/env node
const { execSync } = require('child_process');
const { readFileSync } = require('fs');
if (process.argv[2] === 'synth') execSync(JSON.parse(readFileSync('cdk.json', 'utf8')).app, { stdio: 'inherit' });
else if (process.argv[2] === 'ls') process.stdout.write(readFileSync('cdk.out/stacks', 'utf8'));
else process.exit(2);
`;

/** An app that needs what is installed. */
const APP = 'const fs = require("fs"); fs.mkdirSync("cdk.out", { recursive: true }); fs.writeFileSync("cdk.out/stacks", require("stacks"));\n';

/** The files of a package at a path, which needs the two that are in the folder `tools` of the repository. */
function app(path = '.', manifest: object = {}, dependencies = ['aws-cdk', 'stacks']): Record<string, string> {
  const up = path.split('/').map(part => (part === '.' ? '.' : '..')).join('/');
  return {
    [`${path}/package.json`]: JSON.stringify({
      name: 'orders',
      version: '1.0.0',
      private: true,
      scripts: { test: 'node -e "require(\'stacks\')"' },
      devDependencies: Object.fromEntries(dependencies.map(name => [name, `file:${up}/tools/${name}`])),
      ...manifest,
    }),
    [`${path}/cdk.json`]: JSON.stringify({ app: 'node app.js' }),
    [`${path}/app.js`]: APP,
    'tools/aws-cdk/package.json': JSON.stringify({ name: 'aws-cdk', version: '2.0.0', bin: { cdk: 'bin/cdk' } }),
    'tools/aws-cdk/bin/cdk': CLI,
    'tools/stacks/package.json': JSON.stringify({ name: 'stacks', version: '1.0.0' }),
    'tools/stacks/index.js': `module.exports = ${JSON.stringify(`${STACKS}\n`)};\n`,
  };
}

const folder = mkdtempSync(join(tmpdir(), 'package-managers-'));
const bin = join(folder, 'bin');
const processes = new Processes(folder);
afterAll(async () => {
  await processes.stopAll();
  rmSync(folder, { recursive: true });
});

function script(name: string, text: string): void {
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(bin, name), 0o755);
}

const COREPACK = spawnSync('which', ['corepack'], { encoding: 'utf8' }).stdout.trim();
// enabled for these tests only; and Yarn 1, which is in CodeBuild's image
script('corepack', `exec "${COREPACK}" "$@" --install-directory "${bin}"`);
const withYarnClassic = () => script('yarn', `exec "${COREPACK}" ${YARN_CLASSIC} "$@"`);

const REGISTRY = spawnSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).stdout.trim();
const environment = (): NodeJS.ProcessEnv => ({
  ...withoutAws(),
  PATH: `${bin}:${process.env.PATH}`,
  HOME: folder,
  COREPACK_HOME: process.env.COREPACK_HOME ?? join(process.env.HOME!, '.cache/node/corepack'),
  // a mirror of the registry has no signatures
  COREPACK_INTEGRITY_KEYS: '0',
  COREPACK_NPM_REGISTRY: REGISTRY,
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
  YARN_ENABLE_TELEMETRY: '0',
});

const runs = (command: string, ...args: string[]) => spawnSync(command, args, { cwd: folder, env: environment(), timeout: 60_000 }).status === 0;
const having = (isThere: boolean) => (isThere ? test : test.skip);
/** What gets a package manager from its registry is left out unless asked for, as `npm run test:pipeline` does. */
const isAskedFor = process.env.PIPELINE !== undefined;
const withPnpm = having(isAskedFor && COREPACK !== '' && runs(COREPACK, PNPM, '--version'));
const withYarn = having(isAskedFor && COREPACK !== '' && runs(COREPACK, YARN, '--version') && runs(COREPACK, YARN_CLASSIC, '--version'));
const withRegistry = having(isAskedFor && runs('npm', 'view', `aws-cdk@${CDK_CLI}`, 'version'));

interface Repository {
  readonly files: Record<string, string>;
  /** Writes the lock file, in a folder. */
  readonly lock: string[];
  readonly lockIn?: string;
  readonly props?: Partial<MultiRegionPipelineProps>;
}

/** What installing leaves behind. */
const INSTALLED = ['node_modules', '.pnp.cjs', '.pnp.loader.mjs', '.yarn'];

let count = 0;

/** Runs the build in a clean checkout of a repository. */
async function run({ files, lock, lockIn = '.', props = {} }: Repository) {
  const work = join(folder, String(++count));
  const checkout = join(work, 'checkout');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(checkout, path)), { recursive: true });
    writeFileSync(join(checkout, path), text);
  }
  if (lock.length > 0) {
    execFileSync(lock[0], lock.slice(1), { cwd: join(checkout, lockIn), env: { ...environment(), YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' }, stdio: 'pipe' });
    readdirSync(checkout, { recursive: true, encoding: 'utf8' }).filter(path => INSTALLED.some(name => path.split('/').at(-1) === name))
      .forEach(path => rmSync(join(checkout, path), { recursive: true, force: true }));
  }
  // no further than the first gate
  const executors = () => ({ Lambda: async () => { throw new Error('not today'); } });
  const pipeline = await PipelineRunner.start({
    ...synthesized({ count: 2 }, props), checkout, folder: work, processes, region: HOME, environment, executors,
  });
  const execution = pipeline.release();
  const [, outcome] = await execution.ended();
  await pipeline.stop();
  const workspace = execution.folder('Build');
  return { outcome, said: execution.log('Build'), workspace, archive: join(`${workspace}-Assembly`, 'assembly.tgz') };
}

/** Asks the CLI of the archive, and nothing else, which stacks are in the assembly of the archive. */
function listed(archive: string): string {
  const unpacked = mkdtempSync(join(folder, 'deploy-'));
  execFileSync('tar', ['-xzf', archive, '-C', unpacked]);
  return execFileSync('node', ['aws-cdk/bin/cdk', 'ls', '--app', 'cdk.out'], { cwd: unpacked, env: { ...withoutAws(), HOME: folder, CDK_DISABLE_CLI_TELEMETRY: 'true' }, encoding: 'utf8' });
}

async function expectBuilt(repository: Repository): Promise<void> {
  const { outcome, said, archive } = await run(repository);
  if (outcome !== 'Build Succeeded') throw new Error(said);
  expect(said).toContain('Without resources, and not deployed:\nOrders/ap-southeast-2-mesh\n');
  expect(listed(archive).trim()).toBe(STACKS);
}

proof('the commands of a build', () => {
  const npm = ['npm', 'install', '--package-lock-only'];
  const pnpm = (build_: object = {}) => ({ buildOptions: { packageManager: PackageManager.PNPM, ...build_ } });

  test('work with npm', async () => expectBuilt({ files: app(), lock: npm }));

  test('work with npm in a subfolder with a lock file of its own', async () => expectBuilt({
    files: app('services/orders'), lock: npm, lockIn: 'services/orders', props: { directory: 'services/orders' },
  }));

  test('work with workspaces of npm, where what is installed is in the folder of the whole', async () => expectBuilt({
    files: {
      ...app('packages/orders'),
      'package.json': JSON.stringify({ name: 'all', private: true, workspaces: ['packages/*'] }),
    },
    lock: npm,
    props: { directory: 'packages/orders' },
  }));

  withPnpm('work with pnpm', async () => expectBuilt({
    files: app('.', { packageManager: PNPM }), lock: [COREPACK, 'pnpm', 'install', '--lockfile-only'], props: pnpm(),
  }));

  withPnpm('work with a workspace of pnpm', async () => expectBuilt({
    files: {
      ...app('packages/orders'),
      'package.json': JSON.stringify({ name: 'all', private: true, packageManager: PNPM }),
      'pnpm-workspace.yaml': 'packages: [packages/*]\n',
    },
    lock: [COREPACK, 'pnpm', 'install', '--lockfile-only'],
    props: { ...pnpm(), directory: 'packages/orders' },
  }));

  withYarn('work with Yarn 1', async () => {
    withYarnClassic();
    await expectBuilt({ files: app(), lock: [COREPACK, YARN_CLASSIC, 'install'], props: { buildOptions: { packageManager: PackageManager.YARN_CLASSIC } } });
  });

  withYarn('work with Yarn and Plug\'n\'Play', async () => expectBuilt({
    files: { ...app('.', { packageManager: YARN }), '.yarnrc.yml': 'nodeLinker: pnp\n', 'yarn.lock': '' },
    lock: [COREPACK, 'yarn', 'install'],
    props: { buildOptions: { packageManager: PackageManager.YARN } },
  }));

  withYarn('work with Yarn and node_modules', async () => expectBuilt({
    files: { ...app('.', { packageManager: YARN }), '.yarnrc.yml': 'nodeLinker: node-modules\n', 'yarn.lock': '' },
    lock: [COREPACK, 'yarn', 'install'],
    props: { buildOptions: { packageManager: PackageManager.YARN } },
  }));

  withRegistry('work with an app in Python, with the real CDK CLI', async () => {
    const template = JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } });
    const stack = (id: string) => [`Orders${id.replace(/-/g, '')}`, {
      type: 'aws:cloudformation:stack',
      environment: `aws://unknown-account/${id}`,
      displayName: `Orders/${id}`,
      properties: { templateFile: 'template.json', stackName: `Orders-${id}` },
    }];
    const manifest = JSON.stringify({ version: '36.0.0', artifacts: Object.fromEntries(['ap-southeast-2', 'us-west-2'].map(stack)) });
    const { outcome, said, archive } = await run({
      files: {
        'cdk.json': JSON.stringify({ app: 'python3 app.py' }),
        'app.py': [
          'import os', 'out = os.environ["CDK_OUTDIR"]', 'os.makedirs(out, exist_ok=True)',
          `open(os.path.join(out, "template.json"), "w").write('${template}')`, `open(os.path.join(out, "manifest.json"), "w").write('${manifest}')`,
        ].join('\n'),
      },
      lock: [],
      props: { installCommands: ['true'], testCommands: ['python3 -c "print(6 * 7)"'], buildOptions: { cdkCliVersion: CDK_CLI, runtimeVersions: { python: '3.13' } } },
    });
    if (outcome !== 'Build Succeeded') throw new Error(said);
    expect(said).toContain('42\n');
    expect(listed(archive)).toBe('Orders/ap-southeast-2 (Orders-ap-southeast-2)\nOrders/us-west-2 (Orders-us-west-2)\n');
  });

  // Node.js looks in all folders above
  having(spawnSync('node', ['-e', 'require.resolve("aws-cdk/package.json", { paths: [process.cwd()] })'], { cwd: folder }).status !== 0)('say what to do when there is no CDK CLI', async () => {
    const { outcome, said, workspace } = await run({ files: app('.', {}, ['stacks']), lock: npm });
    expect(outcome).toBe('Build Failed');
    expect(said).toContain('The app has not installed aws-cdk, the CDK CLI: add it to its dependencies, or set buildOptions.cdkCliVersion of the pipeline.');
    expect(existsSync(join(workspace, 'cdk.out'))).toBe(false);
  });
});
