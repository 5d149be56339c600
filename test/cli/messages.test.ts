/** What a user of the CDK CLI reads: by the real CLI, since annotations on constructs outside of stacks are kept, and never printed. */
import { spawnSync } from 'child_process';
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';

// by npm run test:long
const proof = process.env.LONG ? describe : describe.skip;

proof('cdk synth', () => {
  const output = mkdtempSync(join(tmpdir(), 'messages-'));
  afterAll(() => rmSync(output, { recursive: true, force: true }));

  test.each([[], ['--quiet']])('prints warnings and notices, once each, and none that is acknowledged: %j', (...options) => {
    // as a user's shell has it: the tests' own setting turns the CDK's validation off
    const { CDK_VALIDATION, ...env } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, [
      'node_modules/aws-cdk/bin/cdk', 'synth', ...options, '--app', `${process.execPath} --import tsx test/cli/messages-app.ts`, '--output', output, '--no-notices',
    ], { encoding: 'utf8', env: { ...env, TSX_TSCONFIG_PATH: 'tsconfig.dev.json', CDK_DISABLE_CLI_TELEMETRY: 'true', NO_COLOR: '1', JSII_DEPRECATED: 'warn' } });
    const text = stdout + stderr;
    expect([status, status === 0 ? '' : text]).toEqual([0, '']);
    expect([...text.matchAll(/Acknowledge with '(.*)'/g)].map(([, id]) => id).sort()).toEqual([
      'Annotation::cdk-multi-region:failoverTime', 'Annotation::cdk-multi-region:noDomain', 'Annotation::cdk-multi-region:oneReplicaPerDeployment',
    ]);
    expect(text).toContain('WARNING Open/Api has no domain');
    expect(text).toContain('WARNING a global table that exists takes one new replica a deployment: when Shop grows');
    expect(text).toContain('INFO api.example.com fails over in about 108 s');
    expect(text).not.toMatch(/deprecated/i);
  }, 120_000);
});
