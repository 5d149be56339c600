import * as fc from 'fast-check';
import { EMPTY_REPORT } from './local-system';
import { Changes } from '../../../../cli/rehearsal/live/changes';
import { LiveState } from '../../../../cli/rehearsal/live/live-state';
import { ReportCopy } from '../../../../cli/rehearsal/live/panel/report-copy';
import { Report } from '../../../../cli/rehearsal/report/report';
import { History } from '../../../../cli/rehearsal/workload/history';
import { Sent } from '../../../../cli/rehearsal/workload/workload';

const STATE: LiveState = { at: 0, regions: [], nemeses: [] };

/** What is sent over the network is a copy. */
const overTheWire = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Something that changes the history or the report, with a number to choose by. */
const STEPS = {
  send: ({ history }: World, i: number) => history.sent.push(
    { operation: { kind: 'k', action: 'write', key: `k${i}` }, customer: 'c', near: 'a', region: 'a', attempt: 0, at: history.now() }),
  // customers write the outcome into what they have sent; somebody else may put a new one in its place
  end: ({ history }: World, i: number) => {
    const open = openIn(history, i);
    if (open) Object.assign(open, ended(history));
  },
  replace: ({ history }: World, i: number) => {
    const open = openIn(history, i);
    if (open) history.sent[history.sent.indexOf(open)] = { ...open, ...ended(history) };
  },
  sample: ({ history }: World, i: number) => history.samples.push({ at: history.samples.length, region: 'a', requests: i, errors: 0, isHealthy: true }),
  moment: ({ history }: World, i: number) => history.moment('step', `moment ${i}`),
  fault: ({ history }: World, i: number) => history.faults.push({ nemesis: 'freeze', regions: ['a'], at: i, mayFail: true, mayDouble: true }),
  heal: ({ history: { faults } }: World, i: number) => {
    if (faults.length > 0) faults[i % faults.length] = { ...faults[i % faults.length], until: i };
  },
  drill: (world: World, i: number) => { world.report = { ...world.report, verdict: 'failed', counts: { passed: i, failed: 1, unknown: 0 } }; },
};

interface World {
  readonly history: History;
  report: Report;
}

function openIn({ sent }: History, i: number): Sent | undefined {
  const open = sent.filter(({ endedAt }) => endedAt === undefined);
  return open[i % open.length];
}

function ended(history: History): Pick<Sent, 'endedAt' | 'outcome'> {
  return { endedAt: history.now(), outcome: { type: 'ok' } };
}

describe('Changes', () => {
  test('are what a listener needs to have all, whenever it began to listen', () => {
    const names = Object.keys(STEPS) as (keyof typeof STEPS)[];
    const step = fc.record({ what: fc.constantFrom(...names, 'tick' as const, 'join' as const), i: fc.nat(20) });
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const world: World = { history: new History(), report: EMPTY_REPORT };
      const changes = new Changes(world.history, () => world.report);
      const listeners: ReportCopy[] = [];
      const tick = () => {
        const news = overTheWire({ ...changes.news(), state: STATE });
        listeners.forEach(listener => listener.take(news));
      };
      for (const { what, i } of [...steps, { what: 'tick' as const, i: 0 }]) {
        if (what === 'tick' || what === 'join') tick();
        else STEPS[what](world, i);
        if (what === 'join') listeners.push(new ReportCopy(overTheWire({ run: 'r', report: changes.everything(), state: STATE })));
      }
      const everything: Report = { ...overTheWire(changes.everything()), durationMs: 0 };
      listeners.forEach(listener => expect({ ...listener.report, durationMs: 0 }).toEqual(everything));
    }));
  });

  test('has an operation only when it is new, and when it ends', () => {
    const history = new History();
    const changes = new Changes(history, () => EMPTY_REPORT);
    const world: World = { history, report: EMPTY_REPORT };
    for (let i = 0; i < 1000; i++) STEPS.send(world, i);
    expect(changes.news().operations).toHaveLength(1000);
    expect(changes.news().operations).toBeUndefined();
    STEPS.end(world, 7);
    expect(changes.news().operations).toEqual([[7, history.sent[7]]]);
    expect(Object.keys(changes.news())).toEqual(['durationMs']);
  });
});
