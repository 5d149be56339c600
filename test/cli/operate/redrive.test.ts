/** Dead letters and archives of regions that run, as an operator handles them. */
import { DeleteItemCommand, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DescribeReplayCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { KeptRegions } from './kept-regions';

const proof = process.env.LONG ? test : test.skip;
const [HOME, EAST, SOUTH] = ['eu-west-1', 'us-east-1', 'ap-southeast-2'];
const TABLE = 'Deliveries-Parcels';
const DEAD = 'Deliveries-DeadLetters';
/** Longer than the visibility timeout of the redrive queue. */
const BACK_SECONDS = 240;

let kept: KeptRegions;
beforeAll(async () => {
  if (!process.env.LONG) return;
  kept = await KeptRegions.start('test/rehearsal/deliveries', '--workload', 'rehearsal.ts');
  // on a machine that is busy, functions may have failed while the regions came up
  await redrive('--yes');
}, 300_000);
afterAll(async () => kept?.stop(), 60_000);

/** A region of a machine that is busy may take long to answer. */
const redrive = async (...args: string[]) => kept.operate('redrive', '--timeout', '20', ...args);


/** A parcel as it is reported in a region, which every region shows; one in a container only once that is reported. */
const report = async (region: string, parcel: string, depot = 'north') => new DynamoDBClient(kept.clientSettings(region)).send(new PutItemCommand({
  TableName: TABLE, Item: { parcel: { S: parcel }, kind: { S: 'report' }, depot: { S: depot }, region: { S: region } },
}));

/** The parcels that a region shows. */
async function shown(region: string): Promise<string[]> {
  const { Items = [] } = await new DynamoDBClient(kept.clientSettings(region)).send(new ScanCommand({ TableName: TABLE }));
  return Items.filter(({ kind }) => kind.S === `tracked#${region}`).map(({ parcel }) => parcel.S!).sort();
}

/** A dead letter as EventBridge leaves it. */
async function bury(region: string, queue: string, target: string, parcel: string): Promise<void> {
  const sqs = new SQSClient(kept.clientSettings(region));
  const attributes = { ERROR_CODE: 'NO_RESOURCE', RULE_ARN: `arn:aws:events:${region}:000000000000:rule/Deliveries-Bus/Reports`, TARGET_ARN: target };
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
  await sqs.send(new SendMessageCommand({
    QueueUrl,
    MessageBody: JSON.stringify({ detail: { dynamodb: { NewImage: { parcel: { S: parcel }, depot: { S: 'secret-depot' } } } } }),
    MessageAttributes: Object.fromEntries(Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }])),
  }));
}

const reportsOf = (region: string) => `arn:aws:sqs:${region}:000000000000:Deliveries-Reports`;

async function until(what: string, seconds: number, isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 1000 * seconds;
  while (!await isSo()) {
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 500));
  }
}

describe('cdk-multi-region redrive', () => {
  proof('shows what is there and why, changes nothing in a dry run or without a word, and sends it again', async () => {
    await bury(HOME, DEAD, reportsOf(HOME), 'lost-1');
    await bury(EAST, DEAD, reportsOf(EAST), 'lost-2');
    const dry = await redrive('--dry-run');
    expect([dry.code, dry.err]).toEqual([0, '']);
    expect(dry.out).toContain(`${HOME}: ${DEAD}: 1 to ${DEAD}-redrive\n  1 NO_RESOURCE from rule Reports to queue Deliveries-Reports\n`);
    expect(dry.out).toContain(`${SOUTH}: no dead letters\n`);
    expect(dry.out).not.toContain('secret');

    const asked = await redrive();
    expect([asked.code, asked.err]).toEqual([1, 'there is nobody to ask: say --yes\n']);
    expect(await shown(HOME)).toEqual([]);

    const one = await redrive(DEAD, '--region', HOME, '--yes');
    process.stdout.write(dry.out + one.out);
    expect([one.code, one.err]).toEqual([0, '']);
    expect(one.out).toContain(`${HOME}: ${DEAD}: 1 moved to ${DEAD}-redrive; none are back\n`);
    await until('lost-1 is shown', 30, async () => (await shown(HOME)).includes('lost-1'));
    expect(await shown(EAST)).toEqual([]);

    const all = await redrive('--yes', '--json', '--max-per-second', '100');
    expect([all.code, all.err]).toEqual([0, '']);
    const { regions } = JSON.parse(all.out);
    const found = (region: string) => regions.find((view: any) => view.region === region).queues.find((view: any) => view.queue === DEAD);
    expect(found(EAST)).toMatchObject({ messages: 1, sampled: 1, isStarted: true, status: 'COMPLETED', moved: 1, waiting: 0, back: 0 });
    expect(found(HOME)).toMatchObject({ messages: 0, reasons: [] });
    await until('lost-2 is shown', 30, async () => (await shown(EAST)).includes('lost-2'));
    expect(all.out).not.toContain('secret');
  }, 180_000);

  proof('sends what a consumer had failed at back to its queue, in each region', async () => {
    for (const region of [HOME, EAST, SOUTH]) await bury(region, 'Deliveries-Reports-poison', reportsOf(region), 'poison');
    const { code, out, err } = await redrive('Deliveries-Reports', '--yes');
    process.stdout.write(out);
    expect([code, err]).toEqual([0, '']);
    for (const region of [HOME, EAST, SOUTH]) {
      expect(out).toContain(`${region}: Deliveries-Reports-poison: 1 moved to Deliveries-Reports; none are back\n`);
      await until(`poison is shown in ${region}`, 30, async () => (await shown(region)).includes('poison'));
    }
  }, 240_000);

  proof('ends with 1 when messages are back', async () => {
    // nothing sends to a topic
    await bury(EAST, DEAD, `arn:aws:sns:${EAST}:000000000000:nowhere`, 'never');
    const { code, out, err } = await redrive('--region', EAST, '--yes', '--wait', String(BACK_SECONDS));
    process.stdout.write(out);
    expect([code, err]).toEqual([1, `messages are in ${DEAD} in ${EAST}\n`]);
    expect(out).toContain(`${EAST}: ${DEAD}: 1 moved to ${DEAD}-redrive; 1 are in the dead-letter queue again\n`);

    const short = await redrive('--region', EAST, '--yes', '--wait', '0.5');
    expect([short.code, short.err]).toEqual([0, '']);
    expect(short.out).toContain('not all has ended');
    await until('it is back', BACK_SECONDS, async () => (await redrive('--region', EAST, '--dry-run')).out.includes(`${DEAD}: 1 to`));
  }, 2_000 * BACK_SECONDS + 60_000);

  proof('starts no task where one runs, and follows that', async () => {
    for (let i = 0; i < 8; i++) await bury(HOME, DEAD, reportsOf(HOME), `slow-${i}`);
    const [first, second] = await Promise.all([
      redrive('--region', HOME, '--yes', '--max-per-second', '1'),
      new Promise(resolve => setTimeout(resolve, 3000)).then(async () => redrive('--region', HOME, '--yes')),
    ]);
    expect([first.code, second.code, first.err, second.err]).toEqual([0, 0, '', '']);
    expect(first.out).toContain('8 moved');
    expect(second.out).toContain('a task moves them already');
    expect(second.out).toContain(`8 moved to ${DEAD}-redrive, by a task that was running already`);
    await until('all are shown', 30, async () => (await shown(HOME)).filter(parcel => parcel.startsWith('slow-')).length === 8);
  }, 120_000);

  proof('sends again in the other regions what a silent or throttled one keeps', async () => {
    for (const region of [HOME, EAST, SOUTH]) await bury(region, DEAD, reportsOf(region), `kept-${region}`);
    kept.freeze(SOUTH);
    await kept.set(EAST, 'service-faults', { faults: [{ service: 'sqs', how: 'throttled' }] });
    try {
      const { code, out, err, seconds } = await kept.operate('redrive', '--yes');
      process.stdout.write(out + err);
      expect([code, err]).toEqual([1, `nothing is known of ${EAST}, ${SOUTH}\n`]);
      expect(out).toContain(`${EAST}: AWS takes no more requests at the moment: try again\n`);
      expect(out).toMatch(new RegExp(`^${SOUTH}: does not answer `, 'm'));
      expect(out).toContain(`${HOME}: ${DEAD}: 1 moved`);
      expect(seconds).toBeLessThan(60);
    } finally {
      kept.thaw(SOUTH);
      await kept.set(EAST, 'service-faults', { faults: [] });
    }
  }, 120_000);

  proof('works in a region that is evacuated and cut off: nothing of it is asked elsewhere', async () => {
    await kept.set(SOUTH, 'partition', { peers: [HOME, EAST] });
    await kept.operate('evacuate', SOUTH, '--yes');
    try {
      const { code, out } = await redrive('--region', SOUTH, '--yes');
      expect([code, out]).toEqual([0, expect.stringMatching(new RegExp(`^${SOUTH}: ${DEAD}: \\d+ moved to`, 'm'))]);
      await until('it is shown', 30, async () => (await shown(SOUTH)).includes(`kept-${SOUTH}`));
    } finally {
      await kept.set(SOUTH, 'partition', { peers: [] });
      await kept.operate('restore', SOUTH);
    }
  }, 120_000);

  proof.each<[string, string[], string]>([
    ['without credentials', ['redrive', '--system', 'Deliveries', '--regions', 'us-east-1', '--yes'], 'there are no AWS credentials'],
    ['in a region that is none', ['redrive', '--region', 'us-west-2', '--yes'], 'us-west-2 is not a region of Deliveries'],
    ['for a queue that is none', ['redrive', 'Nothing', '--yes'], 'Nothing is not a dead-letter queue of Deliveries, whose are Deliveries-DeadLetters, '],
  ])('does nothing %s', async (_, args, message) => {
    const { code, out, err } = await (args.includes('--system') ? kept.run(args) : kept.operate(...args));
    expect([code, out, err.trim().split('\n').length]).toEqual([1, '', 1]);
    expect(err).toContain(message);
  }, 60_000);

  proof.each(['redrive', 'replay'])('says that a system is not deployed: %s', async name => {
    const endpoints = kept.local.slice(kept.local.indexOf('--endpoint'));
    const { code, err } = await kept.run([
      name, ...name === 'replay' ? ['--from', '1h', '--bus', 'Nope-Bus'] : [], '--yes', '--system', 'Nope', '--regions', [HOME, EAST].join(), ...endpoints,
    ]);
    expect([code, err.split('\n').filter(line => line.startsWith('no region can be asked')).length]).toEqual([1, 1]);
    expect(err).toContain('Nope is not deployed there');
  }, 60_000);
});

describe('cdk-multi-region replay', () => {
  const forget = async (region: string) => {
    const client = new DynamoDBClient(kept.clientSettings(region));
    await Promise.all((await shown(region)).map(async parcel => client.send(new DeleteItemCommand({
      TableName: TABLE, Key: { parcel: { S: parcel }, kind: { S: `tracked#${region}` } },
    }))));
  };

  proof('gives the consumers of a region once more what was published in any, and nobody else anything', async () => {
    await report(HOME, 'replayed');
    await until('all show it', 30, async () => (await Promise.all([HOME, EAST].map(shown))).every(parcels => parcels.includes('replayed')));
    await forget(EAST);
    await forget(HOME);
    const { code, out, err } = await kept.operate('replay', '--from', '1h', '--region', EAST, '--yes');
    process.stdout.write(out + err);
    expect(code).toBe(0);
    expect(err).toBe('warning: events of the last ten minutes may not be in the archive yet\n');
    expect(out).toContain('  Reports: queue Deliveries-Reports, events that were published in any region\n');
    expect(out).toMatch(new RegExp(`^${EAST}: cdk-multi-region-\\S+ has ended as COMPLETED$`, 'm'));
    await until('it is shown again', 30, async () => (await shown(EAST)).includes('replayed'));
    expect(await shown(HOME)).toEqual([]);
  }, 120_000);

  proof('is limited to rules, in all regions, and says what it did as JSON', async () => {
    await forget(EAST);
    const asked = await kept.operate('replay', '--from', '1h', '--rule', 'Dispatch', '--yes', '--json');
    expect(asked.code).toBe(0);
    const told = JSON.parse(asked.out);
    expect(told).toMatchObject({ system: 'Deliveries', bus: 'Deliveries-Bus', rules: ['Dispatch'] });
    expect(told.regions).toEqual([HOME, EAST, SOUTH].map(region => expect.objectContaining({ region, state: 'COMPLETED', isStarted: true })));
    const described = new DescribeReplayCommand({ ReplayName: told.regions[1].name });
    const { Description, Destination } = await new EventBridgeClient(kept.clientSettings(EAST)).send(described);
    expect([Description, Destination!.FilterArns]).toEqual([expect.stringMatching(/^by \S+, with/), [`arn:aws:events:${EAST}:000000000000:rule/Deliveries-Bus/Dispatch`]]);
    expect(await shown(EAST)).toEqual([]);

    const ended = await kept.operate('replay', '--cancel', told.regions[0].name);
    expect([ended.code, ended.err, ended.out]).toEqual([0, '', [HOME, EAST, SOUTH].map(region => `${region}: ${told.regions[0].name} is COMPLETED\n`).join('')]);
    const unknown = await kept.operate('replay', '--cancel', 'nothing');
    expect([unknown.code, unknown.err]).toEqual([1, 'there is no replay nothing\n']);
  }, 120_000);

  proof('replays in the regions that answer, and refuses what no archive has any more', async () => {
    kept.freeze(SOUTH);
    await kept.set(EAST, 'service-faults', { faults: [{ service: 'events', how: 'throttled' }] });
    try {
      const { code, out, err } = await kept.operate('replay', '--from', '5m', '--yes');
      process.stdout.write(out + err);
      expect([code, err.split('\n')[1]]).toEqual([1, `not all was replayed in ${EAST}, ${SOUTH}`]);
      expect(out).toContain(`${EAST}: AWS takes no more requests at the moment: try again\n`);
      expect(out).toMatch(new RegExp(`^${HOME}: cdk-multi-region-\\S+ has ended as COMPLETED$`, 'm'));
    } finally {
      kept.thaw(SOUTH);
      await kept.set(EAST, 'service-faults', { faults: [] });
    }
    const old = await kept.operate('replay', '--from', '8d', '--yes');
    expect([old.code, old.out, old.err]).toEqual([1, '', expect.stringContaining('the archive Deliveries-Bus keeps events for 7 days in eu-west-1')]);
    const asked = await kept.operate('replay', '--from', '2h', '--to', '1h');
    expect([asked.code, asked.err]).toEqual([1, 'there is nobody to ask: say --yes\n']);
  }, 120_000);
});
