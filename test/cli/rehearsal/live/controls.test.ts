import { setTimeout as sleep } from 'timers/promises';
import { Nemesis } from '../../../../cli/rehearsal/drills/nemesis';
import { Stage } from '../../../../cli/rehearsal/drills/stage';
import { Controls } from '../../../../cli/rehearsal/live/controls';
import { RunningRegion } from '../../../../cli/rehearsal/regions/running-region';
import { History } from '../../../../cli/rehearsal/workload/history';

let history: History;
/** What was done to whom. */
let done: string[];
let unhealthy: string[];
let drill: string | undefined;
let stop: AbortController;
/** Called in the middle of what is done. */
let during: (what: string) => Promise<void>;

function nemesis(name: string, leaves: boolean, rest: Partial<Nemesis> = {}): Nemesis {
  const note = async (what: string) => {
    await during(what);
    done.push(what);
  };
  return {
    name,
    summary: name,
    leaves,
    mayFail: () => leaves,
    mayDouble: false,
    targets: () => ['b'],
    inject: async (_, targets) => {
      await note(`${name} ${targets.join()}`);
      return async () => note(`no ${name} ${targets.join()}`);
    },
    ...rest,
  };
}

function controlsOf(...names: string[]): { readonly controls: Controls; readonly regions: { name: string; frozen?: RunningRegion['frozen'] }[] } {
  const regions = names.map((name): { name: string; frozen?: RunningRegion['frozen'] } => ({ name }));
  const route53 = { isHealthy: (region: string) => !unhealthy.includes(region) };
  const stage = { regions, history, route53, signal: stop.signal } as unknown as Stage;
  const nemeses = [
    nemesis('freeze', true), nemesis('evacuate', true), nemesis('partition', false), nemesis('replay', false, { lacks: () => 'no bus has an archive' }),
  ];
  return { controls: new Controls({ stage, nemeses, drill: () => drill }), regions };
}

const phase = (controls: Controls, region: string, name: string) => controls.statesOf(region).find(state => state.nemesis === name)!.phase;
const refusal = (controls: Controls, region: string, name: string) => controls.statesOf(region).find(state => state.nemesis === name)!.refusal;

beforeEach(() => {
  [history, done, unhealthy, drill, stop] = [new History(), [], [], undefined, new AbortController()];
  during = async () => {};
});

describe('Controls', () => {
  test('begin a fault and take it back, and the history has it from beginning to end', async () => {
    const { controls } = controlsOf('a', 'b');
    expect(controls.inject('freeze', 'a')).toEqual({ accepted: true, text: 'The drill freeze begins in a.' });
    expect(phase(controls, 'a', 'freeze')).toBe('starting');
    expect(history.faults).toMatchObject([{ nemesis: 'freeze', regions: ['a'], mayFail: true, mayDouble: false }]);
    await sleep(1);
    expect(phase(controls, 'a', 'freeze')).toBe('on');
    expect(history.faults[0].until).toBeUndefined();

    expect(controls.heal('freeze', 'a').accepted).toBe(true);
    await sleep(1);
    expect(phase(controls, 'a', 'freeze')).toBe('off');
    expect(history.faults[0].until).toBeGreaterThanOrEqual(history.faults[0].at);
    expect(done).toEqual(['freeze a', 'no freeze a']);
    expect(history.moments.map(({ kind }) => kind)).toEqual(['fault', 'recovery']);
  });

  test('let the nemesis choose where none is given', async () => {
    const { controls } = controlsOf('a', 'b');
    expect(controls.inject('freeze').text).toBe('The drill freeze begins in b.');
  });

  test('refuse what there is none of, and say what there is', () => {
    const { controls } = controlsOf('a', 'b');
    expect(controls.inject('flood', 'a')).toEqual({ accepted: false, text: 'There is no drill flood: there are freeze, evacuate, partition, replay.' });
    expect(controls.inject('freeze', 'c')).toEqual({ accepted: false, text: 'There is no region c: there are a, b.' });
    expect(controls.inject('replay', 'a')).toEqual({ accepted: false, text: 'It cannot be tried here: no bus has an archive.' });
    expect(controls.heal('freeze', 'a').accepted).toBe(false);
    expect(refusal(controls, 'a', 'replay')).toMatch('archive');
    expect([done, history.faults]).toEqual([[], []]);
  });

  test('refuse a second one of a kind in a region, also one of a drill, and one that is still beginning cannot end', async () => {
    const { controls } = controlsOf('a', 'b', 'c');
    expect(controls.inject('partition', 'a').accepted).toBe(true);
    expect(controls.inject('partition', 'a').text).toBe('The drill partition is on in a already.');
    expect(controls.heal('partition', 'a').text).toMatch('still beginning');
    expect(controls.inject('partition', 'b').accepted).toBe(true);
    history.faults.push({ nemesis: 'partition', regions: ['c'], at: 0, mayFail: false, mayDouble: true });
    expect(controls.inject('partition', 'c').text).toMatch('on in c already');
    expect(controls.heal('partition', 'c').text).toMatch('not begun by hand');
    await controls.healAll();
  });

  test.each([
    ['is frozen by hand', async (controls: Controls) => { controls.inject('freeze', 'b'); await sleep(1); }],
    ['is evacuated by hand', async (controls: Controls) => { controls.inject('evacuate', 'b'); await sleep(1); }],
    ['is frozen by a drill', async () => { history.faults.push({ nemesis: 'freeze', regions: ['b'], at: 0, mayFail: true, mayDouble: true }); }],
    ['is unhealthy', async () => { unhealthy = ['b']; }],
  ])('refuse to take the last region away when the other one %s, unless forced', async (_, takeAway) => {
    const { controls } = controlsOf('a', 'b');
    expect(refusal(controls, 'a', 'freeze')).toBeUndefined();
    await takeAway(controls);
    for (const name of ['freeze', 'evacuate']) {
      expect(controls.inject(name, 'a')).toEqual({ accepted: false, text: 'No other region serves at this moment: customers of a could go nowhere.' });
    }
    // customers stay where they are
    expect(refusal(controls, 'a', 'partition')).toBeUndefined();
    expect(controls.inject('freeze', 'a', true).accepted).toBe(true);
    await controls.healAll();
  });

  test('refuse to take the only region away', () => {
    const { controls } = controlsOf('a');
    expect(controls.inject('freeze', 'a').accepted).toBe(false);
  });

  test('refuse all while a drill runs, but not to take back', async () => {
    const { controls } = controlsOf('a', 'b');
    controls.inject('freeze', 'a');
    await sleep(1);
    drill = 'evacuate';
    expect(controls.inject('partition', 'b').text).toMatch('The drill evacuate runs');
    expect(controls.heal('freeze', 'a').accepted).toBe(true);
  });

  test('refuse what a frozen region would have to do itself', () => {
    const { controls, regions } = controlsOf('a', 'b');
    regions[0].frozen = { since: 0 };
    expect(refusal(controls, 'a', 'partition')).toBe('a is frozen and takes no orders: thaw it first.');
    expect(refusal(controls, 'a', 'evacuate')).toBeUndefined();
    regions[0].frozen = { since: 0, until: 1 };
    expect(refusal(controls, 'a', 'partition')).toBeUndefined();
  });

  test('begin nothing when all is being stopped', () => {
    const { controls } = controlsOf('a', 'b');
    stop.abort();
    expect(controls.inject('freeze', 'a').accepted).toBe(false);
  });

  test('say that a fault could not be begun, and that it is over', async () => {
    const { controls } = controlsOf('a', 'b');
    during = async () => { throw new Error('it does not answer'); };
    expect(controls.inject('freeze', 'a').accepted).toBe(true);
    await sleep(1);
    expect(phase(controls, 'a', 'freeze')).toBe('off');
    expect(history.faults[0].until).toBeDefined();
    expect(history.moments.at(-1)).toMatchObject({ kind: 'step', text: 'freeze could not be begun in a: it does not answer' });
  });

  test('keep a fault that could not be taken back, so that it can be tried again', async () => {
    const { controls } = controlsOf('a', 'b');
    controls.inject('freeze', 'a');
    await sleep(1);
    during = async () => { throw new Error('it does not answer'); };
    controls.heal('freeze', 'a');
    await sleep(1);
    expect(phase(controls, 'a', 'freeze')).toBe('on');
    expect(history.faults[0].until).toBeUndefined();
    during = async () => {};
    await controls.healAll();
    expect(phase(controls, 'a', 'freeze')).toBe('off');
  });

  test('take all back in the end, the latest first, also what is still beginning', async () => {
    const { controls } = controlsOf('a', 'b');
    during = async () => sleep(20);
    controls.inject('partition', 'a');
    controls.inject('evacuate', 'b');
    await controls.healAll();
    expect(done).toEqual(['partition a', 'evacuate b', 'no evacuate b', 'no partition a']);
    expect(history.faults.every(({ until }) => until !== undefined)).toBe(true);
  });
});
