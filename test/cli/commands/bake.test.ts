import { commandWith, loopback } from './command';
import { RegionsEndpoint } from '../../multi-region-pipeline/asked-regions';

const regions = new RegionsEndpoint();
beforeAll(() => regions.start());
afterAll(() => regions.stop());
beforeEach(() => {
  regions.world = {};
  regions.calls = [];
});

const ALARM = 'Orders-us-west-2-unhealthy';
const turn = (state: string) => { regions.world = { alarms: { 'us-west-2': { [ALARM]: state } } }; };
/** In seconds instead of minutes. */
const bake = (...args: string[]) => commandWith(
  loopback(regions.url), 'bake', '--system', 'Orders', '--regions', 'ap-southeast-2,us-west-2', '--target', 'us-west-2', '--minutes', '0.02', '--interval', '0.4', ...args,
);

describe('cdk-multi-region bake', () => {
  test('watches for as long as it is told, asks the region alone, and says how far it is', async () => {
    turn('OK');
    const begin = Date.now();
    const { code, out, err } = await bake();
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^(us-west-2: 0 of 0.02 minutes without ALARM\n){2,}us-west-2: 0.02 minutes without ALARM\n$/);
    expect(Date.now() - begin).toBeGreaterThanOrEqual(1200);
    expect(new Set(regions.calls.map(({ region, operation }) => `${region} ${operation}`))).toEqual(new Set(['us-west-2 DescribeAlarms']));
  });

  test('ends with 1 as soon as an alarm is in ALARM', async () => {
    turn('OK');
    const baking = bake('--minutes', '10');
    setTimeout(() => turn('ALARM'), 600);
    expect(await baking).toEqual({ code: 1, out: expect.stringContaining('0 of 10 minutes'), err: `us-west-2: ${ALARM} is in ALARM in us-west-2\n` });
  });

  test('ends with 1 when an alarm that is named does not exist', async () => {
    expect(await bake('--alarm', 'Checkout')).toEqual({ code: 1, out: '', err: 'us-west-2: there is no alarm Checkout in us-west-2\n' });
  });

  test('ends at once when the region is named as lost', async () => {
    regions.world = { without: ['us-west-2'] };
    expect(await bake('--minutes', '10', '--lost', 'us-west-2')).toEqual({ code: 0, out: 'us-west-2: us-west-2 is named as lost: nothing was deployed there\n', err: '' });
  });

  test('does not fail a cure', async () => {
    turn('ALARM');
    expect((await bake('--unhealthy', 'us-west-2')).code).toBe(0);
  });

  test('waits after a rollback until the alarm is over', async () => {
    turn('ALARM');
    const baking = bake('--minutes', '10', '--rollback');
    setTimeout(() => turn('OK'), 600);
    const { code, out } = await baking;
    expect([code, out.split('\n')[0], out.split('\n').at(-2)]).toEqual([0, `us-west-2: ${ALARM} is in ALARM in us-west-2`, 'us-west-2: rolled back, and no alarm is in ALARM']);
  });

  test.each([['--minutes', 'ten'], ['--minutes', '0'], ['--minutes', ''], ['--interval', '-1']])('ends with 2 with %s %j', async (...args) => {
    const { code, err } = await bake(...args);
    expect([code, err]).toEqual([2, expect.stringContaining('Allowed: a number greater than 0')]);
  });
});
