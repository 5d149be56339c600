import { KeptRegions } from './kept-regions';

const TIMEOUT_MS = 240_000;
jest.setTimeout(TIMEOUT_MS);
const [HERE, THERE] = ['ap-southeast-2', 'us-west-2'];
const BARE = ['--system', 'Orders', '--regions', `${HERE},${THERE}`];

// by npm run test:long
const proof = process.env.LONG ? describe : describe.skip;

proof('evacuate and restore, on local regions', () => {
  let kept: KeptRegions;
  beforeAll(async () => { kept = await KeptRegions.start('example-app', '--workload', 'rehearsal/workload.ts'); });
  afterAll(async () => kept?.stop());
  afterEach(async () => {
    await kept.heal();
    for (const region of [HERE, THERE]) {
      expect(await kept.operate('restore', region)).toMatchObject({ code: 0 });
    }
  });

  const evacuate = (region: string, ...options: string[]) => kept.operate('evacuate', region, '--yes', ...options);
  const restore = (region: string, ...options: string[]) => kept.operate('restore', region, ...options);
  /** What health checks are told. */
  const answer = async (asked: string, region: string) => {
    const { code, out } = await kept.operate('evacuate', region, '--yes', '--json');
    return [asked, code, JSON.parse(out).changed];
  };

  test('a region is left by a write in another one, with who, when and why, and comes back', async () => {
    const left = await evacuate(THERE, '--reason', 'payments fail', '--json');
    expect([left.code, left.err]).toEqual([0, '']);
    const said = JSON.parse(left.out);
    expect(said).toEqual({
      region: THERE, evacuated: true, by: 'arn:aws:iam::000000000000:root', at: expect.stringMatching(/^\d{4}-.*Z$/), reason: 'payments fail', writtenIn: HERE, changed: true,
    });
    // whoever comes later changes nothing
    expect(await evacuate(THERE, '--reason', 'something else')).toMatchObject({ code: 0, out: expect.stringContaining(`is evacuated already, by ${said.by} since ${said.at}: payments fail.`) });
    expect(await answer(HERE, THERE)).toEqual([HERE, 0, false]);
    expect(await restore(THERE)).toMatchObject({ code: 0, out: expect.stringContaining(`${THERE} is not evacuated any more, as written in ${HERE}; it was by`), err: '' });
    expect(await restore(THERE, '--json')).toMatchObject({ code: 0, out: `{"region":"${THERE}","evacuated":false,"changed":false}\n` });
  });

  test('the last region that serves stays, unless it is forced', async () => {
    await evacuate(THERE);
    const refused = await evacuate(HERE);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(new RegExp(`^no other region serves customers, so ${HERE} stays: ${THERE} is evacuated by .*; --force evacuates it all the same\n$`));
    const forced = await evacuate(HERE, '--force');
    expect([forced.code, forced.err]).toEqual([0, expect.stringContaining('warning: no other region serves customers')]);
  });

  test('a frozen region is left without its help, and is not in the way of the others', async () => {
    kept.freeze(THERE);
    const left = await evacuate(THERE);
    expect(left).toMatchObject({ code: 0, err: '' });
    expect(left.seconds).toBeLessThan(4);
    expect(await restore(THERE)).toMatchObject({ code: 0, err: expect.stringContaining('gets customers only when its health check is content, which now does not answer') });
    // and nothing can be left when nobody else answers
    const refused = await evacuate(HERE);
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^no region can be asked: us-west-2: does not answer .*\n$/) });
    expect(refused.seconds).toBeLessThan(8);
  });

  test('a region that is cut off is left by what its peer says', async () => {
    await kept.set(HERE, 'partition', { peers: [THERE] });
    expect(await evacuate(THERE)).toMatchObject({ code: 0, err: '' });
    expect(await restore(THERE)).toMatchObject({ code: 0, err: '' });
  });

  test('credentials that have expired are told of, and nothing is changed', async () => {
    for (const region of [HERE, THERE]) await kept.set(region, 'service-faults', { faults: ['dynamodb', 'sts'].map(service => ({ service, how: 'expired' })) });
    expect(await evacuate(THERE)).toMatchObject({ code: 1, out: '', err: 'the AWS credentials have expired: sign in again, as by "aws sso login"\n' });
    for (const region of [HERE, THERE]) await kept.set(region, 'service-faults', { faults: [] });
    expect(JSON.parse((await restore(THERE, '--json')).out).changed).toBe(false);
  });

  test('a peer that throttles says so, and nothing is changed', async () => {
    await kept.set(HERE, 'service-faults', { faults: [{ service: 'dynamodb', how: 'throttled' }] });
    expect(await evacuate(THERE)).toMatchObject({ code: 1, out: '', err: `no region can be asked: ${HERE}: AWS takes no more requests at the moment: try again\n` });
    await kept.set(HERE, 'service-faults', { faults: [] });
    expect(JSON.parse((await restore(THERE, '--json')).out).changed).toBe(false);
  });

  test.each<[string, string[], number, RegExp]>([
    ['a region that it does not have', ['evacuate', 'eu-west-1', '--yes'], 1, /^eu-west-1 is not a region of Orders, whose regions are ap-southeast-2, us-west-2\n$/],
    ['nobody to ask', ['evacuate', THERE], 1, /^there is nobody to ask: say --yes\n$/],
  ])('with %s it ends with one line, and nothing is changed', async (_, args, code, line) => {
    expect(await kept.operate(...args)).toMatchObject({ code, out: '', err: expect.stringMatching(line) });
  });

  test.each<[string, string[], RegExp]>([
    ['no credentials', BARE, /^there are no AWS credentials: .*\n$/],
    ['no system', [], /^there is no cdk.out in this folder: .*\n$/],
  ])('with %s it ends with one line', async (_, options, line) => {
    expect(await kept.run(['evacuate', THERE, '--yes', ...options])).toMatchObject({ code: 1, out: '', err: expect.stringMatching(line) });
  });

  test('a system that is not deployed is told of by name', async () => {
    const endpoints = Object.entries(kept.endpoints).flatMap(([region, url]) => ['--endpoint', `${region}=${url}`]);
    const options = ['--system', 'Nope', '--regions', `${HERE},${THERE}`, ...endpoints];
    expect(await kept.run(['evacuate', THERE, '--yes', ...options])).toMatchObject({
      code: 1, out: '', err: `no region can be asked: ${HERE}: Nope is not deployed there, or has no evacuation switch: there is no table Nope-Control-Table\n`,
    });
  });
});
