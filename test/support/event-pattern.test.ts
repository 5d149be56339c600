import { matchesPattern } from './event-pattern';

const EVENT = { 'source': 'orders', 'detail-type': 'OrderPlaced', 'region': 'us-west-2', 'resources': ['a', 'b'], 'detail': { total: 5, customer: { vip: true } } };

describe('the matcher of event patterns', () => {
  test.each<[string, Record<string, unknown>, boolean]>([
    ['an empty pattern', {}, true],
    ['one of several values', { source: ['payments', 'orders'] }, true],
    ['another value', { source: ['payments'] }, false],
    ['all fields, of which one differs', { source: ['orders'], region: ['eu-west-1'] }, false],
    ['an element of a list', { resources: ['b'] }, true],
    ['no element of a list', { resources: ['c'] }, false],
    ['a nested field', { detail: { customer: { vip: [true] } } }, true],
    ['a nested field that is not there', { detail: { shop: { vip: [true] } } }, false],
    ['numbers, not their text', { detail: { total: ['5'] } }, false],
    ['a prefix', { source: [{ prefix: 'ord' }] }, true],
    ['another prefix', { source: [{ prefix: 'aws.' }] }, false],
    ['anything but a prefix', { source: [{ 'anything-but': { prefix: 'aws.' } }] }, true],
    ['anything but the prefix it has', { source: [{ 'anything-but': { prefix: 'ord' } }] }, false],
    ['anything but some values', { source: [{ 'anything-but': ['a', 'orders'] }] }, false],
    ['anything but a value, of a field that is not there', { account: [{ 'anything-but': 'x' }] }, false],
    ['one of two patterns', { $or: [{ source: ['payments'] }, { 'detail-type': ['OrderPlaced'] }], region: ['us-west-2'] }, true],
    ['none of two patterns', { $or: [{ source: ['payments'] }, { region: ['eu-west-1'] }] }, false],
    ['a field that exists', { source: [{ exists: true }] }, true],
    ['a field that must not exist', { source: [{ exists: false }] }, false],
    ['a field that does not exist', { 'replay-name': [{ exists: false }] }, true],
  ])('matches %s', (_, pattern, expected) => {
    expect(matchesPattern(pattern, EVENT)).toBe(expected);
  });

  test.each([[{ source: [{ wildcard: '*' }] }], [{ $and: { source: ['orders'] } }], [{ source: 'orders' }]])('refuses what it does not know: %j', pattern => {
    expect(() => matchesPattern(pattern, EVENT)).toThrow('not a');
  });
});
