import { lagOf, pairsOf } from '../../../cli/status/pairs';
import { askedMetrics } from '../../../cli/status/replication';
import { readSystems } from '../../../cli/system/read-system';
import { testApp } from '../../support/synth';
import { wholeSystem } from '../../support/whole-system';

describe('pairsOf', () => {
  test('takes the latency from who sends, and heartbeats from who receives', () => {
    expect(pairsOf([
      { region: 'a', metrics: { value: { latency: { b: 800 }, eventMinutes: { b: 2 } } }, heartbeats: { value: { a: 1, b: 30 } } },
      { region: 'b', metrics: { value: { latency: {}, eventMinutes: { a: Infinity } } }, heartbeats: { problem: 'denied', isSilent: false, isOfCredentials: false } },
    ])).toEqual([
      { from: 'b', to: 'a', heartbeatSeconds: 30, eventMinutes: 2 },
      { from: 'a', to: 'b', latencyMillis: 800, eventMinutes: Infinity },
    ]);
  });
});

describe('lagOf', () => {
  test.each([
    [{}, undefined],
    [{ latencyMillis: 800 }, 0.8],
    [{ heartbeatSeconds: 59 }, 0],
    [{ heartbeatSeconds: 90, latencyMillis: 800 }, 30],
    [{ eventMinutes: 4 }, 0],
    [{ eventMinutes: 9, heartbeatSeconds: 90 }, 300],
    [{ eventMinutes: Infinity }, Infinity],
  ])('of %j is %j seconds', (known, lag) => {
    expect(lagOf({ from: 'a', to: 'b', ...known })).toBe(lag);
  });
});

describe('askedMetrics', () => {
  test('are of each table and each bus, for each peer', () => {
    const app = testApp();
    wholeSystem(3, {}, app);
    const [description] = readSystems(app.synth().directory);
    const words = (retiringRegions: string[]) => askedMetrics({ ...description, retiringRegions }, 'us-west-2').map(({ kind, peer, query: { MetricStat } }) => (
      [kind, peer, ...MetricStat!.Metric!.Dimensions!.map(({ Value }) => Value)].join(' ')));
    const latency = ['ap-southeast-2', 'eu-west-1'].map(peer => [`latency ${peer} Shop-Table ${peer}`, `latency ${peer} Shop-Workflow-Ledger-Table ${peer}`]);
    expect(words([])).toEqual(['ap-southeast-2', 'eu-west-1'].flatMap((peer, i) => [...latency[i], `eventMinutes ${peer} Shop-Bus heartbeats-from-${peer}`]));
    expect(words(['us-west-2'])).toEqual(latency.flat());
    expect(askedMetrics({ ...description, tables: description.tables.map(table => ({ ...table, isStrong: true })), workflows: [], buses: [] }, 'us-west-2')).toEqual([]);
  });
});
