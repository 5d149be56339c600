import { EntryUpdate, undoFor, updateFor } from '../../../cli/takeover/entry-update';
import { OPERATOR_ACCESS } from '../../../src/replicated-workflow/ledger-access';

const UPDATES: [string, EntryUpdate][] = [
  ['force', updateFor('force')],
  ['forbid', updateFor('forbid')],
  ['force, taken back before the sweeper has seen it', undoFor('force', { status: 'RESOLVED', dueAt: 0 })],
  ['force, taken back afterwards', undoFor('force', { status: 'STARTED', dueAt: 5000 })],
  ['forbid, taken back', undoFor('forbid', { status: 'WITNESSED', dueAt: 5000 })],
];

describe('the update of an entry', () => {
  test.each(UPDATES)('to %s names no attributes that an operator may not write', (_, { set, remove, condition }) => {
    const allowed = OPERATOR_ACCESS.write.conditions['ForAllValues:StringEquals']['dynamodb:Attributes'];
    const named = condition.match(/(?<![:\w])[a-z]\w+(?!\w*\()/g)!.filter(word => !['attribute_exists'].includes(word));
    expect([...Object.keys(set), ...remove, ...named].filter(name => !allowed.includes(name))).toEqual([]);
  });

  test.each(UPDATES)('to %s makes no entry where there is none', (_, { condition }) => {
    expect(condition).toMatch(/attribute_exists\(pk\)|= :said/);
  });

  test('that takes an order back leaves an entry in the index that the sweeper has still to look at', () => {
    expect(undoFor('force', { status: 'WITNESSED', dueAt: 0 }).remove).toEqual(['forced']);
    expect(undoFor('force', { status: 'RESOLVED', dueAt: 0 })).toMatchObject({ remove: ['forced', 'dueAt'], condition: 'forced = :said AND dueAt = :seen', values: { ':seen': 0 } });
  });
});
