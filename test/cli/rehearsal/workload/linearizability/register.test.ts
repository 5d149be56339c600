import * as fc from 'fast-check';
import { historyOfARegister, INITIAL, isExplainedByAnyOrder } from './simulated-register';
import { linearize, RegisterOperation } from '../../../../../cli/rehearsal/workload/linearizability/register';

const write = (value: number, call: number, end = Infinity): RegisterOperation => ({ action: 'write', value, call, end });
const read = (value: number, call: number, end: number): RegisterOperation => ({ action: 'read', value, call, end });

const anyHistory = fc.array(fc.record({
  action: fc.constantFrom('read' as const, 'write' as const), value: fc.integer({ min: 0, max: 2 }), call: fc.integer({ min: 0, max: 8 }), took: fc.integer({ min: 0, max: 5 }), isHeard: fc.boolean(),
}), { maxLength: 6 }).map(list => list
  .filter(({ action, isHeard }) => action === 'write' || isHeard)
  .map(({ action, value, call, took, isHeard }): RegisterOperation => ({ action, value, call, end: isHeard ? call + took : Infinity })));

describe('linearize', () => {
  test.each<[string, RegisterOperation[], boolean]>([
    ['nothing', [], true],
    ['the value of nobody', [read(INITIAL, 0, 1)], true],
    ['a value that nobody wrote', [read(7, 0, 1)], false],
    ['what was written before', [write(1, 0, 1), read(1, 2, 3)], true],
    ['a stale value', [write(1, 0, 1), read(INITIAL, 2, 3)], false],
    ['either value while a write is under way', [write(1, 0, 10), read(INITIAL, 1, 2), read(1, 3, 4)], true],
    ['an old value after a new one was seen', [write(1, 0, 10), read(1, 1, 2), read(INITIAL, 3, 4)], false],
    ['a write of which nobody knows, seen late', [write(1, 0), read(INITIAL, 5, 6), read(1, 7, 8)], true],
    ['a write of which nobody knows, seen and gone', [write(1, 0), read(1, 5, 6), read(INITIAL, 7, 8)], false],
    ['a write of which nobody knows, never seen', [write(1, 0), read(INITIAL, 5, 6)], true],
    ['a write before it was sent', [read(1, 0, 1), write(1, 2)], false],
    ['two writes at once, read in one order by all', [write(1, 0, 9), write(2, 0, 9), read(1, 10, 11), read(1, 12, 13)], true],
    ['two writes at once, read in both orders', [write(1, 0, 9), write(2, 0, 9), read(1, 10, 11), read(2, 12, 13)], false],
    ['what ends as another is called may be either before or after it', [write(1, 0, 5), read(INITIAL, 5, 6)], true],
  ])('%s', (_, operations, expected) => {
    expect(linearize(operations, INITIAL).outcome).toBe(expected ? 'linearizable' : 'not linearizable');
  });

  test('accepts whatever a register does that does one thing at a time', () => {
    fc.assert(fc.property(historyOfARegister, history => linearize(history, INITIAL).outcome === 'linearizable'), { numRuns: 500 });
  });

  test('refuses one stale read among what a register does', () => {
    fc.assert(fc.property(historyOfARegister, history => {
      const ends = history.map(({ end }) => end).filter(end => end < Infinity);
      const last = Math.max(0, ...ends, ...history.map(({ call }) => call));
      // no other write is there that could bring the old value back
      const stale = [...history, write(100, last + 1, last + 2), write(101, last + 3, last + 4), read(100, last + 5, last + 6)];
      return linearize(stale, INITIAL).outcome === 'not linearizable';
    }), { numRuns: 500 });
  });

  test('says the same as trying all orders', () => {
    let [yes, no] = [0, 0];
    fc.assert(fc.property(anyHistory, history => {
      const expected = isExplainedByAnyOrder(history, INITIAL);
      if (expected) yes++;
      else no++;
      return (linearize(history, INITIAL).outcome === 'linearizable') === expected;
    }), { numRuns: 3000 });
    // both kinds were among them
    expect(Math.min(yes, no)).toBeGreaterThan(300);
  });

  test('tells which operations no order explains', () => {
    const stale = read(1, 6, 7);
    expect(linearize([write(1, 0, 1), read(1, 2, 3), write(2, 4, 5), stale, read(2, 8, 9)], INITIAL)).toEqual({ outcome: 'not linearizable', left: [stale, read(2, 8, 9)] });
  });

  test('gives up what takes too long', () => {
    const writes = Array.from({ length: 9 }, (_, i) => write(i + 1, 0, 100));
    const reads = [1, 2, 1].map((value, i) => read(value, 101 + 2 * i, 102 + 2 * i));
    expect(linearize([...writes, ...reads], INITIAL, 1000).outcome).toBe('unknown');
    expect(linearize([...writes, ...reads], INITIAL).outcome).toBe('not linearizable');
  });

  test('thousands of operations of a customer take no time', () => {
    const operations = Array.from({ length: 3000 }, (_, i) => [write(i, 10 * i, 10 * i + 5), read(i, 10 * i + 6, 10 * i + 8)]).flat();
    const start = performance.now();
    expect(linearize(operations, INITIAL).outcome).toBe('linearizable');
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
