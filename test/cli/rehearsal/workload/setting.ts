import { setTimeout as sleep } from 'timers/promises';
import { HOST, RegionServer, startRegion, stopRegions, things } from './region-servers';
import { Resolver } from '../../../../cli/rehearsal/dns/resolver';
import { History } from '../../../../cli/rehearsal/workload/history';
import { Load, LoadProps } from '../../../../cli/rehearsal/workload/load';

/** Two regions, and customers near them. */
export interface Setting {
  readonly a: RegionServer;
  readonly b: RegionServer;
  /** Where the name leads to from near each region, without any cache. */
  readonly leadsTo: Record<string, string | undefined>;
  /** Interrupts everything. */
  readonly ending: AbortController;
  loadOf(changes?: Partial<LoadProps>): { load: Load; history: History };
}

const loads: Load[] = [];
let ending: AbortController;

/** Starts two regions. */
export async function startSetting(): Promise<Setting> {
  const [a, b] = [await startRegion('a'), await startRegion('b')];
  const leadsTo: Setting['leadsTo'] = { a: 'a', b: 'b' };
  ending = new AbortController();
  const resolverNear = (near: string) => new Resolver(() => (leadsTo[near] === undefined ? undefined : { region: leadsTo[near], host: HOST }), 0);
  const loadOf: Setting['loadOf'] = (changes = {}) => {
    const history = new History();
    const names = { sharedName: HOST, resolverNear };
    const load = new Load({ workload: things(), regions: [a, b], names, history, seed: 1, signal: ending.signal, prefix: 'run', ...changes });
    loads.push(load);
    return { load, history };
  };
  return { a, b, leadsTo, ending, loadOf };
}

/** Stops all customers and regions. */
export async function stopSetting(): Promise<void> {
  ending.abort();
  await Promise.all(loads.splice(0).map(async load => load.stop()));
  await stopRegions();
}

/** Waits for something, for long. */
export async function eventually(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !condition(); i++) await sleep(10);
  expect(condition()).toBe(true);
}
