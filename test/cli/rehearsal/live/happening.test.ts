import { CustomersState, LiveState, RegionState } from '../../../../cli/rehearsal/live/live-state';
import { happeningOf, spanOf, spokenOf } from '../../../../cli/rehearsal/live/panel/happening';

const [A, B] = ['ap-southeast-2', 'us-west-2'];
const AT = 100_000;

function region(name: string, overrides: Partial<Omit<RegionState, 'customers'>> & { readonly customers?: Partial<CustomersState> } = {}): RegionState {
  return {
    name,
    host: `${name}.example.com`,
    isHealthy: true,
    isFrozen: false,
    isEvacuated: false,
    isPartitioned: false,
    faults: [],
    requestsPerSecond: 2,
    errorsPerSecond: 0,
    controls: [],
    ...overrides,
    customers: { ledTo: name, servedBy: { region: name, since: 0 }, failed: 0, sendTo: {}, ...overrides.customers },
  };
}

const state = (...regions: RegionState[]): LiveState => ({ at: AT, regions, nemeses: [] });
const frozen = { faults: [{ nemesis: 'freeze', since: AT - 12_000 }], isFrozen: true };

describe('happeningOf', () => {
  test.each([
    ['both serve', state(region(A), region(B)), 'Both regions serve at the same time, each the customers near it; what one writes, the others soon have.'],
    ['ten serve', state(...Array.from({ length: 10 }, (_, i) => region(`r${i}`))), /^All 10 regions serve/],
    ['one serves', state(region(A)), 'The only region serves all customers: there is no other.'],
    ['nobody has sent anything', state(region(A, { customers: { servedBy: undefined } }), region(B, { customers: { servedBy: undefined } })), /Nobody has sent a request yet/],
    ['one is frozen, and its customers still go there', state(region(A, { ...frozen, customers: { failed: 1 } }), region(B)),
      `${A} has been frozen for 12 s: 1 request failed, and its customers are led to it.`],
    ['one is frozen, and Route 53 leads elsewhere', state(region(A, { ...frozen, customers: { failed: 3, ledTo: B } }), region(B)),
      `${A} has been frozen for 12 s: 3 requests failed, and Route 53 leads its customers to ${B} as soon as their cached answers expire.`],
    ['one is frozen, and its customers are elsewhere', state(region(A, { ...frozen, customers: { failed: 3, ledTo: B, servedBy: { region: B, since: AT - 4000 } } }), region(B)),
      `${A} has been frozen for 12 s: 3 requests failed, and its customers have been served by ${B} for 4 s.`],
    ['one is back, and its customers are not', state(region(A, { customers: { servedBy: { region: B, since: 0 } } }), region(B)),
      `${A} is healthy again: its customers come back from ${B} as their cached answers expire.`],
    ['one is cut off', state(region(A, {
      faults: [{ nemesis: 'partition', since: AT - 1000 }],
      isPartitioned: true,
      vitals: { replication: { [B]: { queued: 14, lagMs: 1000 } }, openWorkflows: 0, endedWorkflows: 0, takeovers: 0, deadLetters: 0, alarms: [] },
    }), region(B)), `${A} has been cut off for 1 s: no request failed, and it serves its customers while 14 rows and events wait for its peers.`],
    ['one is unhealthy by itself', state(region(A, { isHealthy: false, customers: { servedBy: { region: B, since: AT - 65_000 } } }), region(B)),
      `${A} is unhealthy: its customers have been served by ${B} for 1 min 5 s.`],
  ])('says when %s', (_, now, sentence) => {
    const said = happeningOf(now);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(sentence);
    if (typeof sentence === 'string') expect(said[0]).toBe(sentence);
  });

  test('counts on between two states, and names the drill that runs', () => {
    expect(happeningOf({ ...state(region(A, frozen), region(B)), drill: 'freeze' }, AT + 3000)).toEqual([
      'The drill freeze runs.', expect.stringMatching('frozen for 15 s'),
    ]);
  });

  test('says all of several faults', () => {
    const faults = [{ nemesis: 'lag', since: AT - 2000 }, { nemesis: 'evacuate', since: AT }];
    expect(happeningOf(state(region(A, { faults }), region(B)))[0]).toMatch('lagging for 2 s and evacuated for 0 s');
  });
});

test('spokenOf says nothing new while only numbers change', () => {
  const at = (since: number, failed: number) => spokenOf({
    ...state(region(A, { faults: [{ nemesis: 'freeze', since }], customers: { failed, servedBy: { region: B, since } } }), region(B)),
  });
  expect(at(AT - 12_000, 3)).toBe(at(AT - 80_000, 9));
  expect(at(AT, 3)).toMatch(`frozen: requests failed, and its customers have been served by ${B}.`);
});

test.each([[-5, '0 s'], [999, '0 s'], [59_999, '59 s'], [60_000, '1 min 0 s']])('spanOf tells %d ms as %s', (ms, text) => {
  expect(spanOf(ms)).toBe(text);
});
