import { spawn } from 'child_process';
import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { Report } from '../../cli/rehearsal/report/report';

const APP = 'test/rehearsal/deliveries';
const TIMEOUT_MS = 300_000;

// by npm run test:long: each brings up local regions, and has them for half a minute or more
const proof = process.env.LONG ? test : test.skip;

interface Rehearsed {
  readonly code: number | null;
  readonly output: string;
  readonly report: Report;
}

/** Runs the command as it is in the package. */
async function rehearse(...options: string[]): Promise<Rehearsed> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsed-'));
  const file = join(folder, 'report.json');
  try {
    const [code, output] = await new Promise<[number | null, string]>((done, failed) => {
      let said = '';
      const child = spawn(process.execPath, [resolve('bin/cdk-multi-region.js'), 'rehearse', ...options, '--report', file], { cwd: APP, stdio: ['ignore', 'pipe', 'pipe'] });
      [child.stdout, child.stderr].forEach(stream => stream.on('data', chunk => { said += chunk; }));
      child.once('error', failed).once('close', status => done([status, said]));
    });
    return { code, output, report: JSON.parse(readFileSync(file, 'utf8')) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const failedClaims = ({ drills }: Report) => drills.flatMap(({ checks }) => checks.filter(({ outcome }) => outcome === 'failed').map(({ claim }) => claim));
const TWO_REGIONS = ['--regions', 'eu-west-1,us-east-1'];

describe('the rehearsal of an app of another shape than the example', () => {
  proof('finds nothing wrong with it, in three regions, with customers of its own', async () => {
    const { code, output, report } = await rehearse('--workload', 'rehearsal.ts', '--drills', 'kill,partition+lag');
    expect([failedClaims(report), report.drills.map(({ lost, doubled, explained }) => [lost, doubled - explained])]).toEqual([[], [[0, 0], [0, 0]]]);
    // a machine that was too slow to tell is no failure
    expect([[0, 3].includes(code!), report.regions.length, output]).toEqual([true, 3, expect.stringMatching(/^\d+ passed, 0 failed/m)]);
    expect(report.emulation.types.filter(({ verdict }) => verdict === 'skipped').map(({ type }) => type)).toEqual(['AWS::EC2::FlowLog', 'AWS::WAFv2::LoggingConfiguration']);
  }, TIMEOUT_MS);

  proof('needs no workload', async () => {
    const { code, report } = await rehearse(...TWO_REGIONS, '--drills', 'evacuate');
    expect([failedClaims(report), [0, 3].includes(code!)]).toEqual([[], true]);
    expect(report.operations.length).toBeGreaterThan(20);
  }, TIMEOUT_MS);

  proof('catches a handler that acknowledges writes which it does not make', async () => {
    const { code, report } = await rehearse(...TWO_REGIONS, '--workload', 'busy.ts', '--context', 'fault=dropped-writes', '--drills', 'lag');
    expect([code, failedClaims(report)]).toEqual([1, expect.arrayContaining(['nothing acknowledged is lost'])]);
    expect(report.drills[0].lost).toBeGreaterThan(0);
  }, TIMEOUT_MS);

  proof('catches a consumer that does a thing twice if its event comes twice', async () => {
    const { code, report } = await rehearse(...TWO_REGIONS, '--workload', 'rehearsal.ts', '--context', 'fault=appending-consumer', '--drills', 'replay');
    expect([code, failedClaims(report)]).toEqual([1, expect.arrayContaining(['no workflow ran again, and no record changed'])]);
  }, TIMEOUT_MS);
});
