import { TooSlow } from '../../../../cli/rehearsal/lag/too-slow';
import { checksOf, verdictOf } from '../../../../cli/rehearsal/report/section-checks';
import { Transcript } from '../../../../cli/rehearsal/telling/transcript';

describe('checksOf', () => {
  test('has the checks of a section from an entry on, without its notes', async () => {
    const section = new Transcript().section('A drill');
    await section.check('earlier', () => {});
    section.note('a note');
    await section.check('holds', () => 'seen');
    await section.check('does not', () => { throw new Error('why'); });
    await section.check('cannot be told', () => { throw new TooSlow('late'); });
    expect(checksOf(section, 1, new Map([['does not', ['an example']]]))).toEqual([
      { claim: 'holds', outcome: 'passed', summary: 'seen' },
      { claim: 'does not', outcome: 'failed', summary: 'why', details: ['an example'] },
      { claim: 'cannot be told', outcome: 'unknown', summary: 'late' },
    ]);
  });
});

describe('verdictOf', () => {
  test.each([
    [[], 'passed'], [['passed'], 'passed'], [['passed', 'unknown'], 'unknown'], [['unknown', 'failed'], 'failed'],
  ] as const)('%j is %s', (outcomes, verdict) => {
    expect(verdictOf(outcomes.map(outcome => ({ outcome })))).toBe(verdict);
  });
});
