import { createServer, Server } from 'http';
import { AddressInfo } from 'net';
import { setTimeout as sleep } from 'timers/promises';
import { Route53 } from '../../../../cli/rehearsal/dns/route53';
import { AliasRecord, Endpoint, EndpointCheck, HealthCheck, Zone } from '../../../../cli/rehearsal/dns/zone';
import { Clock } from '../../../../cli/rehearsal/lag/clock';

const HOST = 'orders.example.com';

let servers: Server[];
let stop: AbortController;
/** What each region answers to which path; nothing at all if it is 0. */
let statuses: Record<string, number>;
let asked: Set<string>;
/** How long each answer takes. */
let delayMs: number;

beforeEach(() => {
  servers = [];
  stop = new AbortController();
  asked = new Set();
  delayMs = 0;
  statuses = { 'a /health': 200, 'b /health': 200, 'a /evacuation/b': 404, 'b /evacuation/a': 404 };
});
afterEach(async () => {
  stop.abort();
  await Promise.all(servers.map(async server => {
    server.closeAllConnections();
    return new Promise(resolve => server.close(resolve));
  }));
});

async function listen(region: string): Promise<[string, string]> {
  const server = createServer((request, answer) => {
    asked.add(`${request.headers.host}${request.url}`);
    const status = statuses[`${region} ${request.url}`];
    if (!status) return;
    const respond = () => answer.writeHead(status).end();
    if (delayMs === 0) respond();
    else setTimeout(respond, delayMs);
  });
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return [region, `http://127.0.0.1:${(server.address() as AddressInfo).port}`];
}

/** Two regions as the library lays them out, each probed every second by threshold 2; at the scale, every 50 ms. */
async function start(clock?: Clock): Promise<Route53> {
  const endpoints: Endpoint[] = [];
  const records: AliasRecord[] = [];
  const healthChecks = new Map<string, HealthCheck>();
  const probe = (host: string, path: string, inverted: boolean): EndpointCheck => (
    { kind: 'endpoint', host, path, interval: 1, failureThreshold: 2, inverted }
  );
  for (const [region, peer] of [['a', 'b'], ['b', 'a']]) {
    const [shared, own] = [{ region, host: HOST }, { region, host: `${region}.${HOST}` }];
    endpoints.push(shared, own);
    records.push(
      { name: own.host, type: 'A', policy: { kind: 'simple' }, target: own, evaluateTargetHealth: true },
      { name: `shared.${own.host}`, type: 'A', policy: { kind: 'simple' }, target: shared, evaluateTargetHealth: true },
      {
        name: HOST, type: 'A', policy: { kind: 'latency', region }, target: `shared.${own.host}`, evaluateTargetHealth: true, healthCheckId: `healthy-${region}`,
      },
    );
    healthChecks.set(`serves-${region}`, probe(own.host, '/health', false));
    healthChecks.set(`stays-${region}`, probe(`${peer}.${HOST}`, `/evacuation/${region}`, true));
    healthChecks.set(`healthy-${region}`, { kind: 'calculated', children: [`serves-${region}`, `stays-${region}`], threshold: 2, inverted: false });
  }
  const addresses = new Map([await listen('a'), await listen('b')]);
  const route53 = new Route53({ zone: new Zone(endpoints, records, healthChecks), addresses, timeScale: 20, clock, signal: stop.signal });
  route53.startProbing();
  return route53;
}

async function eventually(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 150 && !condition(); i++) await sleep(20);
  expect(condition()).toBe(true);
}

const leads = (route53: Route53, near: string) => route53.ask(HOST, route53.askerNear(near))?.region;
const allHealthy = (route53: Route53) => route53.isHealthy('a') && route53.isHealthy('b');

describe('Route53', () => {
  test('probes each endpoint by its own name, until both regions are healthy', async () => {
    const route53 = await start();
    expect(allHealthy(route53)).toBe(false);
    await eventually(() => allHealthy(route53));
    expect([...asked].sort()).toEqual([
      'a.orders.example.com/evacuation/b', 'a.orders.example.com/health', 'b.orders.example.com/evacuation/a', 'b.orders.example.com/health',
    ]);
    expect([leads(route53, 'a'), leads(route53, 'b')]).toEqual(['a', 'b']);
  });

  test.each([['answers with an error', 503], ['does not answer', 0]])('leads away from a region that %s, and back', async (_, status) => {
    const route53 = await start();
    await eventually(() => allHealthy(route53));
    statuses['a /health'] = status;
    await eventually(() => leads(route53, 'a') === 'b');
    expect(leads(route53, 'b')).toBe('b');
    statuses['a /health'] = 200;
    await eventually(() => leads(route53, 'a') === 'a');
    expect(route53.turns.filter(({ region }) => region === 'a').map(({ healthy }) => healthy)).toEqual([true, false, true]);
  });

  test('leads away from a region that its peer says is evacuated, and back once the peer is down', async () => {
    const route53 = await start();
    await eventually(() => allHealthy(route53));
    statuses['b /evacuation/a'] = 200;
    await eventually(() => leads(route53, 'a') === 'b');
    statuses['b /health'] = statuses['b /evacuation/a'] = 0;
    await eventually(() => leads(route53, 'a') === 'a' && leads(route53, 'b') === 'a');
  });

  test.each<[string, Clock | undefined, boolean]>([
    ['leads away from a region that answers too late', undefined, false],
    ['does not hold against a region the time that this machine was away', { elapsed: since => (performance.now() - since) / 10 }, true],
  ])('%s', async (_, clock, healthy) => {
    // a checker's 2 seconds for an answer are 100 ms at the scale
    delayMs = 300;
    const route53 = await start(clock);
    await sleep(1500);
    expect([route53.isHealthy('a'), route53.isHealthy('b')]).toEqual([healthy, healthy]);
  });

  test('takes a redirection for success, as AWS does', async () => {
    statuses['a /health'] = 301;
    const route53 = await start();
    await eventually(() => allHealthy(route53));
  });

  test('puts a client\'s own region first and the others in the system\'s order', async () => {
    expect((await start()).askerNear('b').nearestFirst).toEqual(['b', 'a']);
  });

  test('knows the failover time, scaled: interval times threshold, and the time to live', async () => {
    const route53 = await start();
    expect([route53.ttlMs, route53.failoverMs]).toEqual([3000, 3100]);
  });
});
