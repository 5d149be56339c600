import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { KeptRegions } from './kept-regions';

const proof = process.env.LONG ? test : test.skip;
const UP = 240_000;

/**
 * The doctor on local regions. Not covered here, because they have none of it: Service Quotas, the limits of Route 53, the delegation of a zone, regions that are not enabled. For these the verdict
 * is unknown, and test/cli/doctor has them with recorded answers.
 */
describe('cdk-multi-region doctor', () => {
  let kept: KeptRegions;
  const folder = mkdtempSync(join(tmpdir(), 'doctor-'));

  beforeAll(async () => {
    if (process.env.LONG) kept = await KeptRegions.start('example-app', '--workload', 'rehearsal/workload.ts');
  }, UP);
  afterAll(async () => {
    await kept?.stop();
    rmSync(folder, { recursive: true });
  }, UP);

  /** An assembly as that of the regions, with something else in its manifest. */
  const assemblyWith = (from: string, to: string): string[] => {
    const [, assembly] = kept.local;
    const copy = join(folder, to);
    cpSync(assembly, copy, { recursive: true });
    writeFileSync(join(copy, 'manifest.json'), readFileSync(join(copy, 'manifest.json'), 'utf8').replaceAll(from, to));
    return ['--assembly', copy, ...kept.local.slice(2)];
  };

  proof('examines what is deployed, and keeps what it found', async () => {
    const report = join(folder, 'examination.md');
    const { code, out, err } = await kept.operate('doctor', '--before', '--timeout', '20', '--report', report);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('Orders in ap-southeast-2, us-west-2 (deployed), account 000000000000');
    for (const name of ['credentials', 'regions', 'clock', 'bootstrap', 'services', 'names', 'certificates', 'gateway-account']) expect(out).toContain(`✔ ${name}: `);
    expect(out).toMatch(/\? us-west-2: Service Quotas .*, hence unknown: .*PutEvents/);
    expect(readFileSync(report, 'utf8')).toContain('# Examination of Orders');
  }, UP);

  proof('finds the names taken of a system that is not deployed and has those of another', async () => {
    const { code, out } = await kept.run(['doctor', '--before', '--only', 'names', '--timeout', '20', ...assemblyWith('"stackName": "Orders-', '"stackName": "Orders-New-')]);
    expect(code).toBe(1);
    expect(out).toContain('(not deployed yet)');
    expect(out).toContain('✖ us-west-2: there is a table Orders-OrdersTable already, which Orders-New-global is to make');
    expect(out).toContain('✖ us-west-2: there is an event bus Orders-Bus already');
  }, UP);

  proof('says in time which region is silent, and examines the others', async () => {
    kept.freeze('us-west-2');
    try {
      const { code, out, seconds } = await kept.operate('doctor', '--before', '--only', 'bootstrap,services,names');
      expect(code).toBe(0);
      expect(out).toContain('? us-west-2: ');
      expect(out).not.toContain('? ap-southeast-2: ');
      expect(seconds).toBeLessThan(40);
    } finally {
      kept.thaw('us-west-2');
    }
  }, UP);

  proof('takes throttling for unknown, and fails by that only if it is told to', async () => {
    await kept.set('us-west-2', 'service-faults', { faults: [{ service: 'sqs', how: 'throttled' }] });
    try {
      const { code, out } = await kept.operate('doctor', '--only', 'services', '--timeout', '20');
      expect([code, out]).toEqual([0, expect.stringContaining('? us-west-2: SQS: ')]);
      expect((await kept.operate('doctor', '--only', 'services', '--timeout', '20', '--strict')).code).toBe(1);
    } finally {
      await kept.set('us-west-2', 'service-faults', { faults: [] });
    }
  }, UP);

  proof('looks no further in a wrong account', async () => {
    const { code, out, err } = await kept.run(['doctor', '--timeout', '20', ...assemblyWith('unknown-account', '111122223333')]);
    expect([code, err]).toEqual([1, 'Orders is not well: 2 failed\n']);
    expect(out).toContain('the credentials are of account 000000000000, and the app of 111122223333');
  }, UP);

  proof('says in one line why it cannot begin', async () => {
    const [, assembly] = kept.local;
    expect(await kept.run(['doctor', '--assembly', assembly])).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^there are no AWS credentials: .*\n$/) });
    expect(await kept.run(['doctor', '--assembly', assembly, '--regions', 'eu-west-1'])).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^eu-west-1 is not a region of Orders, .*\n$/) });
    expect(await kept.run(['doctor', '--system', 'Nope', '--regions', 'us-west-2'])).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^only the assembly of Nope says .*\n$/) });
  }, UP);
});
