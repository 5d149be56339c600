import { PermissionReport, summaryOf } from '../../../example-app/rehearsal/permissions';

const nothing: PermissionReport = { checked: {}, denied: [], unused: {} };

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
