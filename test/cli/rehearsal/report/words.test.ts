import { count, duration, list, plural } from '../../../../cli/rehearsal/report/words';

test.each([
  [0, '0 s'], [0.3, '0 s'], [340, '340 ms'], [1000, '1 s'], [12_340, '12.3 s'], [24_000, '24 s'], [119_400, '119.4 s'], [119_600, '2 min'], [185_000, '3 min 5 s'],
])('a duration of %d ms is %s', (ms, text) => expect(duration(ms)).toBe(text));

test('numbers are grouped, and nouns agree with them', () => {
  expect([count(1204), plural(1, 'drill'), plural(0, 'drill'), plural(1204, 'reply', 'replies')]).toEqual(['1,204', '1 drill', '0 drills', '1,204 replies']);
});

test('a list has "and" before its last word', () => {
  expect([list([]), list(['a']), list(['a', 'b']), list(['a', 'b', 'c'])]).toEqual(['', 'a', 'a and b', 'a, b and c']);
});
