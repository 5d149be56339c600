import { setTimeout as sleep } from 'timers/promises';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { KeptRegions } from './kept-regions';

jest.setTimeout(240_000);
const [HOME, PEER] = ['us-west-2', 'ap-southeast-2'];

// by npm run test:long
const proof = process.env.LONG ? describe : describe.skip;

interface Known {
  readonly regions: {
    readonly region: string;
    readonly execution?: string;
    readonly entries?: { readonly region: string; readonly status: string }[];
  }[];
}

proof('takeover, on local regions', () => {
  let kept: KeptRegions;
  let orders = 0;
  beforeAll(async () => { kept = await KeptRegions.start('example-app', '--workload', 'rehearsal/workload.ts'); });
  afterAll(async () => kept?.stop());
  afterEach(async () => kept.heal());

  const takeover = (...args: string[]) => kept.operate('takeover', ...args);
  const place = async () => {
    const orderId = `taken-over-${++orders}`;
    await kept.place(HOME, orderId);
    return orderId;
  };
  /** What the peer knows of the entries of both regions, and how the execution is there. */
  const known = async (key: string, region = PEER) => {
    const { out } = await takeover('show', key, '--json');
    const { execution, entries = [] } = (JSON.parse(out) as Known).regions.find(one => one.region === region)!;
    return { execution, home: entries.find(one => one.region === HOME)?.status, peer: entries.find(one => one.region === PEER)?.status };
  };
  /** The events in a region that wait to be looked at. */
  const eventsOf = async (region: string) => {
    const sqs = new SQSClient(kept.clientSettings(region));
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({
      QueueUrl: `${kept.endpoints[region]}/000000000000/Orders-Fulfilment-events`,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'],
    }));
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  };
  const until = async (key: string, expected: object) => {
    const begin = Date.now();
    for (;;) {
      const seen = await known(key);
      if (Object.entries(expected).every(([name, value]) => seen[name as keyof typeof seen] === value)) return;
      if (Date.now() - begin > 100_000) expect(seen).toMatchObject(expected);
      await sleep(500);
    }
  };
  /** Places two orders, and freezes their region when its peer knows that it has started both, and before they end. */
  const frozenWithTwo = async (): Promise<string[]> => {
    for (let tries = 0; tries < 10; tries++) {
      const keys = [await place(), await place()];
      await sleep(500 + 100 * tries);
      kept.freeze(HOME);
      const seen = await Promise.all(keys.map(key => known(key)));
      if (seen.every(({ home }) => home === 'STARTED')) return keys;
      kept.thaw(HOME);
    }
    throw new Error('no order was under way in time');
  };
  const abort = async (key: string) => {
    const sfn = new SFNClient(kept.clientSettings(HOME));
    for (;;) {
      try {
        await sfn.send(new StopExecutionCommand({ executionArn: `arn:aws:states:${HOME}:000000000000:execution:Orders-Fulfilment:${key}` }));
        return;
      } catch (error) {
        if ((error as Error).name !== 'ExecutionDoesNotExist') throw error;
        await sleep(20);
      }
    }
  };

  test('what failed in its region runs in another one when it is forced, and is never run again once it has succeeded', async () => {
    const key = await place();
    await abort(key);
    await until(key, { home: 'ABORTED', peer: 'RESOLVED', execution: 'NONE' });
    // nobody is asked here, and nothing is done without an answer
    expect(await takeover('force', key)).toMatchObject({ code: 1, out: '', err: 'there is nobody to ask: say --yes\n' });
    expect(await takeover('force', key, '--yes', '--region', HOME)).toMatchObject({ code: 1, err: expect.stringContaining(`${HOME} has brought it to its end, ABORTED`) });

    const forced = await takeover('force', key, '--yes', '--json');
    expect([forced.code, forced.err]).toEqual([0, '']);
    expect(JSON.parse(forced.out)).toEqual({
      workflow: 'Orders-Fulfilment', execution: key, region: PEER, forced: true, changed: true, next: expect.stringMatching(/^It starts it in the next run of its sweeper, by \d{4}-/),
    });
    await until(key, { peer: 'SUCCEEDED', execution: 'SUCCEEDED' });
    expect(await takeover('force', key, '--yes', '--really')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^nothing was changed: /) });
  });

  test('a region that is forbidden takes nothing over from one that is frozen, and does so when that is taken back', async () => {
    const [key, other] = await frozenWithTwo();
    await until(key, { home: 'STARTED', peer: 'WITNESSED' });
    const forbidden = await takeover('forbid', key, '--yes');
    expect(forbidden).toMatchObject({ code: 0, out: expect.stringMatching(new RegExp(`^${PEER} is forbidden to take ${key} over\\. `)) });
    expect(await takeover('forbid', key, '--yes', '--json')).toMatchObject({ code: 0, out: expect.stringContaining('"changed":false') });
    expect(await takeover('force', key, '--yes')).toMatchObject({ code: 1, err: expect.stringContaining(`${PEER} is forbidden to take it over`) });

    // what is not forbidden is taken over
    await until(other, { peer: 'SUCCEEDED' });
    expect(await known(key)).toEqual({ home: 'STARTED', peer: 'WITNESSED', execution: 'NONE' });
    const shown = await takeover('show', key);
    expect(shown.code).toBe(0);
    expect(shown.out).toMatch(new RegExp(`\n${PEER} +${PEER} +WITNESSED +${HOME} .* forbidden +-\n`));
    expect(shown.out).toMatch(new RegExp(`\n${HOME} +${PEER} +STARTED .*\\? \\(does not answer .*\n\n${HOME}: does not answer `));

    expect(await takeover('forbid', key, '--undo')).toMatchObject({ code: 0, out: expect.stringContaining(`${PEER} is not forbidden to take ${key} over any more.`) });
    const forced = await takeover('force', key, '--yes');
    expect([forced.code, forced.err]).toEqual([0, `warning: ${HOME}, which does not answer, has started ${key}: what it has begun goes on when it returns\n`]);
    await until(key, { peer: 'SUCCEEDED' });
    expect(await takeover('force', key, '--undo', '--region', HOME)).toMatchObject({ code: 1, err: expect.stringContaining(`${HOME} does not answer`) });
  });

  test('what has succeeded elsewhere is not forced, though the region cannot know that', async () => {
    const before = await eventsOf(PEER);
    const key = await place();
    while (await eventsOf(PEER) <= before) await sleep(50);
    await kept.set(HOME, 'partition', { peers: [PEER] });
    await kept.set(PEER, 'partition', { peers: [HOME] });
    await until(key, { peer: 'WITNESSED' });
    expect(await takeover('forbid', key, '--yes', '--region', PEER)).toMatchObject({ code: 0 });
    while ((await known(key, HOME)).execution !== 'SUCCEEDED') await sleep(500);
    expect(await takeover('forbid', key, '--undo', '--region', PEER)).toMatchObject({ code: 0 });
    const refused = await takeover('force', key, '--yes');
    expect(refused).toMatchObject({ code: 1, out: '', err: `${key} would run twice, so nothing was changed: it has succeeded in ${HOME}; --really forces it all the same\n` });
    // replicas differ meanwhile
    expect((await takeover('show', key)).out).toMatch(new RegExp(`\n${HOME} +${PEER} +(STARTED|-) .*\n${HOME} +${HOME} +SUCCEEDED `));
    expect(await takeover('force', key, '--yes', '--really')).toMatchObject({ code: 0, err: `warning: ${key} may run twice: it has succeeded in ${HOME}\n` });
  });

  test('a region that is throttled is shown as such, and is not in the way of the other', async () => {
    const key = await place();
    await until(key, { home: 'SUCCEEDED' });
    await kept.set(HOME, 'service-faults', { faults: [{ service: 'dynamodb', how: 'throttled' }, { service: 'states', how: 'throttled' }] });
    const { code, out } = await takeover('show', key);
    expect([code, out]).toEqual([0, expect.stringContaining(`\n${HOME}: AWS takes no more requests at the moment: try again\n`)]);
    expect(out).toMatch(new RegExp(`\n${HOME} +${PEER} +SUCCEEDED `));
  });

  test('an evacuated region may still be asked', async () => {
    const key = await place();
    expect(await kept.operate('evacuate', HOME, '--yes')).toMatchObject({ code: 0 });
    await until(key, { home: 'SUCCEEDED' });
    expect(await kept.operate('restore', HOME)).toMatchObject({ code: 0 });
  });

  test('what cannot be is one line', async () => {
    const bare = ['takeover', 'show', 'o-1', '--system', 'Nope', '--regions', `${HOME},${PEER}`];
    const endpoints = Object.entries(kept.endpoints).flatMap(([region, url]) => ['--endpoint', `${region}=${url}`]);
    expect(await kept.run([...bare, '--workflow', 'Fulfilment', ...endpoints])).toMatchObject({ code: 1, err: expect.stringMatching(/^no region can be asked: .*there is no table Nope-Fulfilment-Ledger-Table.*\n$/) });
    expect(await kept.run([...bare, '--workflow', 'Fulfilment'])).toMatchObject({ code: 1, err: expect.stringMatching(/^there are no AWS credentials: .*\n$/) });
    expect(await kept.run(bare)).toMatchObject({ code: 1, err: 'without an assembly, name the workflow by --workflow\n' });
    expect(await takeover('force', 'o-1', '--region', 'eu-west-1', '--yes')).toMatchObject({ code: 1, err: `eu-west-1 is not a region of Orders, whose regions are ${PEER}, ${HOME}\n` });
    expect(await takeover('show', 'nothing', '--json')).toMatchObject({ code: 1, err: expect.stringContaining('no region that answers has looked at nothing') });
    expect(await takeover('force', 'nothing', '--yes')).toMatchObject({ code: 1, err: expect.stringContaining(`${PEER} has not looked at it yet`) });
    expect(await takeover('show', 'o-1', '--undo')).toMatchObject({ code: 2 });
  });
});
