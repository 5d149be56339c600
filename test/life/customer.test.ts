import { setTimeout as sleep } from 'timers/promises';
import { Customer } from './drill/customer';
import { Resolver } from '../../cli/rehearsal/dns/resolver';
import { LoopbackServer } from '../support/loopback-server';

const HOST = 'orders.example.com';

let servers: LoopbackServer[];
/** Where the name leads to, without any cache. */
let leadsTo: string;
let placed: { region: string; orderId: string; host?: string }[];

beforeEach(() => {
  servers = [];
  leadsTo = 'a';
  placed = [];
});
afterEach(async () => Promise.all(servers.map(async server => server.stop())));

/** @param status what a region answers to orders, and nothing at all if it is 0 */
async function region(name: string, status: number, statusOfRead = 200): Promise<{ name: string; address: string }> {
  const server = await new LoopbackServer((asked, body, answer) => {
    if (asked.method === 'POST') placed.push({ region: name, orderId: JSON.parse(body).orderId, host: asked.headers.host });
    if (status !== 0) answer.writeHead(asked.method === 'POST' ? status : statusOfRead).end('{}');
  }).start();
  servers.push(server);
  return { name, address: server.url };
}

async function customer(...regions: Promise<{ name: string; address: string }>[]): Promise<Customer> {
  const resolver = new Resolver(() => ({ region: leadsTo, host: HOST }), 0);
  return new Customer({ near: 'a', host: HOST, resolver, regions: await Promise.all(regions), prefix: 'run', signal: new AbortController().signal });
}

async function eventually(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 350 && !condition(); i++) await sleep(20);
  expect(condition()).toBe(true);
}

describe('Customer', () => {
  test('places orders by the name, and reads them', async () => {
    const somebody = await customer(region('a', 201));
    somebody.start();
    await eventually(() => somebody.sent.some(({ kind }) => kind === 'read') && placed.length >= 2);
    await somebody.stop();
    expect(placed.slice(0, 2)).toEqual([{ region: 'a', orderId: 'run-a-0', host: HOST }, { region: 'a', orderId: 'run-a-1', host: HOST }]);
    expect(somebody.orders.map(({ takenBy }) => takenBy)).toEqual(somebody.orders.map(() => 'a'));
    expect(somebody.sent.filter(({ outcome }) => !outcome?.ok)).toEqual([]);
  });

  test('sends an order again that got no good answer, once the name leads elsewhere', async () => {
    const somebody = await customer(region('a', 503), region('b', 201));
    somebody.start();
    await eventually(() => placed.length >= 2);
    leadsTo = 'b';
    await eventually(() => somebody.orders.length >= 4 && somebody.orders.slice(0, 2).every(({ takenBy }) => takenBy === 'b'));
    await somebody.stop();
    expect(placed.filter(({ orderId }) => orderId === 'run-a-0').map(order => order.region)).toEqual(['a', 'b']);
    expect([...somebody.orders[0].sentTo]).toEqual(['a', 'b']);
    expect(somebody.sent.find(({ orderId }) => orderId === 'run-a-0')!.outcome).toMatchObject({ ok: false, told: '503' });
  });

  test('is not served while an earlier request still hangs elsewhere', async () => {
    const somebody = await customer(region('a', 0), region('b', 201));
    somebody.start();
    await eventually(() => placed.length === 1);
    leadsTo = 'b';
    await eventually(() => somebody.sent.filter(sent => sent.region === 'b' && sent.outcome?.ok).length >= 2);
    expect(somebody.isServedBy(name => name === 'b', 0, 2)).toBe(false);
    await eventually(() => somebody.isServedBy(name => name === 'b', 0, 2));
    await somebody.stop();
    expect(somebody.sent[0].outcome).toMatchObject({ ok: false, told: expect.stringContaining('no answer within 5 s') });
    expect(somebody.orders[0].takenBy).toBe('b');
  }, 15_000);

  test('takes it badly if the region that took an order does not know it', async () => {
    const somebody = await customer(region('a', 201, 404));
    somebody.start();
    await eventually(() => somebody.sent.some(({ kind, outcome }) => kind === 'read' && outcome !== undefined));
    await somebody.stop();
    expect(somebody.sent.find(({ kind }) => kind === 'read')!.outcome).toMatchObject({ ok: false, told: '404' });
  });

  test('gives an order up in the end', async () => {
    const somebody = await customer(region('a', 500));
    somebody.start();
    await eventually(() => placed.length === 1);
    await somebody.stop();
    expect(placed.map(({ orderId }) => orderId)).toEqual(Array(6).fill('run-a-0'));
    expect(somebody.orders[0].takenBy).toBeUndefined();
  });

  test('does not begin if the name leads nowhere', async () => {
    const resolver = new Resolver(() => undefined, 0);
    const somebody = new Customer({ near: 'a', host: HOST, resolver, regions: [], prefix: 'run', signal: new AbortController().signal });
    expect(() => somebody.start()).toThrow(`no answer for ${HOST}`);
  });
});
