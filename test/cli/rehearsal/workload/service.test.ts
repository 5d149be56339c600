import { sent } from './runs';
import { isServedBy, servedSince } from '../../../../cli/rehearsal/workload/service';
import { Sent } from '../../../../cli/rehearsal/workload/workload';

/** Requests 100 ms apart: `.` is good, `x` has failed, `?` is under way; upper case means region b. */
function requests(picture: string): Sent[] {
  return [...picture].map((sign, i) => {
    const [region, what] = sign === 'o' ? ['b', '.'] : sign === 'X' ? ['b', 'x'] : ['a', sign];
    const one = sent({ at: i * 100, region, type: what === 'x' ? 'fail' : 'ok' });
    return what === '?' ? { ...one, outcome: undefined, endedAt: undefined } : one;
  });
}

describe('isServedBy', () => {
  test.each([
    ['....', true],
    ['...', false],
    ['x....', true],
    ['....x', false],
    ['oooo', false],
    ['oooo....', true],
    ['....?', true],
  ])('%s is served by a: %p', (picture, expected) => {
    expect(isServedBy(requests(picture), region => region === 'a', 0)).toBe(expected);
  });

  test('not while a request hangs elsewhere', () => {
    expect(isServedBy(requests('?oooo'), region => region === 'b', 0)).toBe(false);
    expect(isServedBy(requests('?oooo'), region => region === 'b', 50)).toBe(true);
  });
});

describe('servedSince', () => {
  test.each([
    ['......', 0],
    ['xx....', 210],
    ['x.x....', 310],
    ['x.x....x....', 310],
    ['xx', undefined],
    ['....x..', 510],
  ])('%s is served since %p', (picture, expected) => {
    expect(servedSince(requests(picture), 0)).toBe(expected);
  });

  test('counts what was led to where it should not be as not served', () => {
    expect(servedSince(requests('..xooo'), 0, region => region === 'b')).toBe(310);
    expect(servedSince(requests('......'), 0, region => region === 'b')).toBeUndefined();
  });
});
