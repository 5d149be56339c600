import { Moment } from '../../../cli/operate/moments';
import { isOlderThan, rangeOf, rangeProblem } from '../../../cli/replay/times';

const NOW = new Date('2026-03-01T12:00:00.789Z');
const at = (text: string): Moment => ({ at: new Date(text) });

test('a range is in whole seconds, and ends now if nothing else is said', () => {
  expect(rangeOf({ secondsAgo: 900 }, undefined, NOW)).toEqual({ from: new Date('2026-03-01T11:45:00Z'), to: new Date('2026-03-01T12:00:00Z') });
  expect(rangeOf(at('2026-03-01T10:00:00.9Z'), { secondsAgo: 60 }, NOW)).toEqual({ from: new Date('2026-03-01T10:00:00Z'), to: new Date('2026-03-01T11:59:00Z') });
});

test.each([
  ['2026-03-01T11:00:00Z', '2026-03-01T12:00:00Z', undefined],
  ['2026-03-01T11:00:00Z', '2026-03-01T12:00:01Z', '--to 2026-03-01T12:00:01.000Z is in the future'],
  ['2026-03-01T11:00:00Z', '2026-03-01T11:00:00Z', '--from 2026-03-01T11:00:00.000Z is not before --to 2026-03-01T11:00:00.000Z'],
  ['2026-03-01T11:30:00Z', '2026-03-01T11:00:00Z', '--from 2026-03-01T11:30:00.000Z is not before --to 2026-03-01T11:00:00.000Z'],
])('from %s to %s: %s', (from, to, problem) => {
  expect(rangeProblem({ from: new Date(from), to: new Date(to) }, NOW)).toBe(problem);
});

test.each([[7, '2026-02-22T12:00:01Z', false], [7, '2026-02-22T11:59:59Z', true], [0, '1970-01-01T00:00:00Z', false]])(
  'an archive that keeps %d days has lost some since %s: %s', (days, from, isLost) => {
    expect(isOlderThan(days, { from: new Date(from), to: NOW }, NOW)).toBe(isLost);
  });
