/** A game day on local regions, as it would be on AWS: evacuations by DynamoDB, customers by names. */
import { spawn } from 'child_process';
import { once } from 'events';
import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { KeptRegions } from './kept-regions';
import { Report } from '../../../cli/rehearsal/report/report';

const proof = process.env.LONG ? test : test.skip;
const [PRIMARY, OTHER] = ['ap-southeast-2', 'us-west-2'];
const SYSTEM = 'Orders';
const WORKLOAD = resolve('example-app/rehearsal/workload.ts');
// a machine that is busy makes requests fail, which is no reason to stop here
const DRILL = ['drill', '--on', 'aws', '--workload', WORKLOAD, '--yes', '--hold', '5', '--abort-after', '1', '--target', OTHER];

(process.env.LONG ? describe : describe.skip)('cdk-multi-region drill', () => {
  const folder = mkdtempSync(join(tmpdir(), 'game-day-'));
  let kept: KeptRegions;

  beforeAll(async () => { kept = await KeptRegions.start('example-app', '--workload', 'rehearsal/workload.ts'); }, 240_000);
  afterAll(async () => {
    await kept.stop();
    rmSync(folder, { recursive: true });
  });

  /** Waits for the alarms of what was done before: no drill begins while one says that a region is unhealthy. */
  async function allWell(): Promise<void> {
    for (const region of [PRIMARY, OTHER]) {
      const cloudwatch = new CloudWatchClient(kept.clientSettings(region));
      const inAlarm = async () => (await cloudwatch.send(new DescribeAlarmsCommand({ AlarmTypes: ['CompositeAlarm'], StateValue: 'ALARM' }))).CompositeAlarms ?? [];
      while ((await inAlarm()).length > 0) await sleep(500);
    }
  }

  const isEvacuated = async () => (await kept.operate('restore', OTHER, '--json')).out.includes('"changed":true');

  proof('refuses a region that is frozen, and changes nothing', async () => {
    kept.freeze(OTHER);
    const { code, err } = await kept.operate(...DRILL, '--timeout', '2');
    kept.thaw(OTHER);
    expect([code, err]).toEqual([1, expect.stringContaining(`${OTHER}: does not answer`)]);
    expect(await isEvacuated()).toBe(false);
  }, 120_000);

  proof('refuses if a region is evacuated already, and leaves that', async () => {
    await kept.operate('evacuate', OTHER, '--yes', '--force', '--reason', 'a real one');
    const { code, err } = await kept.operate(...DRILL);
    expect([code, err]).toEqual([1, expect.stringContaining(`${OTHER} is evacuated, says ${PRIMARY}`)]);
    expect(await isEvacuated()).toBe(true);
  }, 120_000);

  proof('evacuates a region, comes back, and reports as a rehearsal does', async () => {
    const [html, json] = [join(folder, 'report.html'), join(folder, 'report.json')];
    await allWell();
    const { code, out } = await kept.operate(...DRILL, '--report', html, '--report', json);
    process.stdout.write(out);
    const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
    expect([report.version, report.kind, report.drills.map(({ name }) => name)]).toEqual([1, 'game day', ['evacuate']]);
    expect(report.drills[0].checks.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(report.drills[0]).toMatchObject({ lost: 0, requests: expect.any(Number), faults: [{ nemesis: 'evacuate', regions: [OTHER], until: expect.any(Number) }] });
    expect(readFileSync(html, 'utf8')).toContain('Game day of');
    expect([0, 3]).toContain(code);
    expect(await isEvacuated()).toBe(false);
  }, 600_000);

  proof('restores everything on Ctrl-C', async () => {
    await allWell();
    const child = spawn(process.execPath, [resolve('bin/cdk-multi-region.js'), ...DRILL, '--hold', '300', '--i-know', SYSTEM, '--verbose', ...kept.local], {
      cwd: folder, stdio: ['ignore', 'pipe', 'pipe'],
    });
    const closed = once(child, 'close');
    let out = '';
    child.stdout.on('data', chunk => { out += chunk; });
    const dynamodb = new DynamoDBClient(kept.clientSettings(PRIMARY));
    const evacuated = async () => (await dynamodb.send(new GetItemCommand({ TableName: `${SYSTEM}-Control-Table`, Key: { pk: { S: `evacuation#${OTHER}` } } }))).Item !== undefined;
    for (let i = 0; i < 120 && child.exitCode === null && !await evacuated(); i++) await sleep(500);
    const wasEvacuated = await evacuated();
    child.kill('SIGINT');
    const [code] = await closed;
    expect(wasEvacuated).toBe(true);
    expect([code, out]).toEqual([130, expect.stringContaining('Everything is restored.')]);
    expect(await isEvacuated()).toBe(false);
  }, 300_000);

  proof('takes back what it wrote in a region that is cut off', async () => {
    await allWell();
    await Promise.all([kept.set(PRIMARY, 'partition', { peers: [OTHER] }), kept.set(OTHER, 'partition', { peers: [PRIMARY] })]);
    const { code, out, err } = await kept.operate(...DRILL, '--i-know', SYSTEM);
    await kept.heal();
    // whether checks fail is for the workload to say; that nothing is left is not
    expect([[0, 1, 3].includes(code!), err, out]).toEqual([true, '', expect.stringContaining('Report: ')]);
    expect(await isEvacuated()).toBe(false);
  }, 300_000);

  proof.each([
    ['monitoring', `the alarms of ${OTHER} cannot be determined: `],
    ['cloudformation', `the stacks of ${OTHER} cannot be determined: `],
    // last: its health check fails by it, and an alarm says so for a while
    ['dynamodb', `${OTHER}: `],
  ])('refuses a region whose %s throttles, and changes nothing', async (service, where) => {
    await kept.set(OTHER, 'service-faults', { faults: [{ service, how: 'throttled' }] });
    const { code, err } = await kept.operate(...DRILL, '--timeout', '2');
    await kept.heal();
    expect([code, err]).toEqual([1, expect.stringMatching(new RegExp(`^${SYSTEM} is not drilled: (.*; )?${where}AWS takes no more requests at the moment`))]);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(await isEvacuated()).toBe(false);
  }, 120_000);
});
