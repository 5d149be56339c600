import { planOf, relationOf, ReplayPlan, replayName, rulesIn } from '../../../cli/replay/replay-plan';
import { describePlan } from '../../../cli/replay/replay-text';
import { SystemDescription } from '../../../cli/system/system-description';

const RANGE = { from: new Date('2026-03-01T10:00:00Z'), to: new Date('2026-03-01T10:15:00Z') };
const REGIONS = ['ap-southeast-2', 'us-west-2'];
const SYSTEM = {
  name: 'Orders',
  regions: REGIONS,
  buses: [
    {
      name: 'Orders-Bus',
      archive: 'Orders-Bus-Archive',
      subscriptions: [
        { id: 'Index', rule: 'Index', target: 'Orders-Index', everyRegion: true, regions: REGIONS },
        { id: 'Bill', rule: 'Bill', target: 'Orders-Bill', everyRegion: true, regions: ['us-west-2'] },
        { id: 'Mails', rule: 'Mails', target: 'Orders-Mails', everyRegion: false, regions: REGIONS },
      ],
    },
    { name: 'Orders-Other', archive: 'Orders-Other', subscriptions: [] },
  ],
  functions: [{ name: 'Orders-Index' }],
  queues: [{ name: 'Orders-Mails' }],
  workflows: [{ name: 'Orders-Bill' }],
} as unknown as SystemDescription;
const ASKED = { name: 'Orders', regions: REGIONS, controlTable: '', stacks: [], appStacks: [] };
const plan = (asked: { bus?: string; rule?: string[] }, description = SYSTEM): ReplayPlan => planOf({ ...ASKED, description }, RANGE, asked);

describe('planOf', () => {
  test('finds the archive of a bus, and who gets its events', () => {
    const { archive, rules, consumers = [] } = plan({ bus: 'Orders-Bus' });
    expect([archive, rules]).toEqual(['Orders-Bus-Archive', undefined]);
    expect(consumers.map(({ rule, kind, target }) => `${rule}: ${kind} ${target}`)).toEqual(['Index: function Orders-Index', 'Bill: workflow Orders-Bill', 'Mails: queue Orders-Mails']);
  });

  test('takes the only bus if none is named', () => {
    expect(plan({}, { ...SYSTEM, buses: SYSTEM.buses.slice(1) }).bus).toBe('Orders-Other');
  });

  test('limits it to the rules that are named, where they are', () => {
    const limited = plan({ bus: 'Orders-Bus', rule: ['Bill', 'Mails'] });
    expect(limited.consumers?.map(({ rule }) => rule)).toEqual(['Bill', 'Mails']);
    expect(REGIONS.map(region => rulesIn(region, limited))).toEqual([['Mails'], ['Bill', 'Mails']]);
    expect(rulesIn('us-west-2', plan({ bus: 'Orders-Bus' }))).toBeUndefined();
  });

  test('knows the archive of a bus without an assembly, and takes rules as they are', () => {
    const found = planOf(ASKED, RANGE, { bus: 'b'.repeat(60), rule: ['Mails'] });
    expect(found.archive).toMatch(/^b{39}-[0-9a-f]{8}$/);
    expect([found.consumers, rulesIn('us-west-2', found)]).toEqual([undefined, ['Mails']]);
  });

  test.each<[{ bus?: string; rule?: string[] }, string]>([
    [{}, 'Orders has several buses: name one of Orders-Bus, Orders-Other by --bus'],
    [{ bus: 'bus' }, 'bus is not a bus of Orders, whose are Orders-Bus, Orders-Other'],
    [{ bus: 'Orders-Bus', rule: ['Index', 'index'] }, 'index is not a rule of a subscription of Orders-Bus, whose are Index, Bill, Mails'],
  ])('throws if %j', (asked, message) => {
    expect(() => plan(asked)).toThrow(message);
  });

  test('throws if there is no bus, or nobody says which', () => {
    expect(() => plan({}, { ...SYSTEM, buses: [] })).toThrow('Orders has no bus');
    expect(() => planOf(ASKED, RANGE, {})).toThrow('only the assembly of Orders says which buses it has: name it by --assembly, or the bus by --bus');
  });
});

describe('relationOf', () => {
  const minute = (number: number) => new Date(RANGE.from.getTime() + number * 60_000);

  test.each<[number, number, string[] | undefined, string[] | undefined, string]>([
    [0, 15, undefined, undefined, 'same'],
    [0, 15, ['A', 'B'], ['B', 'A'], 'same'],
    [0, 15, undefined, ['A'], 'overlapping'],
    [0, 15, ['A'], undefined, 'overlapping'],
    [0, 15, ['A', 'B'], ['B'], 'overlapping'],
    [0, 15, ['A'], ['B'], 'other'],
    [1, 16, undefined, undefined, 'overlapping'],
    [-5, 1, undefined, undefined, 'overlapping'],
    [5, 6, undefined, undefined, 'overlapping'],
    [15, 20, undefined, undefined, 'other'],
    [-5, 0, undefined, undefined, 'other'],
  ])('from %d to %d minutes, of %j when %j is asked for: %s', (from, to, its, asked, relation) => {
    expect(relationOf({ name: 'running', rules: its, from: minute(from), to: minute(to) }, RANGE, asked)).toBe(relation);
  });
});

test('the name of a replay says when it began, and is one that EventBridge takes', () => {
  expect(replayName(new Date('2026-03-01T11:02:03.456Z'))).toBe('cdk-multi-region-20260301T110203456Z');
});

test('a plan says in which region which consumers get events, and of which regions', () => {
  const found = { value: { found: { arn: '', busArn: '', retentionDays: 7 }, running: [] } };
  const views = [{ region: 'ap-southeast-2', archive: found }, { region: 'us-west-2', archive: { problem: 'does not answer', isSilent: true, isOfCredentials: false } }];
  expect(describePlan(plan({ bus: 'Orders-Bus' }), views)).toBe([
    'Orders-Bus: all archived events from 2026-03-01T10:00:00.000Z to 2026-03-01T10:15:00.000Z; how many those are, EventBridge does not say.',
    'ap-southeast-2: the archive Orders-Bus-Archive',
    '  Index: function Orders-Index, events that were published in any region',
    '  Mails: queue Orders-Mails, events that were published in ap-southeast-2',
    'us-west-2: does not answer',
    'Rules that the assembly does not describe get them as well.',
  ].join('\n'));
  expect(describePlan(plan({ bus: 'Orders-Bus', rule: ['Bill'] }), views.slice(0, 1)).split('\n').slice(1)).toEqual([
    'ap-southeast-2: has none of these rules', 'Other rules than Bill get none.',
  ]);
});
