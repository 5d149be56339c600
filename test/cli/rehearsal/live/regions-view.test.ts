import { RegionsView, RegionsViewProps } from '../../../../cli/rehearsal/live/regions-view';
import { Sample, Vitals } from '../../../../cli/rehearsal/report/report';
import { History } from '../../../../cli/rehearsal/workload/history';
import { Sent } from '../../../../cli/rehearsal/workload/workload';

const VITALS: Vitals = { replication: {}, openWorkflows: 1, endedWorkflows: 2, takeovers: 3, deadLetters: 4, alarms: [] };

let history: History;
let regions: { name: string; host: string; frozen?: { since: number; until?: number } }[];
beforeEach(() => {
  history = new History(performance.now() - 100_000);
  regions = ['a', 'b'].map(name => ({ name, host: `${name}.example.com` }));
});

function view(rest: Partial<RegionsViewProps> = {}): RegionsView {
  return new RegionsView({ regions, history, controls: { nemeses: [], statesOf: () => [] }, drill: () => undefined, ...rest });
}

function send(near: string, region: string, type: 'ok' | 'fail' | undefined, agoMs = 0, isReadBack = false): void {
  const at = history.now() - agoMs;
  const sent: Sent = {
    operation: { kind: 'read', action: 'read', key: 'k' }, customer: near, near, region, attempt: 0, at, isReadBack, ...type ? { endedAt: at, outcome: { type } } : {},
  };
  history.sent.push(sent);
}

const sample = (region: string, requests: number, agoMs: number, vitals?: Vitals): Sample => (
  { at: history.now() - agoMs, region, requests, errors: 1, isHealthy: true, ...vitals ? { vitals } : {} }
);

describe('RegionsView', () => {
  test('says where customers send their requests, and who served the last of them that was, since when', () => {
    const watching = view();
    send('a', 'a', 'ok', 2000);
    send('a', 'a', 'ok', 1000);
    let { customers } = watching.state().regions[0];
    expect(customers).toMatchObject({ servedBy: { region: 'a', since: history.sent[0].at }, sendTo: { a: expect.closeTo(2 / 3) } });

    send('a', 'b', 'ok', 600);
    send('a', 'b', 'ok', 500);
    send('a', 'a', 'fail', 400);
    // nobody is served by what the rehearsal itself asks
    send('a', 'a', 'ok', 300, true);
    ({ customers } = watching.state().regions[0]);
    expect(customers).toMatchObject({ servedBy: { region: 'b', since: history.sent[2].at }, sendTo: { a: expect.closeTo(1), b: expect.closeTo(2 / 3) } });
    expect(watching.state().regions[1].customers).toEqual({ failed: 0, sendTo: {} });
  });

  test('counts the requests that failed since the first of the faults that are there', () => {
    const watching = view();
    send('a', 'a', 'fail', 9000);
    history.faults.push({ nemesis: 'lag', regions: ['a'], at: history.now() - 50_000, until: history.now() - 9500, mayFail: false, mayDouble: false });
    history.faults.push({ nemesis: 'partition', regions: ['a', 'b'], at: history.now() - 5000, mayFail: false, mayDouble: true });
    history.faults.push({ nemesis: 'evacuate', regions: ['a'], at: history.now() - 1000, mayFail: false, mayDouble: false });
    send('a', 'a', 'fail', 4000);
    send('a', 'b', 'fail', 500);
    send('b', 'b', 'fail', 500);
    send('a', 'a', undefined, 500);
    const [a, b] = watching.state().regions;
    expect(a).toMatchObject({ isPartitioned: true, isEvacuated: true, isFrozen: false, customers: { failed: 2 } });
    expect(a.faults.map(({ nemesis }) => nemesis)).toEqual(['partition', 'evacuate']);
    expect(b).toMatchObject({ isPartitioned: true, isEvacuated: false, customers: { failed: 1 } });
  });

  test('tells a region as frozen, whoever froze it, until it is thawed', () => {
    regions[0].frozen = { since: performance.now() - 7000 };
    const [frozen] = view().state().regions;
    expect(frozen).toMatchObject({ isFrozen: true, faults: [{ nemesis: 'freeze' }] });
    expect(history.now() - frozen.faults[0].since).toBeCloseTo(7000, -2);
    regions[0].frozen = { ...regions[0].frozen, until: performance.now() };
    expect(view().state().regions[0]).toMatchObject({ isFrozen: false, faults: [] });
  });

  test('takes rates of the last three seconds, and vitals of the latest sample only', () => {
    history.samples.push(sample('a', 100, 9000, VITALS), sample('a', 4, 600, VITALS), sample('b', 0, 600), sample('a', 5, 100), sample('b', 7, 100, VITALS));
    const [a, b] = view().state().regions;
    expect(a).toMatchObject({ requestsPerSecond: 3, errorsPerSecond: expect.closeTo(2 / 3) });
    expect(a.vitals).toBeUndefined();
    expect(b.vitals).toEqual(VITALS);
  });

  test('has no health to tell and nobody to lead where there is no domain', () => {
    expect(view().state().regions[0]).toMatchObject({ isHealthy: true, customers: { failed: 0 } });
    const route53 = { sharedName: 'example.com', isHealthy: (region: string) => region === 'b', askerNear: () => ({ nearestFirst: [] }), ask: () => ({ region: 'b', host: '' }) };
    const state = view({ route53, drill: () => 'freeze' }).state();
    expect(state).toMatchObject({ drill: 'freeze', regions: [{ isHealthy: false, customers: { ledTo: 'b' } }, { isHealthy: true }] });
  });
});
