import { ALL_NEMESES } from '../../../../../cli/rehearsal/drills/nemeses/all-nemeses';

describe('all nemeses', () => {
  test('have names of their own that a command line takes, and say what happens', () => {
    const names = ALL_NEMESES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    names.forEach(name => expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/));
    ALL_NEMESES.forEach(({ summary }) => expect(summary).toMatch(/^[a-z].{20,}[^.]$/));
  });
});
