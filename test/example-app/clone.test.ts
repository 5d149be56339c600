/** The example-app in a clone of the repository, run by the real CDK CLI as its README says. In a copy of its folder it runs as well: pipeline-dry-run.test.ts */
import { execFileSync } from 'child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'fs';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { cdk, NO_CREDENTIALS, STACKS } from '../support/cdk-cli';

jest.setTimeout(300_000);

// by npm run test:long
const proof = process.env.LONG ? describe : describe.skip;

const clone = mkdtempSync(join(tmpdir(), 'clone-'));
const app = join(clone, 'example-app');
afterAll(() => process.env.KEEP || rmSync(clone, { recursive: true, force: true }));

/** What git has, or would have, with the packages of here: as after `npm ci`, which runs `prepare`. */
function make(): void {
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' }).split('\0').filter(Boolean);
  files.filter(file => file !== 'node_modules' && existsSync(file)).forEach(file => cpSync(file, join(clone, file)));
  symlinkSync(resolve('node_modules'), join(clone, 'node_modules'));
  execFileSync('npm', ['run', 'prepare'], { cwd: clone, stdio: ['ignore', 'ignore', 'pipe'] });
}

proof('the example-app of a clone', () => {
  beforeAll(make);

  test('is synthesized by npx cdk synth, without a finding', () => {
    expect(cdk(app, 'synth', '--quiet')).toMatchObject({ status: 0 });
    expect(readdirSync(join(app, 'cdk.out')).filter(file => file.endsWith('.template.json'))).toHaveLength(STACKS.length);
    expect(JSON.parse(readFileSync(join(app, 'cdk.out/validation-report.json'), 'utf8')).pluginReports).toEqual([]);
  });

  test('has its stacks listed by npx cdk ls', () => {
    const { status, output } = cdk(app, 'ls', '--app', 'cdk.out');
    expect([status, STACKS.filter(stack => !output.includes(stack))]).toEqual([0, []]);
  });

  test('is compared by npx cdk diff up to where that needs credentials', () => {
    const { status, output } = cdk(app, 'diff', '--app', 'cdk.out');
    expect([status, output]).toEqual([1, expect.stringMatching(NO_CREDENTIALS)]);
  });

  test('is deployed by npx cdk deploy up to where that needs credentials', () => {
    const { status, output } = cdk(app, 'deploy', '--all', '--require-approval', 'never', '--app', 'cdk.out');
    expect([status, output]).toEqual([1, expect.stringMatching(NO_CREDENTIALS)]);
  });
});
