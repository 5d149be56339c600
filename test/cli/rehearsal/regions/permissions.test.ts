import { denialsBetween, deniedSince } from '../../../../cli/rehearsal/regions/denials';
import { Denials, PermissionReport, summaryOf, without } from '../../../../cli/rehearsal/regions/permissions';

const nothing: PermissionReport = { checked: {}, denied: [], unused: {} };

function denials(region: string, times: Record<string, number>): Denials {
  return new Map([[region, new Map(Object.entries(times))]]);
}

describe('summaryOf', () => {
  test('adds up the calls of all roles and regions', () => {
    expect(summaryOf([
      { ...nothing, checked: { 'Notify': 3, 'events.amazonaws.com': 2 } },
      { ...nothing, checked: { Notify: 1 }, unused: { Notify: ['dynamodb:Scan on orders'] } },
    ])).toBe('6 calls of 3 roles and services were checked, none was denied');
  });

  test('throws if a call was denied, and says which', () => {
    const denied = [{ who: 'Notify', message: 'Notify may not dynamodb:Scan', times: 2 }];
    expect(() => summaryOf([nothing, { ...nothing, denied }])).toThrow('denied: Notify may not dynamodb:Scan (2 times)');
  });
});

describe('without', () => {
  const denial = (message: string, times: number) => ({ who: 'GetOrder', message, times });

  test('leaves out what was expected, as often as it was', () => {
    const report = { ...nothing, region: 'a', denied: [denial('read', 5), denial('write', 1)] };
    expect(without(report, [denials('a', { read: 2 }), denials('a', { read: 1 })]).denied).toEqual([denial('read', 2), denial('write', 1)]);
    expect(without(report, [denials('a', { read: 5 })]).denied).toEqual([denial('write', 1)]);
  });

  test('leaves out nothing that was expected elsewhere', () => {
    const report = { ...nothing, region: 'a', denied: [denial('read', 5)] };
    expect(without(report, [denials('b', { read: 5 })])).toEqual(report);
  });
});

describe('denialsBetween', () => {
  test('counts what came since, by region and message', () => {
    const now = new Map([...denials('a', { read: 3, write: 1 }), ...denials('b', { read: 1 })]);
    expect(denialsBetween(denials('a', { read: 2, write: 1 }), now)).toEqual(new Map([...denials('a', { read: 1 }), ...denials('b', { read: 1 })]));
    expect(deniedSince(denials('a', { read: 2, write: 1 }), now, ['a'])).toEqual(['read']);
  });
});
