import fc from 'fast-check';
import { ALL_OPERATIONS, filterOperations, hasFailed } from '../../../../cli/rehearsal/page/operation-filter';
import { sampleReport } from '../../../support/rehearsal/sample-report';

const { operations, drills, regions } = sampleReport({ drills: ['freeze', 'evacuate'] });
const filter = (rest: Partial<typeof ALL_OPERATIONS>) => filterOperations(operations, { ...ALL_OPERATIONS, ...rest }, drills);

describe('A filter of operations', () => {
  test('lets all through as long as nothing is chosen', () => {
    expect(filter({ text: '  ' })).toBe(operations);
  });

  test('finds every operation by its key', () => {
    fc.assert(fc.property(fc.constantFrom(...operations), sent => {
      const found = filter({ text: sent.operation.key.toUpperCase() });
      expect(found).toEqual(operations.filter(({ operation }) => operation.key === sent.operation.key));
    }));
  });

  test('wants all words, wherever they are', () => {
    const found = filter({ text: 'no answer  place' });
    expect(found.length).toBeGreaterThan(0);
    expect(found).toEqual(operations.filter(({ operation, outcome }) => operation.kind === 'place order' && outcome?.type === 'unknown'));
    expect(filter({ text: 'no answer read' })).not.toEqual(found);
  });

  test('lets through what failed or may have, and not what is under way', () => {
    const found = filter({ failedOnly: true });
    expect(new Set(found.map(({ outcome }) => outcome!.type))).toEqual(new Set(['fail', 'unknown']));
    const { outcome, ...underWay } = found[0];
    expect([hasFailed(found[0]), hasFailed(underWay)]).toEqual([outcome !== undefined, false]);
  });

  test('counts no failure of what the rehearsal itself reads, and finds it', () => {
    const [lost] = operations.map(sent => ({ ...sent, isReadBack: true, outcome: { type: 'fail' as const } }));
    expect(filterOperations([lost], { ...ALL_OPERATIONS, failedOnly: true }, drills)).toEqual([]);
    expect(filterOperations([...operations, lost], { ...ALL_OPERATIONS, text: 'read back' }, drills)).toEqual([lost]);
  });

  test('lets through a region, a drill, and both', () => {
    expect(filter({ region: regions[1] })).toEqual(operations.filter(({ region }) => region === regions[1]));
    const inDrill = filter({ drill: 1 });
    expect([inDrill.length > 0, inDrill.every(({ at }) => at >= 40_000 && at <= 80_000)]).toEqual([true, true]);
    expect(filter({ drill: 1, region: regions[1] })).toEqual(inDrill.filter(({ region }) => region === regions[1]));
    // one that a newer report no longer has
    expect(filter({ drill: 9 })).toBe(operations);
  });
});
