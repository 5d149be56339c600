import { setTimeout as sleep } from 'timers/promises';
import pc from 'picocolors';
import { LagProbe } from '../../../../cli/rehearsal/lag/lag-probes';
import { MachineLag } from '../../../../cli/rehearsal/lag/machine-lag';
import { Transcript } from '../../../../cli/rehearsal/telling/transcript';

const plain = pc.createColors(false);

/** A machine that was looked at some milliseconds ago, as often as there are shares of lost time: once a second, until now. */
function machine(...lostShares: number[]): { lag: MachineLag; now: number } {
  const [lag, now] = [new MachineLag(), performance.now()];
  lostShares.forEach((lostShare, i) => {
    const end = now - (lostShares.length - 1 - i) * 1000;
    lag.add({ name: 'a process', start: end - 1000, end, lateMs: lostShare * 1000, lostShare });
  });
  return { lag, now };
}

describe('MachineLag', () => {
  test('loses nothing while nothing is known', () => {
    const { lag, now } = machine();
    expect(lag.lostSince(now - 5000)).toBe(0);
    expect(lag.elapsed(now - 5000)).toBeCloseTo(5000, -2);
    expect(lag.worstSince(0)).toBeUndefined();
  });

  test('loses of each time what the look at its end found lost', () => {
    const { lag, now } = machine(0, 0.5, 0.25);
    expect(lag.lostSince(now - 3000)).toBeCloseTo(750, -2);
    expect(lag.lostSince(now - 1500)).toBeCloseTo(500, -2);
    expect(lag.elapsed(now - 3000)).toBeCloseTo(2250, -2);
  });

  test('is taken to be as busy since the last look as it was then', () => {
    const [lag, now] = [new MachineLag(), performance.now()];
    lag.add({ name: 'a process', start: now - 4000, end: now - 3000, lateMs: 500, lostShare: 0.5 });
    expect(lag.lostSince(now - 2000)).toBeCloseTo(1000, -2);
  });

  test('does not take a machine to be slower than a tenth', () => {
    const { lag, now } = machine(0.99);
    expect(lag.elapsed(now - 1000)).toBeCloseTo(100, -1.5);
  });

  test('does not take for lost what came late only once', () => {
    const [lag, now] = [new MachineLag(), performance.now()];
    lag.add({ name: 'a timer', start: now - 1000, end: now, lateMs: 900 });
    expect(lag.lostSince(now - 1000)).toBe(0);
    expect(lag.worstSince(now - 1000)).toMatchObject({ name: 'a timer', lateMs: 900 });
  });

  test('knows the worst of what was going on at a moment or later', () => {
    const { lag, now } = machine(0.8, 0.1, 0.3);
    expect(lag.worstSince(now - 1500)?.lateMs).toBeCloseTo(300);
    expect(lag.worstSince(now - 2000)?.lateMs).toBeCloseTo(800);
  });

  test('waits for as long as the machine had been there', async () => {
    const { lag, now } = machine(0.5);
    await lag.sleep(100, new AbortController().signal);
    expect(performance.now() - now).toBeGreaterThan(190);
  });

  test('looks by each probe again and again, until it is told to stop', async () => {
    const [lag, stop, looks] = [new MachineLag(), new AbortController(), { late: 0, nothing: 0 }];
    const probes: LagProbe[] = [
      { name: 'what is late', pauseMs: 1, look: async () => ({ lateMs: 100 + looks.late++ }) },
      { name: 'what cannot tell', pauseMs: 1, look: async () => { looks.nothing++; return undefined; } },
    ];
    lag.watch(probes, stop.signal);
    while (looks.late < 3 || looks.nothing < 3) await sleep(5);
    stop.abort();
    const { late } = looks;
    await sleep(20);
    expect(looks.late).toBe(late);
    expect(lag.worstSince(0)).toMatchObject({ name: 'what is late', lateMs: 99 + late });
  });

  test.each([
    ['held', () => 'seen', '; it held'],
    ['failed', () => { throw new Error('charged twice'); }, '; it failed: charged twice'],
  ])('cannot tell what %s on a machine that was later than can be borne', async (_, prove, seen) => {
    const transcript = new Transcript();
    const { lag, now } = machine(0.9);
    await transcript.section('Takeover').check('it is charged once', async () => lag.inTime(800, now - 1000, prove));
    expect(transcript.countLine()).toBe('0 passed, 0 failed, 1 could not be judged');
    expect(transcript.render(plain)).toContain(
      `? it is charged once: the machine was too slow to tell: a process came 0.9 s late, and 0.8 s can be borne${seen}`,
    );
  });

  test.each([
    ['passes', () => 'seen', '1 passed, 0 failed'],
    ['fails', () => { throw new Error('charged twice'); }, '0 passed, 1 failed'],
  ])('%s as it would on a machine in time, if it was', async (_, prove, count) => {
    const transcript = new Transcript();
    const { lag, now } = machine(0.9, 0.1);
    await transcript.section('Takeover').check('it is charged once', async () => lag.inTime(800, now - 500, prove));
    expect(transcript.countLine()).toBe(count);
  });

  test('is told of where it mattered', () => {
    const section = new Transcript().section('Takeover');
    const { lag, now } = machine(0.7, 0.7);
    lag.tell(section, now - 2000);
    expect(section.render(plain)).toMatch(/This machine was late: a process came up to 0\.7 s late\. Limits of time are longer by the 1\.4 s of \S+ s that it lost\./);
  });

  test('is not told of where it did not', () => {
    const section = new Transcript().section('Takeover');
    const { lag, now } = machine(0.1, 0.1);
    lag.tell(section, now - 2000);
    expect(section.entries).toEqual([]);
  });
});
