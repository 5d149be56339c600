import { sent } from './runs';
import { writesOf } from '../../../../cli/rehearsal/workload/writes';

describe('writesOf', () => {
  test('is one write, however often it was sent', () => {
    const history = [sent({ type: 'unknown' }), sent({ attempt: 1, region: 'b', at: 50 })];
    expect(writesOf(history)).toEqual([{ operation: history[0].operation, customer: 'c-1', sendings: history, acknowledged: history[1] }]);
  });

  test('is another write for another customer, another value, or when the same customer begins again', () => {
    const history = [
      sent({ value: 1, type: 'unknown' }), sent({ value: 1, customer: 'c-2' }), sent({ value: 2 }), sent({ value: 1, type: 'fail' }), sent({ value: 1, attempt: 1 }),
    ];
    const found = writesOf(history).map(({ sendings, acknowledged }) => [sendings.length, acknowledged !== undefined]);
    expect(found).toEqual([[1, false], [1, true], [1, true], [2, true]]);
  });

  test('is sent again by its own customer, though another has written the same', () => {
    const history = [sent({ type: 'unknown' }), sent({ customer: 'c-2' }), sent({ attempt: 1 })];
    expect(writesOf(history).map(({ customer, sendings }) => [customer, sendings.length])).toEqual([['c-1', 2], ['c-2', 1]]);
  });

  test('leaves out reads, and what the rehearsal itself has read', () => {
    expect(writesOf([sent({ action: 'read' }), sent({ isReadBack: true })])).toEqual([]);
  });

  test('finds as many in a history that went through JSON', () => {
    const history = [sent({ value: { n: 1 }, type: 'unknown' }), sent({ value: { n: 1 }, attempt: 1 })];
    expect(writesOf(JSON.parse(JSON.stringify(history)))).toHaveLength(1);
  });
});
