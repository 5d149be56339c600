import { REGIONS } from './stage';
import { expectDenials } from '../../../../cli/rehearsal/drills/expected-denials';
import { Denials } from '../../../../cli/rehearsal/regions/permissions';

describe('expectDenials', () => {
  const denied = (times: Record<string, number>): Denials => new Map([[REGIONS[0], new Map(Object.entries(times))]]);
  const region = (now: Denials) => ({ name: REGIONS[0], denials: async () => now });

  test('throws if a message lacks a part of what it is to be about', async () => {
    const stage = { expectedDenials: [] as Denials[] };
    await expect(expectDenials(stage, region(denied({ 'Role may not PutItem': 1 })), denied({}), ['Role', 'GetItem'])).rejects.toThrow('PutItem (1 times)');
    expect(await expectDenials(stage, region(denied({ 'Role may not GetItem': 3 })), denied({ 'Role may not GetItem': 1 }), ['Role', 'GetItem'])).toContain('(2 times)');
    expect(stage.expectedDenials).toEqual([denied({ 'Role may not GetItem': 2 })]);
  });
});
