import { patternFault } from '../../src/global-event-bus/pattern-fault';
import { ACCEPTED, REFUSED } from '../support/event-pattern-corpus';

describe('patternFault', () => {
  test.each(ACCEPTED)('finds nothing wrong with %j', pattern => expect(patternFault(pattern)).toBeUndefined());

  test.each(REFUSED)('refuses %j', (pattern, fault) => expect(patternFault(pattern)).toContain(fault));

  test('refuses numbers that are documented as too large, though the engine takes them', () => {
    expect(patternFault({ detail: { total: [{ numeric: ['>', 6e9] }] } })).toContain('numeric is [">",6000000000]');
  });

  test('refuses more combinations than EventBridge takes', () => {
    const choice = { $or: Array.from({ length: 11 }, (_, i) => ({ [`f${i}`]: ['x'] })) };
    expect(patternFault({ detail: { a: choice, b: choice } })).toBeUndefined();
    expect(patternFault({ detail: { a: choice, b: choice, c: choice } })).toContain('1331 combinations, of at most 1000');
  });

  test('leaves to AWS what is known at deployment only', () => {
    expect(patternFault({ account: [{ Ref: 'AWS::AccountId' }], detail: { 'Fn::If': [] } })).toBeUndefined();
    expect(patternFault({ source: [{ prefix: { 'Fn::Join': ['', []] } }, { 'anything-but': [{ Ref: 'Given' }] }] })).toBeUndefined();
  });
});
