/** The workflows of this repository: that GitHub would understand them, that they run what there is, and that they may do no more than they must. */
import { existsSync, readdirSync, readFileSync } from 'fs';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Record<string, string>;
  readonly with?: Record<string, string>;
}

interface Job {
  readonly 'needs'?: string | string[];
  readonly 'permissions'?: Record<string, string>;
  readonly 'environment'?: string | { readonly name: string };
  readonly 'env'?: Record<string, string>;
  readonly 'strategy'?: { readonly matrix: { readonly node?: string[]; readonly shard?: number[] } };
  readonly 'runs-on'?: string;
  readonly 'steps': Step[];
}

interface Workflow {
  readonly on: Record<string, { readonly types?: string[] } | null>;
  readonly jobs: Record<string, Job>;
}

const FOLDER = '.github/workflows';
const read = (text: string): Workflow => parse(text, { strict: true, uniqueKeys: true });
const WORKFLOWS: Record<string, Workflow> = Object.fromEntries(readdirSync(FOLDER).map(file => [file, read(readFileSync(`${FOLDER}/${file}`, 'utf8'))]));
const { scripts, engines } = JSON.parse(readFileSync('package.json', 'utf8'));
const tasks: Record<string, object> = JSON.parse(readFileSync('.projen/tasks.json', 'utf8')).tasks;

/** npm's own commands that the workflows use. */
const OF_NPM = ['ci', 'install', 'view'];

/** What a command calls and is not there: scripts of npm, tasks of projen, files of the repository. */
function missingCalls(command: string): string[] {
  const [npm, runs, projen, files] = [
    [...command.matchAll(/\bnpm (?!run\b)([\w:-]+)/g)].filter(([, name]) => !OF_NPM.includes(name) && !(name in scripts)),
    [...command.matchAll(/\bnpm run ([\w:-]+)/g)].filter(([, name]) => !(name in scripts)),
    [...command.matchAll(/\bprojen ([\w:-]+)/g)].filter(([, name]) => !(name in tasks)),
    [...command.matchAll(/(?<=^|[\s;&|])(\.{1,2}\/[\w./-]+|\.ci\/[\w./-]+)/gm)].filter(([, path]) => path !== './' && !existsSync(path)),
  ];
  return [...npm, ...runs, ...projen, ...files].map(([call]) => call.trim());
}

/** Another can move a tag such as v7 or main; a commit, and the version of an immutable release, stay. */
function unpinned(workflow: Workflow): string[] {
  return stepsOf(workflow).flatMap(({ uses }) => uses ?? []).filter(uses => !/@([0-9a-f]{40}|v\d+\.\d+\.\d+)$/.test(uses));
}

/** Packages that npx would fetch in whatever version is the newest when a workflow runs. */
function unpinnedPackages(workflow: Workflow): string[] {
  return stepsOf(workflow).flatMap(({ run = '' }) => [...run.matchAll(/\bnpx\s+'?-p'?\s+'?([^\s']+)|\bnpx\s+(?!projen\b)'?([a-z@][^\s']*)/g)].map(([, named, called]) => named ?? called))
    .filter(spec => !/.@\d+\.\d+\.\d+$/.test(spec));
}

const nameOf = (environment: Job['environment']) => (typeof environment === 'object' ? environment.name : environment);

function stepsOf({ jobs }: Workflow): Step[] {
  return Object.values(jobs).flatMap(({ steps }) => steps);
}

describe.each(Object.keys(WORKFLOWS))('%s', file => {
  const workflow = WORKFLOWS[file];

  test('has jobs with steps and triggers, each of whose needs is there', () => {
    expect(Object.keys(workflow.on)).not.toEqual([]);
    for (const { needs = [], steps, 'runs-on': runsOn } of Object.values(workflow.jobs)) {
      expect(runsOn).toBe('ubuntu-latest');
      for (const { uses, run } of steps) expect([uses, run].filter(Boolean)).toHaveLength(1);
      expect([needs].flat().filter(need => !(need in workflow.jobs))).toEqual([]);
    }
  });

  test('calls scripts, tasks and files that there are', () => {
    expect(stepsOf(workflow).flatMap(({ run = '' }) => missingCalls(run))).toEqual([]);
  });

  test('has every action and published tool in one version', () => {
    expect(unpinned(workflow)).toEqual([]);
    expect(unpinnedPackages(workflow)).toEqual([]);
  });

  test('has in each job the permissions that it needs, and writes only where a release, a finding, a title or the site is its subject', () => {
    const MAY_WRITE: Record<string, string[]> = {
      'release.yml': ['contents', 'id-token', 'attestations'], 'codeql.yml': ['security-events'], 'pull-request-lint.yml': ['pull-requests'],
    };
    for (const { permissions, environment } of Object.values(workflow.jobs)) {
      expect(permissions).toBeDefined();
      const written = Object.entries(permissions!).filter(([, access]) => access === 'write').map(([name]) => name);
      const may = [...MAY_WRITE[file] ?? [], ...nameOf(environment) === 'github-pages' ? ['pages', 'id-token'] : []];
      expect(written.filter(name => !may.includes(name))).toEqual([]);
    }
  });

  // what others wrote would run with the rights and secrets of this repository
  test('runs no code of a pull request with more rights than that has', () => {
    if ('pull_request_target' in workflow.on) expect(stepsOf(workflow).filter(({ uses = '', run }) => run !== undefined || uses.includes('/checkout@'))).toEqual([]);
  });

  test('puts nothing that others write into a command', () => {
    expect(stepsOf(workflow).flatMap(({ run = '' }) => run.match(/\$\{\{\s*(github\.(event|head_ref)|inputs)\b[^}]*\}\}/g) ?? [])).toEqual([]);
  });
});

describe('The workflows together', () => {
  test('test the lowest Node.js that package.json asks for, and the newest with long-term support', () => {
    const [, lowest] = engines.node.match(/^>= (\d+)\.0\.0$/);
    const { test: tests, rehearsal } = WORKFLOWS['build.yml'].jobs;
    const { full } = WORKFLOWS['full.yml'].jobs;
    for (const { strategy } of [tests, rehearsal, full]) expect(strategy!.matrix.node).toEqual([lowest, 'lts/*']);
  });

  test('run every shard of the tests that the build leaves out, by the same command as npm test', () => {
    const { build, test: tests } = WORKFLOWS['build.yml'].jobs;
    expect(build.env).toMatchObject({ TESTS_ARE_SHARDED: 'true' });
    const shards = tests.strategy!.matrix.shard!;
    expect(shards).toEqual(shards.map((_, index) => index + 1));
    expect(tests.steps.map(({ run }) => run)).toContain(`npx projen test:shard -- --shard=\${{ matrix.shard }}/${shards.length}`);
    const jest = (name: string) => (tasks[name] as { steps: { execArgs?: string[] }[] }).steps.find(({ execArgs }) => execArgs?.[0] === 'jest')!.execArgs;
    expect(jest('test:shard')).toEqual(jest('test'));
  });

  test('run the two commands of the README, and everything else each week', () => {
    expect(stepsOf(WORKFLOWS['build.yml']).flatMap(({ run }) => run ?? [])).toEqual(expect.arrayContaining(['npm ci', 'npm start']));
    expect(stepsOf(WORKFLOWS['full.yml']).flatMap(({ run }) => run ?? [])).toEqual(['.ci/run']);
    const full = readFileSync('.ci/run', 'utf8');
    for (const command of ['npm ci', 'npm test', 'npm run test:long', 'npm start']) expect(full).toMatch(new RegExp(`${command}$`, 'm'));
    expect(missingCalls(full)).toEqual([]);
  });

  test('publish when a maintainer has started and another has approved it, without a token of npm\'s', () => {
    const { on, jobs } = WORKFLOWS['release.yml'];
    expect(Object.keys(on)).toEqual(['workflow_dispatch']);
    const publishers = Object.entries(jobs).filter(([name]) => name !== 'release');
    expect(publishers.map(([name]) => name)).toEqual(expect.arrayContaining(['release_github', 'release_npm']));
    for (const [, { environment }] of publishers) expect(nameOf(environment)).toBe('release');
    expect(jobs.release_npm.steps.find(({ run }) => run?.includes('publib'))!.env).toEqual(expect.objectContaining({ NPM_TRUSTED_PUBLISHER: 'true', NPM_CONFIG_PROVENANCE: 'true' }));
    expect(JSON.stringify(jobs.release_npm)).not.toMatch(/NPM_TOKEN|NPM_REGISTRY/);
  });
});

describe('The checks of this file', () => {
  test('refuse what GitHub would not understand', () => {
    expect(() => read('on: push\non: pull_request')).toThrow('unique');
    expect(() => read('jobs:\n  a: [')).toThrow();
  });

  test.each([
    ['npm ci && npm start && npm run life -- --short && npx projen build', []],
    ['npm run nothing; cd .repo && npm nothing', ['npm nothing', 'npm run nothing']],
    ['npx projen nothing\nprojen build', ['projen nothing']],
    ['.ci/nothing', ['.ci/nothing']],
  ])('say of %j: %j', (command, expected) => {
    expect(missingCalls(command)).toEqual(expected);
  });

  test('find actions and packages that are not pinned', () => {
    const workflow = read('jobs: {a: {steps: [{uses: a/b@v4}, {uses: a/b@v4.1.0}, {uses: a/b@main}, {run: "npx -p publib@latest publib"}, {run: "npx cdk@2.1.0 x"}, {run: "npx cdk x"}, {run: npx projen build}]}}');
    expect([unpinned(workflow), unpinnedPackages(workflow)]).toEqual([['a/b@v4', 'a/b@main'], ['publib@latest', 'cdk']]);
  });
});
