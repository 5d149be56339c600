import { KnownEntry } from '../../../cli/takeover/ledger-replica';
import { describeNextSweep } from '../../../cli/takeover/next-sweep';
import { ReplicaView, Views } from '../../../cli/takeover/replica-views';
import { describeViews, viewsDocument } from '../../../cli/takeover/views-table';

const [HOME, PEER] = ['us-west-2', 'ap-southeast-2'];
const SILENT = { problem: 'does not answer (no answer in time)', isSilent: true, isOfCredentials: false };
const AT = Date.parse('2026-11-22T10:00:00.123Z');
const STARTED: KnownEntry = { region: HOME, status: 'STARTED', origin: HOME, publishedAt: AT, startedAt: AT + 1000, dueAt: AT + 300_000, keepsEvent: true };
const WITNESSED: KnownEntry = { region: PEER, status: 'WITNESSED', origin: HOME, publishedAt: AT, dueAt: 0, forced: true, keepsEvent: true };
const of = (regions: ReplicaView[]): Views => ({ execution: 'o-1', regions });
const heartbeats = { value: new Map([[PEER, AT]]) };

describe('what regions know', () => {
  test('is a line for each entry while all know the same', () => {
    const entries = { value: [STARTED, WITNESSED] };
    expect(describeViews('Orders-Fulfilment', of([
      { region: HOME, entries, heartbeats, execution: { value: 'RUNNING' } }, { region: PEER, entries, heartbeats, execution: { value: 'NONE' } },
    ]))).toBe([
      'Orders-Fulfilment, execution o-1', '',
      'region          as known in      status     origin     published             started               due                   operator  execution there',
      'us-west-2       all that answer  STARTED    us-west-2  2026-11-22T10:00:00Z  2026-11-22T10:00:01Z  2026-11-22T10:05:00Z  -         RUNNING',
      'ap-southeast-2  all that answer  WITNESSED  us-west-2  2026-11-22T10:00:00Z  -                     now                   forced    -', '',
    ].join('\n'));
  });

  test('is a line for each replica that knows something else', () => {
    const lines = describeViews('W', of([
      { region: HOME, entries: { value: [STARTED] }, heartbeats, execution: { value: 'RUNNING' } },
      { region: PEER, entries: { value: [] }, heartbeats, execution: { value: 'NONE' } },
    ])).split('\n').filter(line => line.startsWith(HOME));
    expect(lines).toEqual([expect.stringMatching(/^us-west-2 +us-west-2 +STARTED .* RUNNING$/), expect.stringMatching(/^us-west-2 +ap-southeast-2 +- /)]);
  });

  test('is of a silent region what the others know, and that it is silent', () => {
    const views = of([
      { region: HOME, entries: SILENT, heartbeats: SILENT, execution: SILENT },
      { region: PEER, entries: { value: [STARTED, WITNESSED] }, heartbeats, execution: { value: 'NONE' } },
    ]);
    const text = describeViews('W', views);
    expect(text).toMatch(/\nus-west-2 +ap-southeast-2 +STARTED .* \? \(does not answer \(no answer in time\)\)\n/);
    expect(text).toMatch(/\n\nus-west-2: does not answer \(no answer in time\)\n$/);
    expect(JSON.parse(JSON.stringify(viewsDocument('W', views)))).toEqual({
      workflow: 'W',
      execution: 'o-1',
      regions: [
        { region: HOME, problems: [SILENT.problem, SILENT.problem, SILENT.problem] },
        { region: PEER, execution: 'NONE', entries: [STARTED, WITNESSED], heartbeats: { [PEER]: AT }, problems: [] },
      ],
    });
  });
});

test.each([
  ['by its last heartbeat', AT + 10_000, 'in the next run of its sweeper, by 2026-11-22T10:01:00Z'],
  ['a minute from now if one heartbeat is late', AT + 90_000, 'in the next run of its sweeper, by 2026-11-22T10:01:30Z'],
  ['nobody knows when if it sends none', AT + 121_000, 'as soon as its sweeper runs again, which has sent no heartbeat since 2026-11-22T10:00:00Z'],
])('the next sweep is told: %s', (_, now, text) => {
  expect(describeNextSweep(AT, now)).toBe(text);
});
