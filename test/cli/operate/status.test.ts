import { setTimeout as sleep } from 'timers/promises';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { KeptRegions, Ran } from './kept-regions';

const proof = process.env.LONG ? test : test.skip;

/** Longer than two intervals of a heartbeat on AWS, from which on a region counts as silent. */
const PATIENCE_MS = 160_000;
const [HOME, WEST] = ['ap-southeast-2', 'us-west-2'];
const REGIONS = ['--system', 'Orders', '--regions', `${HOME},${WEST}`];

/** What is not there: canaries, stacks in other states and metrics, which local regions do not have; test/cli/status covers them. */
describe('cdk-multi-region status, of the example-app\'s local regions', () => {
  let kept: KeptRegions;
  beforeAll(async () => {
    if (process.env.LONG) kept = await KeptRegions.start('example-app', '--workload', 'rehearsal/workload.ts');
  }, 240_000);
  afterAll(() => kept?.stop());
  const patient = ['--timeout', '15'];

  const rowOf = ({ out }: Ran, region: string) => out.split('\n').find(line => line.startsWith(`${region} `))?.split(/ {2,}/);
  const concernsOf = ({ out }: Ran) => out.split('\n').filter(line => line.includes(' -> ')).map(line => line.trim());

  /** Waits until a look at the regions is as it should be. */
  async function until(isSo: (ran: Ran) => boolean, ...args: string[]): Promise<Ran> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const ran = await kept.operate('status', ...patient, ...args);
      if (isSo(ran)) return ran;
      if (Date.now() > deadline) throw new Error(`still ${ran.out}${ran.err}`);
      await sleep(2000);
    }
  }

  proof('needs nobody while all is well, and fits into 80 columns', async () => {
    const ran = await until(({ code }) => code === 0);
    process.stdout.write(`\n${ran.out}\n`);
    expect(ran.err).toBe('');
    for (const region of [HOME, WEST]) expect(rowOf(ran, region)).toEqual([region, 'yes', '0 s', '0', '0/0', '0', '0']);
    expect(ran.out).toMatch(new RegExp(`${WEST} +${HOME} +- +\\d+ s ago +-`));
    expect(Math.max(...ran.out.split('\n').map(line => line.length))).toBeLessThanOrEqual(80);
  }, 120_000);

  proof('writes one JSON document', async () => {
    const { out, code } = await kept.operate('status', '--json', ...patient);
    const found = JSON.parse(out);
    expect([code, found.isWell, found.concerns]).toEqual([0, true, []]);
    expect(found.regions.map(({ region, admission }: any) => [region, admission.state])).toEqual([[HOME, 'SERVES'], [WEST, 'SERVES']]);
    expect(found.pairs.map(({ from, to }: any) => `${from} ${to}`).sort()).toEqual([`${HOME} ${WEST}`, `${WEST} ${HOME}`]);
  }, 60_000);

  proof('shows who evacuated a region, and how to restore it', async () => {
    await kept.operate('evacuate', WEST, '--yes', '--by', 'an operator', '--reason', 'to see it');
    const ran = await until(({ out }) => out.includes('to see it -> '));
    process.stdout.write(`\n${ran.out}${ran.err}\n`);
    expect([ran.code, rowOf(ran, HOME)![1], rowOf(ran, WEST)![1]]).toEqual([1, 'yes', 'evacuated']);
    expect(concernsOf(ran)).toEqual([expect.stringMatching(new RegExp(`^${WEST}: evacuated by an operator since \\S+: to see it -> cdk-multi-region restore ${WEST}$`))]);
    await kept.operate('restore', WEST);
    await until(({ code }) => code === 0);
  }, 180_000);

  proof('counts dead letters', async () => {
    const sqs = new SQSClient(kept.clientSettings(WEST));
    await sqs.send(new SendMessageCommand({ QueueUrl: `${kept.endpoints[WEST]}/000000000000/Orders-DeadLetters`, MessageBody: '{}' }));
    const ran = await kept.operate('status', ...patient);
    expect([ran.code, rowOf(ran, WEST)![3], rowOf(ran, HOME)![3]]).toEqual([1, '1', '0']);
    expect(concernsOf(ran)).toContain(`${WEST}: 1 dead letter in Orders-DeadLetters -> cdk-multi-region redrive Orders-DeadLetters --region ${WEST}`);
  }, 60_000);

  proof('counts what is open, and what nobody sees to', async () => {
    // the sweeper cannot look at it
    await kept.set(WEST, 'service-faults', { faults: [{ service: 'states', how: 'denied' }] });
    const dueAt = Date.now() - 600_000;
    await new DynamoDBClient(kept.clientSettings(WEST)).send(new PutItemCommand({
      TableName: 'Orders-Fulfilment-Ledger-Table',
      Item: {
        pk: { S: 'Orders-Fulfilment#overdue' },
        region: { S: WEST },
        status: { S: 'STARTED' },
        origin: { S: WEST },
        publishedAt: { N: String(dueAt) },
        startedAt: { N: String(dueAt) },
        dueAt: { N: String(dueAt) },
        openIn: { S: `Orders-Fulfilment#${WEST}#0` },
        input: { S: '{}' },
      },
    }));
    const ran = await kept.operate('status', ...patient);
    await kept.set(WEST, 'service-faults', { faults: [] });
    expect([rowOf(ran, WEST)![4], rowOf(ran, HOME)![4]]).toEqual(['1/1', '0/0']);
    expect(concernsOf(ran)).toContain(`${WEST}: 1 of Orders-Fulfilment overdue: nobody sees to them -> cdk-multi-region takeover show overdue`);
  }, 60_000);

  proof('loses only the cell of a service that is denied, throttled or silent', async () => {
    await kept.set(WEST, 'service-faults', { faults: [{ service: 'sqs', how: 'throttled' }, { service: 'cloudformation', how: 'denied' }, { service: 'monitoring', how: 'silent' }] });
    const ran = await kept.operate('status', '--timeout', '6');
    await kept.set(WEST, 'service-faults', { faults: [] });
    process.stdout.write(`\n${ran.out}${ran.err}\n`);
    const [, serves, , dead, open, deploying, alarms] = rowOf(ran, WEST)!;
    expect([ran.code, serves, dead, deploying, alarms]).toEqual([1, 'yes', 'unknown', 'denied', 'silent']);
    expect(open).toMatch(/^\d+\/\d+$/);
    expect(rowOf(ran, HOME)![1]).toBe('yes');
  }, 60_000);

  proof('shows a region that its peers hear nothing of as one that is behind', async () => {
    await kept.set(WEST, 'partition', { peers: [HOME] });
    // two intervals of a heartbeat on AWS, which are 10 times shorter here
    const ran = await until(({ out }) => out.includes('no heartbeat of it'), '--json');
    await kept.set(WEST, 'partition', { peers: [] });
    const { concerns, pairs } = JSON.parse(ran.out);
    expect(concerns.map(({ what }: any) => what)).toContainEqual(expect.stringMatching(/^no heartbeat of it for \d+ s in /));
    expect(Math.max(...pairs.map(({ heartbeatSeconds }: any) => heartbeatSeconds))).toBeGreaterThan(120);
  }, 240_000);

  proof('shows a frozen region as silent within its time, and the other one as it is', async () => {
    kept.freeze(WEST);
    const ran = await kept.operate('status');
    kept.thaw(WEST);
    process.stdout.write(`\n${ran.out}${ran.err}in ${ran.seconds.toFixed(1)} s\n`);
    expect([ran.code, rowOf(ran, WEST), rowOf(ran, HOME)![1]]).toEqual([1, [WEST, ...Array(6).fill('silent')], 'yes']);
    expect(concernsOf(ran)).toContain(`${WEST}: nothing of it answers -> cdk-multi-region evacuate ${WEST} --reason '...'`);
  }, 60_000);

  proof('of a system that is not deployed says so in a line', async () => {
    const endpoints = Object.entries(kept.endpoints).flatMap(([region, url]) => ['--endpoint', `${region}=${url}`]);
    const ran = await kept.run(['status', ...patient, '--system', 'Nope', '--regions', `${HOME},${WEST}`, ...endpoints]);
    expect([ran.code, ran.out, ran.err]).toEqual([
      1, '', `Nope is not deployed in ${HOME}, ${WEST}, or has no evacuation switch: there is no table Nope-Control-Table\n`,
    ]);
  }, 60_000);

  proof('says in a line that there are no credentials, and that an option is wrong', async () => {
    const none = await kept.run(['status', ...REGIONS]);
    expect([none.code, none.out, none.err]).toEqual([1, '', 'there are no AWS credentials: name a profile by --profile or AWS_PROFILE, or sign in by "aws sso login"\n']);
    const wrong = await kept.operate('status', '--regions', 'eu-west-1');
    expect([wrong.code, wrong.err]).toEqual([1, `eu-west-1 is not a region of Orders, whose regions are ${HOME}, ${WEST}\n`]);
    expect((await kept.run(['status', ...REGIONS, '--watch', '0'])).code).toBe(2);
  }, 60_000);
});
