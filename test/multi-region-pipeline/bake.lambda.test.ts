import { AskedRegions, ENVIRONMENT, NOBODY } from './asked-regions';

const STAGE = 'Orders-us-west-2';
const regions = new AskedRegions('bake', ENVIRONMENT);
beforeAll(() => regions.start());
afterAll(() => regions.stop());
let now: number;
beforeEach(() => {
  regions.world = {};
  regions.calls = [];
  now = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => jest.restoreAllMocks());

const after = (minutes: number) => { now += minutes * 60_000; };
const turn = (state: string) => { regions.world = { ...regions.world, alarms: { 'us-west-2': { 'west-unhealthy': state } } }; };
const ask = (question: object = {}, token?: string) => regions.ask({ stage: STAGE, targets: ['us-west-2'], minutes: 10, named: false, ...NOBODY, ...question }, { token });
const ROLLBACK = [{ stageName: STAGE, latestExecution: { pipelineExecutionId: 'e', status: 'InProgress', type: 'ROLLBACK' } }];

describe('the handler of the bake', () => {
  test('watches for as long as it is told, and asks the region alone', async () => {
    turn('OK');
    const first = await ask();
    expect(first).toEqual({ goesOn: '0 of 10 minutes without ALARM', token: expect.any(String) });
    after(9.5);
    const second = await ask({}, first.token);
    expect(second.goesOn).toBe('9 of 10 minutes without ALARM');
    after(0.5);
    expect(await ask({}, second.token)).toEqual({ succeeds: '10 minutes without ALARM' });
    expect(new Set(regions.calls.filter(({ service }) => service === 'monitoring').map(({ region }) => region))).toEqual(new Set(['us-west-2']));
  });

  test.each([[0], [5], [10]])('fails when the alarm is in ALARM after %d minutes', async minutes => {
    const { token } = await ask();
    after(minutes);
    turn('ALARM');
    expect(await ask({}, token)).toEqual({ fails: 'west-unhealthy is in ALARM in us-west-2' });
  });

  test('waits for a region that is silent, for 5 minutes', async () => {
    let { token } = await ask();
    after(9);
    regions.world = { without: ['us-west-2'] };
    ({ token } = await ask({}, token));
    after(2);
    const late = await ask({}, token);
    expect(late.goesOn).toContain('us-west-2 does not answer');
    regions.world = {};
    expect(await ask({}, late.token)).toEqual({ succeeds: '10 minutes without ALARM' });
    regions.world = { without: ['us-west-2'] };
    after(3);
    expect(await ask({}, late.token)).toEqual({ fails: 'us-west-2 does not answer (InternalServerError)' });
  });

  test('forgets a silence that is over', async () => {
    regions.world = { without: ['us-west-2'] };
    let { token } = await ask();
    after(4);
    regions.world = {};
    ({ token } = await ask({}, token));
    after(4);
    regions.world = { without: ['us-west-2'] };
    expect((await ask({}, token)).goesOn).toBeDefined();
  });

  test('succeeds at once when all that was deployed to is named as lost', async () => {
    regions.world = { without: ['us-west-2'] };
    expect(await ask({ lost: 'us-west-2' })).toEqual({ succeeds: 'us-west-2 is named as lost: nothing was deployed there' });
  });

  test('watches the others of a wave when one is named as lost', async () => {
    regions.world = { without: ['us-west-2'], alarms: { 'ap-southeast-2': { 'home-unhealthy': 'ALARM' } } };
    expect(await ask({ targets: ['ap-southeast-2', 'us-west-2'], lost: 'us-west-2' })).toEqual({ fails: 'home-unhealthy is in ALARM in ap-southeast-2' });
  });

  test('does not take back a cure', async () => {
    turn('ALARM');
    const { goesOn, token } = await ask({ unhealthy: 'us-west-2' });
    expect(goesOn).toBe('west-unhealthy is in ALARM in us-west-2');
    after(10);
    expect(await ask({ unhealthy: 'us-west-2' }, token)).toEqual({ succeeds: 'ends although west-unhealthy is in ALARM in us-west-2' });
    turn('OK');
    expect(await ask({ unhealthy: 'us-west-2' }, token)).toEqual({ succeeds: '10 minutes without ALARM' });
  });

  test('waits in a rollback until the alarm is over, and does not fail, whatever the variables of that execution say', async () => {
    turn('ALARM');
    regions.world = { ...regions.world, stageStates: ROLLBACK };
    const { goesOn, token } = await ask({ lost: 'us-west-2' });
    expect(goesOn).toBe('west-unhealthy is in ALARM in us-west-2');
    after(3);
    turn('OK');
    expect(await ask({}, token)).toEqual({ succeeds: 'rolled back, and no alarm is in ALARM' });
    turn('ALARM');
    after(7);
    expect(await ask({}, token)).toEqual({ succeeds: 'ends although west-unhealthy is in ALARM in us-west-2' });
  });

  test('does not take the rollback of another stage for its own', async () => {
    turn('ALARM');
    regions.world = { ...regions.world, stageStates: [{ ...ROLLBACK[0], stageName: 'Orders-ap-southeast-2' }] };
    expect((await ask()).fails).toContain('in ALARM');
  });

  test('fails when an alarm that somebody has named does not exist, and not when the region has none', async () => {
    expect((await ask({ named: true })).fails).toBe('there is no alarm west-unhealthy in us-west-2');
    expect((await ask()).goesOn).toBeDefined();
  });

  test.each(['GetPipelineState'])('fails when it may not look at %s', async denied => {
    regions.world = { denied };
    expect((await ask()).fails).toBe('cannot tell (AccessDeniedException: no)');
  });
});
