import { Output } from '../../../cli/output';
import { cancel, replay, ReplayOptions } from '../../../cli/replay/replay';
import { LoopbackServer } from '../../support/loopback-server';
import { command, Outcome } from '../commands/command';

const ARCHIVE_ARN = 'arn:aws:events:us-west-2:111122223333:archive/orders';
const BUS_ARN = 'arn:aws:events:us-west-2:111122223333:event-bus/orders';
const [FROM, TO] = ['2026-03-01T10:00:00Z', '2026-03-01T10:15:00Z'];

type Replay = Record<string, unknown>;

/** An EventBridge whose replays run for as long as a test wants: those of a local region have ended at once. */
class SlowReplays extends LoopbackServer {
  public running: Replay[] = [];
  public started: Replay[] = [];
  public refusal?: string;

  constructor() {
    super((request, body, response) => {
      const answer = this.answer(String(request.headers['x-amz-target']).split('.')[1], JSON.parse(body));
      response.writeHead('__type' in answer ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(answer));
    });
  }

  private answer(action: string, body: Replay): object {
    const all = [...this.running, ...this.started];
    switch (action) {
      case 'DescribeArchive': return { ArchiveArn: ARCHIVE_ARN, EventSourceArn: BUS_ARN, RetentionDays: 0 };
      case 'ListReplays': return { Replays: this.running.filter(({ State }) => State === body.State) };
      case 'StartReplay':
        this.started.push({ ...body, State: 'RUNNING' });
        return this.refusal === undefined ? { State: 'STARTING' } : { __type: this.refusal, message: 'no' };
      case 'DescribeReplay': return all.find(({ ReplayName }) => ReplayName === body.ReplayName) ?? { __type: 'ResourceNotFoundException', message: 'no' };
      default: return all.some(({ ReplayName }) => ReplayName === body.ReplayName) ? { State: 'CANCELLING' } : { __type: 'ResourceNotFoundException', message: 'no' };
    }
  }
}

const replays = new SlowReplays();
beforeAll(async () => replays.start());
afterAll(async () => replays.stop());
beforeEach(() => Object.assign(replays, { running: [], started: [], refusal: undefined }));

const seconds = (text: string) => new Date(text).getTime() / 1000;
const running = (more: Replay = {}): Replay => ({
  ReplayName: 'earlier', State: 'RUNNING', EventSourceArn: ARCHIVE_ARN, EventStartTime: seconds(FROM), EventEndTime: seconds(TO), Destination: { Arn: BUS_ARN }, ...more,
});

/** Runs what the command loads when it is called, with its options. */
async function run(work: (options: ReplayOptions, output: Output) => Promise<void>, options: Partial<ReplayOptions> = {}): Promise<Outcome> {
  const written = { out: '', err: '' };
  const output = { out: (text: string) => { written.out += text; }, err: (text: string) => { written.err += text; } };
  const endpoint = { 'us-west-2': replays.url };
  try {
    await work({ system: 'Orders', regions: ['us-west-2'], endpoint, timeout: 20, bus: 'orders', wait: 0, yes: true, ...options }, output);
    return { code: 0, ...written };
  } catch (error) {
    return { code: 1, ...written, err: `${written.err}${(error as Error).message}\n` };
  }
}
const RANGE = { from: new Date(FROM), to: new Date(TO) };
const ask = async (options: Partial<ReplayOptions> = {}) => run(async (all, output) => replay(RANGE, new Date(), all, output), options);

describe('cdk-multi-region replay', () => {
  test('leaves what goes on after its time, and says how to cancel it', async () => {
    const { code, out, err } = await ask({ rule: ['Index'] });
    const [{ ReplayName, Description, EventSourceArn, EventStartTime, EventEndTime, Destination }] = replays.started;
    expect([EventSourceArn, EventStartTime, EventEndTime, Destination]).toEqual([
      ARCHIVE_ARN, seconds(FROM), seconds(TO), { Arn: BUS_ARN, FilterArns: ['arn:aws:events:us-west-2:111122223333:rule/orders/Index'] },
    ]);
    expect([ReplayName, Description]).toEqual([expect.stringMatching(/^cdk-multi-region-\d{8}T\d{9}Z$/), expect.stringMatching(/^by \S+, with cdk-multi-region replay$/)]);
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n').slice(-3)).toEqual([`us-west-2: ${ReplayName} is RUNNING`, `${ReplayName} goes on: "replay --cancel ${ReplayName}" ends it.`, '']);
  });

  test('with Ctrl-C, leaves the replay as it is and says how to cancel it', async () => {
    const asked = ask({ wait: 60, json: true });
    while (replays.started.length === 0) await new Promise(resolve => setTimeout(resolve, 20));
    await new Promise(resolve => setTimeout(resolve, 300));
    process.emit('SIGINT');
    const { code, out, err } = await asked;
    const { ReplayName } = replays.started[0];
    expect([code, err]).toEqual([1, `${ReplayName} goes on: "replay --cancel ${ReplayName}" ends it.\nnobody looks at it any more\n`]);
    expect(JSON.parse(out)).toMatchObject({ bus: 'orders', regions: [{ region: 'us-west-2', name: ReplayName, isStarted: true, state: 'RUNNING' }] });
  });

  test('is not started twice: the one that runs is followed', async () => {
    replays.running = [running()];
    const { code, out } = await ask();
    expect([code, replays.started]).toEqual([0, []]);
    expect(out).toContain('us-west-2: earlier, which was running already, is RUNNING\n');
  });

  test('is not started beside one that gives some of the same events to the same rules', async () => {
    replays.running = [running({ State: 'STARTING', EventStartTime: seconds(FROM) - 60 })];
    const { code, out, err } = await ask();
    expect([code, replays.started, err]).toEqual([1, [], 'not all was replayed in us-west-2\n']);
    expect(out).toContain('us-west-2: earlier replays 2026-03-01T09:59:00.000Z to 2026-03-01T10:15:00.000Z there, some of the same events: wait until it has ended, or cancel it\n');
  });

  test.each([
    ['of another archive', { EventSourceArn: `${ARCHIVE_ARN}-other` }],
    ['that has ended', { State: 'COMPLETED' }],
    ['for other rules', { Destination: { Arn: BUS_ARN, FilterArns: ['arn:aws:events:us-west-2:111122223333:rule/orders/Mails'] } }],
  ])('is started beside one %s', async (_, more) => {
    replays.running = [running(more)];
    expect((await ask({ rule: ['Index'] })).code).toBe(0);
    expect(replays.started).toHaveLength(1);
  });

  test('has begun if a first try, whose answer was lost, has begun it', async () => {
    replays.refusal = 'ResourceAlreadyExistsException';
    const { code, out } = await ask();
    expect([code, out]).toEqual([0, expect.stringMatching(/^us-west-2: cdk-multi-region-\S+ is RUNNING$/m)]);
  });

  test('says in one line that a region has too many', async () => {
    replays.refusal = 'LimitExceededException';
    expect(await ask()).toMatchObject({ code: 1, out: expect.stringContaining('us-west-2: no\n'), err: 'not all was replayed in us-west-2\n' });
  });

  test('ends with 1 if a replay has failed', async () => {
    replays.running = [running({ StateReason: 'the key is gone' })];
    const asked = ask({ wait: 20 });
    await new Promise(resolve => setTimeout(resolve, 300));
    replays.running[0].State = 'FAILED';
    expect(await asked).toMatchObject({ code: 1, out: expect.stringContaining('has ended as FAILED (the key is gone)\n'), err: 'not all was replayed in us-west-2\n' });
  });

  test('cancels a replay by its name', async () => {
    replays.running = [running()];
    expect(await run(async (options, output) => cancel('earlier', options, output))).toEqual({ code: 0, out: 'us-west-2: earlier is CANCELLING\n', err: '' });
    expect(await run(async (options, output) => cancel('other', options, output))).toEqual({ code: 1, out: 'us-west-2: has no replay other\n', err: 'there is no replay other\n' });
  });

  test.each([
    [[], 'error: say either --from or --cancel'],
    [['--from', '1h', '--cancel', 'earlier'], 'error: say either --from or --cancel'],
    [['--from', 'yesterday'], 'Allowed: how long ago'],
    [['--from', '1h', '--to', '2h'], 'is not before --to'],
    [['--from', '1h', '--to', '2999-01-01'], 'error: --to 2999-01-01T00:00:00.000Z is in the future'],
    [['--from', '1h', '--wait', 'long'], 'Allowed: a number of seconds'],
  ])('ends with 2, and starts nothing, with %j', async (args, message) => {
    const { code, out, err } = await command('replay', '--system', 'Orders', '--regions', 'us-west-2', '--bus', 'orders', ...args);
    expect([code, out, replays.started]).toEqual([2, '', []]);
    expect(err).toContain(message);
  });
});
