/** What a user of the CDK CLI reads: by the real CLI, since annotations on constructs outside of stacks are kept, and never printed. */
import { spawnSync } from 'child_process';
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';

describe('cdk synth', () => {
  const output = mkdtempSync(join(tmpdir(), 'messages-'));
  afterAll(() => rmSync(output, { recursive: true, force: true }));

  test.each([[], ['--quiet']])('prints warnings and notices, once each, and none that is acknowledged: %j', (...options) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [
      'node_modules/aws-cdk/bin/cdk', 'synth', ...options, '--app', `${process.execPath} --import tsx test/cli/messages-app.ts`, '--output', output, '--no-notices',
    ], { encoding: 'utf8', env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.dev.json', CDK_DISABLE_CLI_TELEMETRY: 'true', NO_COLOR: '1', JSII_DEPRECATED: 'warn' } });
    const text = stdout + stderr;
    expect([status, status === 0 ? '' : text]).toEqual([0, '']);
    const lines = text.split('\n').filter(line => /^\[(warning|info)/i.test(line.trim()));
    const ofOurs = lines.filter(line => line.includes('cdk-multi-region:'));
    expect(ofOurs.map(line => /cdk-multi-region:\w+/.exec(line)![0]).sort()).toEqual([
      'cdk-multi-region:failoverTime', 'cdk-multi-region:noDomain', 'cdk-multi-region:oneReplicaPerDeployment',
    ]);
    expect(ofOurs.filter(line => line.includes('Quiet'))).toEqual([]);
    expect(text).not.toMatch(/deprecated/i);
  }, 120_000);
});
