import { setTimeout as sleep } from 'timers/promises';
import { Clock } from '../../../../cli/rehearsal/lag/clock';
import { Deadline } from '../../../../cli/rehearsal/lag/deadline';
import { TooSlow } from '../../../../cli/rehearsal/lag/too-slow';

/** A machine that is there for a part of the time only. */
function slow(share: number): Clock {
  return { elapsed: start => (performance.now() - start) * share };
}

/** A machine that lost so much, a while ago. */
function late(lostMs: number, tookMs: number): { deadline: Deadline; at: (ms: number) => void } {
  const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
  const deadline = new Deadline(5000, { elapsed: start => performance.now() - start - lostMs });
  clock.mockReturnValue(tookMs);
  return { deadline, at: ms => clock.mockReturnValue(ms) };
}

afterEach(() => jest.restoreAllMocks());

describe('Deadline', () => {
  test('is over after its time', async () => {
    const deadline = new Deadline(50);
    expect(deadline.isOver).toBe(false);
    await sleep(60);
    expect(deadline.isOver).toBe(true);
    expect(deadline.failure('no answer')).toEqual(new Error('no answer within 0 s'));
  });

  test('is later by what the machine lost', async () => {
    const deadline = new Deadline(50, slow(0.25));
    await sleep(100);
    expect(deadline.isOver).toBe(false);
    await sleep(120);
    expect(deadline.isOver).toBe(true);
  });

  test('is a failure on a machine that was there most of the time', () => {
    const { deadline } = late(2000, 7001);
    const failure = deadline.failure('not healthy');
    expect(failure.message).toBe('not healthy within 5 s, although 2 s that this machine lost do not count');
    expect(failure).not.toBeInstanceOf(TooSlow);
  });

  test('says nothing of the app on a machine that was away most of the time', () => {
    const { deadline } = late(20_000, 25_001);
    const failure = deadline.failure('not healthy');
    expect(failure.message).toBe('not healthy within 5 s, but this machine lost 20 s of 25 s');
    expect(failure).toBeInstanceOf(TooSlow);
  });
});
