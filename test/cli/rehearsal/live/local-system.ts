import { setMaxListeners } from 'events';
import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { NEMESES } from './nemeses';
import { Route53 } from '../../../../cli/rehearsal/dns/route53';
import { AliasRecord, Endpoint, EndpointCheck, HealthCheck, Zone } from '../../../../cli/rehearsal/dns/zone';
import { Stage } from '../../../../cli/rehearsal/drills/stage';
import { MachineLag } from '../../../../cli/rehearsal/lag/machine-lag';
import { Controls } from '../../../../cli/rehearsal/live/controls';
import { LiveServer } from '../../../../cli/rehearsal/live/live-server';
import { RegionsView } from '../../../../cli/rehearsal/live/regions-view';
import { Sampler } from '../../../../cli/rehearsal/live/sampler';
import { freePorts } from '../../../../cli/rehearsal/machine/free-ports';
import { Processes } from '../../../../cli/rehearsal/machine/processes';
import { send } from '../../../../cli/rehearsal/regions/http-request';
import { ACCOUNT_ID, LocalRegion } from '../../../../cli/rehearsal/regions/local-region';
import { RunningRegion } from '../../../../cli/rehearsal/regions/running-region';
import { Report } from '../../../../cli/rehearsal/report/report';
import { Section } from '../../../../cli/rehearsal/telling/transcript';
import { History } from '../../../../cli/rehearsal/workload/history';
import { Sent } from '../../../../cli/rehearsal/workload/workload';
import { SystemDescription } from '../../../../cli/system/system-description';

const NAME = 'orders.example.com';

/** Stands for a region: a process of its own that answers health checks and customers, and says how it is. */
const REGION = `
const [port, peers] = [Number(process.argv[1]), process.argv[2].split(',').filter(Boolean)];
let [evacuated, cutOffSince] = [[], undefined];
require('http').createServer((request, response) => {
  const answer = (status, body) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  const { url, method } = request;
  if (method === 'PUT') {
    let text = '';
    request.on('data', chunk => { text += chunk; }).on('end', () => {
      if (url === '/evacuated') evacuated = JSON.parse(text);
      if (url === '/partition') cutOffSince = JSON.parse(text) ? Date.now() : undefined;
      answer(200, {});
    });
  } else if (url === '/_local-region/vitals') {
    const lagMs = cutOffSince === undefined ? 0 : Date.now() - cutOffSince;
    answer(200, {
      replication: Object.fromEntries(peers.map(peer => [peer, { queued: Math.floor(lagMs / 300), lagMs }])),
      openWorkflows: 2, endedWorkflows: Math.floor(process.uptime()), takeovers: 0, deadLetters: 0, alarms: lagMs > 0 ? ['orders-replication-latency'] : [],
    });
  } else if (url.startsWith('/evacuation/')) {
    answer(evacuated.includes(url.slice('/evacuation/'.length)) ? 200 : 404, {});
  } else {
    answer(200, {});
  }
}).listen(port, '127.0.0.1');
`;

/** A system of regions that are processes of their own, with customers near each, which a real stand-in for Route 53 leads by real probes. */
export class LocalSystem {
  public static async start(names: readonly string[]): Promise<LocalSystem> {
    const folder = mkdtempSync(join(tmpdir(), 'live-'));
    const processes = new Processes(folder);
    const ports = await freePorts(names.length);
    const locals = await Promise.all(names.map(async (name, i): Promise<LocalRegion> => {
      const launch = async () => processes.start(process.execPath, ['-e', REGION, String(ports[i]), names.filter(peer => peer !== name).join(',')], {
        logFile: join(folder, `${name}.log`),
      });
      return { name, endpoint: `http://127.0.0.1:${ports[i]}`, accountId: ACCOUNT_ID, process: await launch(), launch };
    }));
    return new LocalSystem(locals, processes, folder);
  }

  public readonly history = new History();
  public readonly regions: readonly RunningRegion[];
  public readonly route53: Route53;
  public readonly controls: Controls;
  public readonly view: RegionsView;
  /** The drill that runs. */
  public drill?: string;

  private readonly stop = new AbortController();
  private readonly customers: Promise<void>[];

  private constructor(private readonly locals: readonly LocalRegion[], private readonly processes: Processes, private readonly folder: string) {
    const { signal } = this.stop;
    // as the command does: each request under way listens for the end
    setMaxListeners(200, signal);
    const { history } = this;
    const lag = new MachineLag();
    const names = locals.map(({ name }) => name);
    const startedAt = { performance: performance.now(), wall: Date.now() };
    this.regions = locals.map(local => new RunningRegion({
      local: () => local, system: systemOf(names), entrance: { host: `${local.name}.${NAME}`, basePath: '' }, clock: lag, signal, startedAt,
    }));
    const { regions } = this;
    const addresses = new Map(locals.map(({ name, endpoint }) => [name, endpoint]));
    this.route53 = new Route53({ zone: zoneOf(names), addresses, timeScale: 6, clock: lag, signal });
    this.route53.startProbing();
    const stage: Stage = {
      system: systemOf(names),
      regions,
      route53: this.route53,
      history,
      section: new Section('by hand'),
      replicationLag: 0,
      timeScale: 10,
      lag,
      expectedDenials: [],
      random: () => 0.5,
      runId: 'run',
      signal,
    };
    const drill = () => this.drill;
    this.controls = new Controls({ stage, nemeses: NEMESES, drill });
    this.view = new RegionsView({ regions, history, route53: this.route53, controls: this.controls, drill });
    new Sampler({ regions, history, route53: this.route53, signal }).start();
    this.customers = names.map(async name => this.customer(name).catch(error => { if (!signal.aborted) throw error; }));
  }

  /** Serves the page of this system until the signal is aborted. */
  public async serve(page: { readonly html: string; readonly script?: string }, signal: AbortSignal, port?: number): Promise<LiveServer> {
    return LiveServer.start({
      page: () => page, report: () => this.report(), history: this.history, state: () => this.view.state(), controls: this.controls, port, signal,
    });
  }

  public report(): Report {
    return { ...EMPTY_REPORT, regions: this.regions.map(({ name }) => name) };
  }

  /** The state of a region's process, as Linux has it: `T` if it is stopped. */
  public processState(region: string): string {
    const { pid } = this.locals.find(({ name }) => name === region)!.process;
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.charAt(0);
  }

  public async end(): Promise<void> {
    await this.controls.healAll();
    this.stop.abort();
    await Promise.all(this.customers);
    await this.processes.stopAll();
    rmSync(this.folder, { recursive: true });
  }

  /** Sends four requests a second to wherever the name leads. */
  private async customer(near: string): Promise<void> {
    const { history } = this;
    const { signal } = this.stop;
    const resolver = this.route53.resolverNear(near);
    for (let i = 0; ; i++) {
      await sleep(250, undefined, { signal });
      let region: string;
      try {
        ({ region } = resolver.resolve(NAME));
      } catch {
        continue;
      }
      const sent: { -readonly [K in keyof Sent]: Sent[K] } = {
        operation: { kind: 'place order', action: 'write', key: `${near}-${i}` }, customer: `${near}-customer`, near, region, attempt: 0, at: history.now(),
      };
      history.sent.push(sent);
      void this.request(region).then(type => Object.assign(sent, { outcome: { type }, endedAt: history.now() }));
    }
  }

  private async request(region: string): Promise<'ok' | 'unknown'> {
    const { signal } = this.stop;
    const address = this.locals.find(({ name }) => name === region)!.endpoint;
    try {
      const { status } = await send({ address, host: NAME, method: 'POST', path: '/orders', connectTimeoutMs: 1000, answerTimeoutMs: 1000, signal });
      return status === 200 ? 'ok' : 'unknown';
    } catch {
      return 'unknown';
    }
  }
}

function systemOf(regions: readonly string[]): SystemDescription {
  return {
    name: 'Orders',
    path: 'Orders',
    regions,
    retiringRegions: [],
    importedTables: [],
    importedBuses: [],
    controlTable: 'orders-control',
    apis: [],
    tables: [],
    buses: [],
    workflows: [],
    functions: [],
    deadLetters: [],
    queues: [],
    durations: { environment: {}, schedules: [] },
  };
}

/** As the library lays the names of a system out: each region is probed itself, and asked by all its peers whether it is evacuated. */
function zoneOf(regions: readonly string[]): Zone {
  const endpoints: Endpoint[] = [];
  const records: AliasRecord[] = [];
  const healthChecks = new Map<string, HealthCheck>();
  const probe = (host: string, path: string, inverted: boolean): EndpointCheck => ({ kind: 'endpoint', host, path, interval: 6, failureThreshold: 3, inverted });
  for (const region of regions) {
    const [shared, own] = [{ region, host: NAME }, { region, host: `${region}.${NAME}` }];
    const peers = regions.filter(peer => peer !== region);
    endpoints.push(own, shared);
    records.push(
      { name: own.host, type: 'A', policy: { kind: 'simple' }, target: own, evaluateTargetHealth: true },
      { name: `shared.${own.host}`, type: 'A', policy: { kind: 'simple' }, target: shared, evaluateTargetHealth: true },
      { name: NAME, type: 'A', policy: { kind: 'latency', region }, target: `shared.${own.host}`, evaluateTargetHealth: true, healthCheckId: `healthy-${region}` },
    );
    healthChecks.set(`serves-${region}`, probe(own.host, '/health', false));
    peers.forEach(peer => healthChecks.set(`stays-${region}-by-${peer}`, probe(`${peer}.${NAME}`, `/evacuation/${region}`, true)));
    const children = [`serves-${region}`, ...peers.map(peer => `stays-${region}-by-${peer}`)];
    healthChecks.set(`healthy-${region}`, { kind: 'calculated', children, threshold: children.length, inverted: false });
  }
  return new Zone(endpoints, records, healthChecks);
}

export const EMPTY_REPORT: Report = {
  version: 1,
  app: 'example-app',
  system: 'Orders',
  regions: [],
  startedAt: '2026-01-01T00:00:00.000Z',
  durationMs: 0,
  seed: 1,
  verdict: 'unknown',
  counts: { passed: 0, failed: 0, unknown: 0 },
  drills: [],
  sections: [],
  samples: [],
  operations: [],
  executions: [],
  faults: [],
  moments: [],
  emulation: { types: [], scaled: [] },
};
