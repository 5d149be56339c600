/** The package as product teams get it: packed, and installed with its peers into a copy of the example-app. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { cdk, NO_CREDENTIALS, STACKS } from './support/cdk-cli';
import { packedApp, run } from './support/packed-app';

describe('the packed package', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'consumer-'));
  const app = join(workspace, 'app');
  let packed: string[];

  beforeAll(async () => {
    packed = await packedApp(app);
  }, 600_000);
  afterAll(() => process.env.KEEP || rmSync(workspace, { recursive: true, force: true }));

  test('holds the library and its handlers, and nothing of the workshop', () => {
    expect(packed).toEqual(expect.arrayContaining([
      '.jsii', 'API.md', 'LICENSE', 'README.md', 'lib/index.js', 'lib/index.d.ts',
      'assets/multi-region-api/health.lambda/index.js', 'assets/replicated-workflow/starter.lambda/index.js', 'assets/multi-region-pipeline/deployment-gate.lambda/index.js',
    ]));
    expect(packed.filter(file => !/^(lib|assets)\/|^(\.jsii|API\.md|LICENSE|README\.md|package\.json)$/.test(file))).toEqual([]);
    expect(packed.filter(file => file.endsWith('.lambda.js') || (file.endsWith('.ts') && !file.endsWith('.d.ts')))).toEqual([]);
  });

  test('has no dependency but its peers', () => {
    const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(readFileSync(join(app, 'node_modules/cdk-multi-region/package.json'), 'utf8'));
    expect(dependencies ?? {}).toEqual({});
    expect(Object.keys(peerDependencies).filter(name => !peerDependenciesMeta[name]?.optional)).toEqual(['aws-cdk-lib', 'constructs']);
  });

  test('has types that a product team\'s compiler accepts, for the example-app and for the README', () => {
    const snippets = [...readFileSync('README.md', 'utf8').matchAll(/```ts(?: fixture=(\w+))?\n(.*?)```/gs)].map(([, fixture, code]) => (
      fixture ? readFileSync(`rosetta/${fixture}.ts-fixture`, 'utf8').replace('/// here', code) : code
    ));
    expect(snippets.length).toBeGreaterThanOrEqual(2);
    snippets.forEach((code, i) => writeFileSync(join(app, `readme-${i}.ts`), code));
    expect(run(app, 'npx', 'tsc')).toBe('');
  });

  test('synthesizes the example-app by the CDK CLI, without a finding, a warning or credentials', () => {
    run(app, 'npx', 'cdk', 'synth', '--quiet');
    const out = join(app, 'cdk.out');
    expect(readdirSync(out).filter(file => file.endsWith('.template.json'))).toHaveLength(STACKS.length);
    expect(JSON.parse(readFileSync(join(out, 'validation-report.json'), 'utf8')).pluginReports).toEqual([]);
  }, 120_000);

  test('lists its stacks by the CDK CLI, and compares and deploys them up to where that needs credentials', () => {
    const { status, output } = cdk(app, 'ls');
    expect([status, STACKS.filter(stack => !output.includes(stack))]).toEqual([0, []]);
    for (const command of [['diff'], ['deploy', '--all', '--require-approval', 'never']]) {
      expect(cdk(app, ...command, '--app', 'cdk.out')).toEqual({ status: 1, output: expect.stringMatching(NO_CREDENTIALS) });
    }
  }, 300_000);

  test('has a command that draws what was synthesized', () => {
    expect(run(app, 'npx', 'cdk-multi-region', 'diagram')).toMatch(/^flowchart TB\n.*EventBridge/s);
  });
});
