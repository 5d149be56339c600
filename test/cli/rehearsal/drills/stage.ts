/** A stage for tests of what goes on on it, with regions that only note what is done to them. */
import { DrillTools, LoadLike } from '../../../../cli/rehearsal/drills/drill-tools';
import { Nemesis } from '../../../../cli/rehearsal/drills/nemesis';
import { Stage } from '../../../../cli/rehearsal/drills/stage';
import { MachineLag } from '../../../../cli/rehearsal/lag/machine-lag';
import { RunningRegion } from '../../../../cli/rehearsal/regions/running-region';
import { Transcript } from '../../../../cli/rehearsal/telling/transcript';
import { History } from '../../../../cli/rehearsal/workload/history';
import { SystemDescription } from '../../../../cli/system/system-description';

export const REGIONS = ['ap-southeast-2', 'us-west-2', 'eu-west-1', 'eu-central-1'];

export const SYSTEM = {
  name: 'Orders',
  regions: REGIONS.slice(0, 2),
  controlTable: 'Orders-Control-Table',
  apis: [{
    path: 'Orders/Api',
    routes: [
      { method: 'GET', path: '/orders/{id}', function: 'Orders-GetOrder', authorization: 'NONE' },
      { method: 'GET', path: '/prices', function: 'Orders-Prices', authorization: 'NONE' },
      { method: 'GET', path: '/accounts', function: 'Orders-Accounts', authorization: 'JWT' },
      { method: 'POST', path: '/orders', function: 'Orders-PlaceOrder', authorization: 'NONE' },
    ],
    regionalNames: {},
    apiName: 'Orders-Api',
    stageName: 'prod',
    healthPath: '/health',
    healthFunction: 'Orders-Api-Health',
  }],
  tables: [{ path: 'Orders/Table', name: 'Orders-Table', partitionKey: 'pk', isStrong: false, publishesChanges: false }],
  buses: [{ path: 'Orders/Bus', name: 'Orders-Bus', isReplicated: true, archive: 'Orders-Bus-Archive', subscriptions: [] }],
  workflows: [{ path: 'Orders/Fulfilment', name: 'Orders-Fulfilment', ownership: 'ORIGIN_REGION', ledger: 'Orders-Fulfilment-Ledger' }],
  functions: [{ path: 'Orders/PlaceOrder', name: 'Orders-PlaceOrder', alias: 'live', isLibrary: false }],
  deadLetters: [{ path: 'Orders/DeadLetters', queue: 'Orders-DeadLetters', redriveQueue: 'Orders-DeadLetters-redrive' }],
  queues: [],
  durations: { environment: {}, schedules: [] },
} as unknown as SystemDescription;

/** What a region is asked for in a drill; each may be replaced. */
export function fakeRegion(name: string, more: object = {}): RunningRegion {
  return {
    name,
    isStopped: false,
    items: async () => [],
    executions: async () => [],
    sending: async () => ({ sent: 0, queued: 0 }),
    waitingMessages: async () => 0,
    deadLetters: async () => [],
    redrive: async () => {},
    ...more,
  } as unknown as RunningRegion;
}

/** A machine that is never late, whose limits of time are soon over, and for which pauses take no time. */
function fastLag(): MachineLag {
  return Object.assign(new MachineLag(), { sleep: async () => {}, elapsed: (start: number) => 10 * (performance.now() - start) });
}

/** A stage with two regions, whose Route 53 takes all regions for well. */
export function stageWith(more: Partial<Stage> = {}): Stage {
  const names = (more.system ?? SYSTEM).regions;
  return {
    system: SYSTEM,
    regions: names.map(name => fakeRegion(name)),
    route53: { isHealthy: () => true, failoverMs: 50, ttlMs: 10, turns: [], timeScale: 10 } as unknown as Stage['route53'],
    history: new History(),
    section: new Transcript().section('A drill'),
    replicationLag: 0,
    timeScale: 10,
    lag: fastLag(),
    expectedDenials: [],
    random: () => 0,
    runId: 'run',
    signal: new AbortController().signal,
    ...more,
  };
}

/** Customers who are always served where it is wanted, and note when they begin and end. */
export function fakeLoad(note: (what: string) => void = () => {}, more: Partial<LoadLike> = {}): LoadLike {
  return {
    failed: new AbortController().signal,
    start: () => note('start'),
    stop: async () => note('stop'),
    customersNear: () => [{ isServedBy: () => true }],
    sendTo: async (region, operation, customer) => ({ operation, customer, near: region, region, attempt: 0, at: 0, endedAt: 0, outcome: { type: 'ok' } }),
    ...more,
  };
}

export function fakeTools(more: Partial<DrillTools<string>> = {}): DrillTools<string> {
  return {
    load: fakeLoad(),
    readBack: async () => undefined,
    checkers: () => [],
    timedCheckers: [],
    judge: async ({ name, check }, run) => {
      const { valid, summary, details } = await check(run);
      return { claim: name, outcome: valid ? 'passed' : 'failed', summary, ...details ? { details } : {} };
    },
    measure: () => ({ requests: 1, failed: 0, doubled: 0, explained: 0, lost: 0 }),
    ...more,
  };
}

/** Something that goes wrong in the last region, and notes what is done. */
export function fakeNemesis(note: (what: string) => void, more: Partial<Nemesis> = {}): Nemesis {
  const name = more.name ?? 'fault';
  return {
    name,
    summary: 'something goes wrong',
    leaves: false,
    mayFail: () => false,
    mayDouble: false,
    targets: ({ regions }) => [regions.at(-1)!.name],
    inject: async () => {
      note(`inject ${name}`);
      return async () => note(`heal ${name}`);
    },
    ...more,
  };
}
