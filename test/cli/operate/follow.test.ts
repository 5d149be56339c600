import { setTimeout as sleep } from 'timers/promises';
import { KeptRegions } from './kept-regions';

jest.setTimeout(240_000);
const [HOME, PEER] = ['us-west-2', 'ap-southeast-2'];

// by npm run test:long
const proof = process.env.LONG ? describe : describe.skip;

interface Followed {
  readonly correlationIds: string[];
  readonly regions: { readonly region: string; readonly scannedBytes: number; readonly problem?: string }[];
  readonly lines: (Readonly<Record<'timestamp' | 'region' | 'service' | 'message' | 'correlationId', string>> & { readonly fields: object })[];
}

proof('follow, on local regions', () => {
  const ORDER = 'followed-1';
  let kept: KeptRegions;
  let correlationId: string;
  beforeAll(async () => {
    kept = await KeptRegions.start('example-app', '--workload', 'rehearsal/workload.ts');
    correlationId = await kept.place(HOME, ORDER);
    // another order whose id begins alike
    await kept.place(HOME, `${ORDER}0`);
    while (!(await follow(ORDER)).out.includes('customer told')) await sleep(500);
  });
  afterAll(async () => kept?.stop());
  afterEach(async () => kept.heal());

  const follow = (...args: string[]) => kept.operate('follow', ...args);
  const followed = async (...args: string[]) => {
    const { code, out } = await follow(...args, '--json');
    return { code, ...JSON.parse(out) as Followed };
  };

  test('an order is followed by its id, through all regions and in the order of time', async () => {
    const { code, correlationIds, regions, lines } = await followed(ORDER, '--fields', 'order_id,status');
    expect([code, correlationIds]).toEqual([0, [correlationId]]);
    const asked = regions.map(({ region, scannedBytes, problem }) => [region, scannedBytes > 0, problem]);
    expect(asked).toEqual([[PEER, true, undefined], [HOME, true, undefined]]);
    const way = ['order taken', 'charge requested', 'goods reserved', 'goods shipped', 'customer told'];
    const onItsWay = lines.filter(({ message }) => way.includes(message));
    expect(onItsWay.map(({ region, message }) => [region, message])).toEqual(way.map(message => [HOME, message]));
    const there = lines.filter(({ region }) => region === PEER).map(({ message }) => message);
    expect(there).toEqual(expect.arrayContaining(['left to the region of origin', 'order indexed']));
    expect(lines.map(({ timestamp }) => timestamp)).toEqual(lines.map(({ timestamp }) => timestamp).sort());
    expect(new Set(lines.map(line => line.correlationId))).toEqual(new Set([correlationId]));
    expect(lines.at(-1)).toMatchObject({ service: 'Orders-Notify', fields: { order_id: ORDER, status: 'SHIPPED' } });
  });

  test('and by its correlation id, with the same lines and what they cost', async () => {
    const byOrder = await follow(ORDER);
    const byRequest = await follow(correlationId);
    expect(byRequest).toMatchObject({ code: 0, out: byOrder.out });
    expect(byRequest.err).toMatch(new RegExp(`^${PEER}: \\d+ lines of \\d+\\.\\d MB that were scanned\n${HOME}: \\d+ lines of \\d+\\.\\d MB that were scanned\n$`));
    expect(byOrder.out).toMatch(new RegExp(`^\\S+Z  ${HOME}  +Orders-PlaceOrder +order taken  \\[${correlationId}\\]\n`));
  });

  test('no more lines are shown than asked for, which is said', async () => {
    const { code, out, err } = await follow(ORDER, '--limit', '2');
    expect([code, out.match(/\n/g)?.length]).toEqual([0, 2]);
    expect(err).toContain('warning: there are more than 2 lines');
  });

  test('a frozen region is named, and the others tell what they know', async () => {
    kept.freeze(PEER);
    const { code, out, err, seconds } = await follow(ORDER);
    expect([code, out]).toEqual([1, expect.stringContaining('customer told')]);
    expect(out).not.toContain(PEER);
    expect(err).toMatch(new RegExp(`\n?${PEER}: 0 lines of 0.0 MB that were scanned; does not answer .*\n`));
    expect(err).toMatch(new RegExp(`\n${PEER} did not answer: what was done there is missing\n$`));
    expect(seconds).toBeLessThan(15);
  });

  test('so is one that is throttled', async () => {
    await kept.set(HOME, 'service-faults', { faults: [{ service: 'logs', how: 'throttled' }] });
    const { code, regions, lines } = await followed(ORDER);
    expect([code, regions[1].problem]).toEqual([1, expect.stringContaining('AWS takes no more requests')]);
    expect(lines.every(({ region }) => region === PEER) && lines.length > 0).toBe(true);
  });

  test('regions that do not see each other, or are evacuated, tell as ever', async () => {
    await kept.set(HOME, 'partition', { peers: [PEER] });
    await kept.set(PEER, 'partition', { peers: [HOME] });
    expect(await kept.operate('evacuate', PEER, '--yes')).toMatchObject({ code: 0 });
    expect((await followed(ORDER)).code).toBe(0);
    expect(await kept.operate('restore', PEER)).toMatchObject({ code: 0 });
  });

  test('without an assembly, it goes by names', async () => {
    const endpoints = Object.entries(kept.endpoints).flatMap(([region, url]) => ['--endpoint', `${region}=${url}`]);
    const without = await kept.run(['follow', ORDER, '--system', 'Orders', '--regions', `${PEER},${HOME}`, ...endpoints]);
    expect(without).toMatchObject({ code: 0, out: (await follow(ORDER)).out });
    expect(await kept.run(['follow', ORDER, '--system', 'Nope', '--regions', HOME, ...endpoints])).toMatchObject({ code: 1, err: expect.stringContaining('it is not deployed there: no log group of it has a name that holds Nope-') });
    expect(await kept.run(['follow', ORDER, '--system', 'Orders', '--regions', HOME])).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^there are no AWS credentials: .*\n$/) });
  });

  test('what is nowhere is said to be, and what could become a query of its own is refused', async () => {
    expect(await follow('nothing', '--since', '10m')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/no line since \S+ holds nothing: go further back by --since\n$/) });
    expect(await follow('x" or level = "INFO')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Allowed: 1 to 128 letters') });
    expect(await follow(ORDER, '--since', '1h', '--until', '2h')).toMatchObject({ code: 2, err: expect.stringContaining('which is not before --until') });
    expect(await follow(ORDER, '--fields', 'status | limit 1')).toMatchObject({ code: 2 });
    expect(await follow(ORDER, '--limit', '0')).toMatchObject({ code: 2 });
  });
});
