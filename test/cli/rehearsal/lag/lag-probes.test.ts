import { createServer, Server } from 'http';
import { AddressInfo } from 'net';
import { setTimeout as sleep } from 'timers/promises';
import { CHILD_PROBE, regionProbe, TIMER_PROBE, waited } from '../../../../cli/rehearsal/lag/lag-probes';

const { signal } = new AbortController();

describe('TIMER_PROBE', () => {
  test('is late by as long as this process is kept from its timers', async () => {
    const look = TIMER_PROBE.look(signal);
    for (const start = performance.now(); performance.now() - start < 400;);
    const lateness = await look;
    expect(lateness!.lateMs).toBeGreaterThan(250);
    expect(lateness!.lostShare).toBeUndefined();
  });
});

describe('CHILD_PROBE', () => {
  test('tells of a process how long it waited for its turn', async () => {
    const start = performance.now();
    const lateness = await CHILD_PROBE.look(signal);
    expect(lateness!.lateMs).toBeGreaterThanOrEqual(0);
    expect(lateness!.lateMs).toBeLessThan(performance.now() - start);
    expect(lateness!.lostShare).toBeGreaterThanOrEqual(0);
    expect(lateness!.lostShare).toBeLessThan(1);
  });
});

describe('waited', () => {
  test('is nothing for a process that ran all the time but for its start', () => {
    expect(waited(35, 18)).toEqual({ lateMs: 0, lostShare: 0 });
  });

  test('is what a process did not run', () => {
    expect(waited(380, 20)).toEqual({ lateMs: 340, lostShare: 340 / 380 });
  });

  test('is all the time for a process that never came to run', () => {
    expect(waited(30_020, 0)).toEqual({ lateMs: 30_000, lostShare: 30_000 / 30_020 });
  });
});

describe('regionProbe', () => {
  let server: Server;
  let address: string;
  beforeEach(async () => {
    server = createServer((_, answer) => void sleep(100).then(() => answer.end('{}')));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });

  test('is late by as long as an answer takes', async () => {
    const lateness = await regionProbe({ name: 'a', address }).look(signal);
    expect(lateness!.lateMs).toBeGreaterThan(90);
  });

  test('cannot tell of a region that is frozen on purpose', async () => {
    const region: Parameters<typeof regionProbe>[0] = { name: 'a', address };
    const look = regionProbe(region).look(signal);
    Object.assign(region, { frozen: { since: performance.now() } });
    expect(await look).toBeUndefined();
  });

  test('cannot tell of a region that has just gone on', async () => {
    const now = performance.now();
    expect(await regionProbe({ name: 'a', address, frozen: { since: now - 9000, until: now - 100 } }).look(signal)).toBeUndefined();
    expect(await regionProbe({ name: 'a', address, frozen: { since: now - 9000, until: now - 5000 } }).look(signal)).toBeDefined();
  });
});
