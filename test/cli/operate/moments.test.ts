import { dateOf, Moment, momentOf, parseMoment } from '../../../cli/operate/moments';

const at = (text: string): Moment => ({ at: new Date(text) });

test.each([
  ['90s', { secondsAgo: 90 }], ['15m', { secondsAgo: 900 }], ['2h', { secondsAgo: 7200 }], ['3d', { secondsAgo: 259_200 }],
  ['2026-03-01', at('2026-03-01T00:00:00Z')], ['2026-03-01T10:00Z', at('2026-03-01T10:00:00Z')],
  ['2026-03-01T10:00:00+11:00', at('2026-02-28T23:00:00Z')], ['2026-03-01T10:00:00.5Z', at('2026-03-01T10:00:00.500Z')],
])('%s is a moment', (text, moment) => {
  expect(momentOf(text)).toEqual(moment);
});

test.each(['', '15', 'm', '-5m', '1.5h', '2w', '2026-03-01T10:00:00', '2026-13-01', '2026-03-01T25:00Z', '01/03/2026', 'yesterday', '5m ago'])('%j is none', text => {
  expect(momentOf(text)).toBeUndefined();
});

test('a moment is a date', () => {
  const now = new Date('2026-03-01T12:00:00Z');
  expect([dateOf({ secondsAgo: 90 }, now), dateOf(at('2026-03-01'), now)]).toEqual([new Date('2026-03-01T11:58:30Z'), new Date('2026-03-01T00:00:00Z')]);
  expect(() => parseMoment('yesterday')).toThrow('Allowed: how long ago');
});
