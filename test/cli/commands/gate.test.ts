import { commandWith, loopback } from './command';
import { RegionsEndpoint, World } from '../../multi-region-pipeline/asked-regions';

const regions = new RegionsEndpoint();
beforeAll(() => regions.start());
afterAll(() => regions.stop());
beforeEach(() => {
  regions.world = {};
  regions.calls = [];
});

const ORDERS = ['--system', 'Orders', '--regions', 'ap-southeast-2,us-west-2', '--target', 'us-west-2'];
const gate = (...args: string[]) => commandWith(loopback(regions.url), 'gate', ...args);

describe('cdk-multi-region gate', () => {
  test('lets in when all regions are well, and asks each of them for what its system is named', async () => {
    expect(await gate(...ORDERS)).toEqual({ code: 0, out: 'us-west-2: may be deployed to\n', err: '' });
    const items = regions.calls.filter(({ operation }) => operation === 'GetItem').map(({ region, body }) => `${region} ${JSON.parse(body).TableName} ${JSON.parse(body).Key.pk.S}`);
    expect(items.sort()).toEqual([
      'ap-southeast-2 Orders-Control-Table evacuation#ap-southeast-2', 'ap-southeast-2 Orders-Control-Table evacuation#us-west-2',
      'us-west-2 Orders-Control-Table evacuation#ap-southeast-2', 'us-west-2 Orders-Control-Table evacuation#us-west-2',
    ]);
    const asked = regions.calls.filter(({ operation }) => operation === 'DescribeAlarms');
    expect(asked.map(({ region, body }) => body.includes(`Orders-${region}-unhealthy`))).toEqual([true, true]);
    expect(new Set(regions.calls.map(({ operation }) => operation))).toEqual(new Set(['GetItem', 'DescribeAlarms']));
  });

  test.each<[string, World, string]>([
    ['a peer is evacuated', { evacuated: { 'us-west-2': ['ap-southeast-2'] } }, 'ap-southeast-2 is evacuated, says us-west-2: us-west-2 may be all that serves'],
    ['an alarm is in ALARM', { alarms: { 'ap-southeast-2': { 'Orders-ap-southeast-2-unhealthy': 'ALARM' } } }, 'Orders-ap-southeast-2-unhealthy is in ALARM in ap-southeast-2'],
    ['a region does not answer', { without: ['ap-southeast-2'] }, 'ap-southeast-2 does not answer (InternalServerError)'],
    ['it may not look', { denied: 'GetItem' }, 'ap-southeast-2 does not answer (AccessDeniedException); us-west-2 does not answer (AccessDeniedException)'],
  ])('ends with 1, and one line that says why, when %s', async (_, world, reason) => {
    regions.world = world;
    expect(await gate(...ORDERS)).toEqual({ code: 1, out: '', err: `us-west-2 must not be deployed to: ${reason}\n` });
  });

  test('asks nothing of regions that are named as lost', async () => {
    regions.world = { without: ['ap-southeast-2'] };
    expect(await gate(...ORDERS, '--lost', 'ap-southeast-2')).toEqual({ code: 0, out: 'us-west-2: may be deployed to\n', err: '' });
    expect(await gate(...ORDERS, '--lost', 'us-west-2')).toEqual({ code: 0, out: 'us-west-2: us-west-2 is named as lost: nothing is deployed there\n', err: '' });
    expect(regions.calls.filter(({ region }) => region === 'ap-southeast-2')).toEqual([]);
  });

  test('lets a cure into a region that is named as unhealthy', async () => {
    regions.world = { alarms: { 'us-west-2': { 'Orders-us-west-2-unhealthy': 'ALARM' } } };
    expect((await gate(...ORDERS, '--unhealthy', 'us-west-2')).code).toBe(0);
  });

  test('takes variables of a workflow that are empty, or "none"', async () => {
    expect((await gate(...ORDERS, '--lost', '', '--unhealthy', 'none')).code).toBe(0);
  });

  test('asks for the alarms that are named', async () => {
    regions.world = { alarms: { 'us-west-2': { 'Latency-us-west-2': 'ALARM' } } };
    const { code, err } = await gate(...ORDERS, '--alarm', 'Checkout', '--alarm', 'Latency-{region}');
    expect([code, err]).toEqual([1, 'us-west-2 must not be deployed to: Latency-us-west-2 is in ALARM in us-west-2\n']);
    const { body } = regions.calls.find(({ region, operation }) => region === 'ap-southeast-2' && operation === 'DescribeAlarms')!;
    expect(['Checkout', 'Latency-ap-southeast-2', 'unhealthy'].map(name => body.includes(name))).toEqual([true, true, false]);
  });

  test('reads another account by a role in each region', async () => {
    expect((await gate(...ORDERS, '--role-arn', 'arn:aws:iam::999988887777:role/lookup-{region}')).code).toBe(0);
    const assumed = regions.calls.filter(({ operation }) => operation === 'AssumeRole').map(({ region, body }) => [region, new URLSearchParams(body).get('RoleArn')]);
    expect(assumed.sort()).toEqual(['ap-southeast-2', 'us-west-2'].map(region => [region, `arn:aws:iam::999988887777:role/lookup-${region}`]));
    expect(new Set(regions.calls.filter(({ service }) => service !== 'sts').map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(['OTHER']));
  });

  test.each([
    [['--system', 'Or ders'], 'letters, digits and hyphens'],
    [['--regions', 'ap-southeast-2,uswest2'], '"uswest2" is not the name of a region'],
    [['--target', 'eu-west-1'], 'error: --target names eu-west-1; allowed: ap-southeast-2, us-west-2'],
    [['--lost', 'us-west2'], 'error: --lost names us-west2; allowed: ap-southeast-2, us-west-2'],
    [['--unhealthy', 'us-west-2,usw2'], 'error: --unhealthy names usw2; allowed: ap-southeast-2, us-west-2'],
    [['us-west-2'], 'too many arguments'],
  ])('ends with 2, and asks nothing, with %j', async (args, message) => {
    const { code, out, err } = await gate(...ORDERS, ...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(regions.calls).toEqual([]);
  });

  test('ends with 2 when an option is missing', async () => {
    const { code, err } = await gate(...ORDERS.slice(2));
    expect([code, err]).toEqual([2, expect.stringContaining("required option '--system <name>' not specified")]);
  });
});
