import * as fc from 'fast-check';
import { linearizable, LinearizableProps } from '../../../../../cli/rehearsal/workload/checkers/linearizable';
import { Sent, Verdict } from '../../../../../cli/rehearsal/workload/workload';
import { historyOfARegister, INITIAL } from '../linearizability/simulated-register';
import { run, sent } from '../runs';

function check(history: Sent[], props: LinearizableProps = { initial: INITIAL }): Verdict {
  return linearizable(props).check(run({ history })) as Verdict;
}

/** What customers sent of a key, as a register would have it. */
const historyOfAKey = (key: string) => historyOfARegister.map(operations => operations.map(({ action, value, call, end }): Sent => ({
  ...sent({ kind: action, action, key, value: action === 'write' ? value : undefined, at: call }),
  endedAt: end === Infinity ? call + 3 : end,
  outcome: end === Infinity ? { type: 'unknown' } : { type: 'ok', ...action === 'read' ? { value } : {} },
})));

const write = (value: number, at: number, changes: Partial<Sent> = {}) => ({ ...sent({ value, at }), ...changes });
const read = (value: number, at: number, changes: Partial<Sent> = {}) => ({ ...sent({ action: 'read', at }), outcome: { type: 'ok' as const, value }, ...changes });

describe('linearizable', () => {
  test('holds of keys that are registers', () => {
    fc.assert(fc.property(historyOfAKey('x'), historyOfAKey('y'), (x, y) => {
      // something must be read, or nothing can be told
      const verdict = check([...x, ...y, read(INITIAL, 0)]);
      expect(verdict).toEqual({ valid: true, summary: expect.stringMatching(/^[1-3] keys, read \d+ times$/) });
    }), { numRuns: 300 });
  });

  test('does not hold once one read is stale', () => {
    fc.assert(fc.property(historyOfAKey('x'), historyOfAKey('y'), (x, y) => {
      const history = [...x, ...y];
      const end = Math.max(0, ...history.map(({ endedAt }) => endedAt!));
      const stale = [write(100, end + 1), write(101, end + 20), read(100, end + 40)].map(one => ({ ...one, operation: { ...one.operation, key: 'y' } }));
      const verdict = check([...history, ...stale]);
      expect(verdict.valid).toBe(false);
      expect(verdict.details).toEqual([expect.stringContaining('y: no order explains that c-1 read 100 from a')]);
    }), { numRuns: 300 });
  });

  test('a write that was sent again may have happened by either sending, or by both', () => {
    const first = write(1, 0, { outcome: { type: 'unknown' } });
    const again = write(1, 100, { attempt: 1 });
    expect(check([first, read(INITIAL, 50), again, read(1, 150)]).valid).toBe(true);
    expect(check([first, read(1, 50), again, read(1, 150)]).valid).toBe(true);
    // by the first, after which somebody else writes; the second, which finds it done, changes nothing
    expect(check([first, read(1, 50), write(2, 70, { customer: 'c-2' }), again, read(2, 150)]).valid).toBe(true);
    expect(check([first, again, read(INITIAL, 150)]).valid).toBe(false);
  });

  test('a write that failed has not happened', () => {
    const failed = write(1, 0, { outcome: { type: 'fail' } });
    expect(check([failed, read(INITIAL, 50)]).valid).toBe(true);
    expect(check([failed, read(1, 50)]).valid).toBe(false);
  });

  test('leaves out keys of several regions, unless the table is strong', () => {
    const history = [write(1, 0), read(INITIAL, 50, { region: 'b' })];
    expect(check(history)).toMatchObject({ valid: false, isUnknown: true, summary: 'no key was read, 1 left out because several regions had them' });
    expect(check(history, { initial: INITIAL, isStrong: true })).toMatchObject({
      valid: false, summary: '1 of 1 keys are not', details: ['k: no order explains that c-1 read 0 from b at 0.1 s'],
    });
  });

  test('compares values that are equal all the way down, taken from where the workload has them', () => {
    const history = [
      sent({ kind: 'set', value: { body: { n: [1] } } }),
      { ...sent({ kind: 'get', action: 'read', at: 50 }), outcome: { type: 'ok' as const, value: { item: { n: [1] } } } },
      sent({ kind: 'other', value: { body: 7 }, at: 30 }),
    ];
    const props = { kinds: ['get', 'set'], written: ({ value }: { value?: unknown }) => (value as { body: unknown }).body, found: ({ value }: { value?: unknown }) => (value as { item: unknown }).item };
    expect(check(history, props)).toEqual({ valid: true, summary: '1 keys, read 1 times' });
    expect(check(history, { ...props, kinds: undefined }).valid).toBe(false);
  });

  test('takes a key that nobody has written for undefined', () => {
    expect(check([read(undefined as never, 0), write(1, 20)], {}).valid).toBe(true);
  });

  test('leaves out what the rehearsal itself has read', () => {
    expect(check([write(1, 0), read(1, 20), read(INITIAL, 50, { isReadBack: true })]).valid).toBe(true);
  });
});
