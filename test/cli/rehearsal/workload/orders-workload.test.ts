import { readFileSync } from 'fs';
import * as path from 'path';
import { setTimeout as sleep } from 'timers/promises';
import orders from './orders-workload';
import { RegionServer, startRegion, stopRegions } from './region-servers';
import { run } from './runs';
import { durable } from '../../../../cli/rehearsal/workload/checkers/durable';
import { judge } from '../../../../cli/rehearsal/workload/checkers/judge';
import { finalReads } from '../../../../cli/rehearsal/workload/final-reads';
import { History } from '../../../../cli/rehearsal/workload/history';
import { Load } from '../../../../cli/rehearsal/workload/load';
import { validateWorkload } from '../../../../cli/rehearsal/workload/validate-workload';

const ROOT = path.join(__dirname, '../../../..');
const signal = new AbortController().signal;

jest.setTimeout(30_000);

let a: RegionServer;
let b: RegionServer;
beforeEach(async () => { [a, b] = [await startRegion('a'), await startRegion('b')]; });
afterEach(stopRegions);

async function rehearse(): Promise<{ history: History; load: Load }> {
  const history = new History();
  const load = new Load({ workload: { ...orders, rate: 20 }, regions: [a, b], history, seed: 1, signal, prefix: 'run' });
  load.start();
  await sleep(600);
  await load.stop();
  return { history, load };
}

const durability = async (history: History) => judge(durable((await finalReads(orders, history, [a, b], { signal, deadlineMs: 1500 }))!), run());

describe('the workload of the documentation', () => {
  test('is the one of this test', () => {
    const source = readFileSync(path.join(__dirname, 'orders-workload.ts'), 'utf8').replace('\'../../../../cli/rehearsal/workload\'', '\'cdk-multi-region/rehearsal\'');
    expect(readFileSync(path.join(ROOT, 'docs/WORKLOADS.md'), 'utf8')).toContain(`\`\`\`ts\n${source}\`\`\``);
    expect(source.trim().split('\n').length).toBeLessThanOrEqual(41);
    expect(() => validateWorkload('orders-workload.ts', { default: orders })).not.toThrow();
  });

  test('passes where every region has all orders in the end', async () => {
    const { history, load } = await rehearse();
    expect(load.mistakes).toEqual([]);
    expect(new Set(history.sent.map(({ operation, outcome }) => `${operation.kind}: ${outcome!.type}`))).toEqual(new Set(['place order: ok', 'read order: ok']));
    a.items.forEach((order, id) => b.items.set(id, order));
    b.items.forEach((order, id) => a.items.set(id, order));
    expect(await durability(history)).toMatchObject({ outcome: 'passed' });
  });

  test('fails where one was dropped that was acknowledged', async () => {
    const { history } = await rehearse();
    a.items.forEach((order, id) => b.items.set(id, order));
    b.items.forEach((order, id) => a.items.set(id, order));
    b.items.delete('run-a-0-0');
    expect(await durability(history)).toMatchObject({ outcome: 'failed', details: ['place order run-a-0-0, acknowledged by a: b 404'] });
  });

  test('its checkers hold of orders that were charged once and shipped, and of no others', async () => {
    const tablesOf = (charges: object[], status: string) => ({
      'Orders-Payments': { a: charges, b: charges } as never, 'Orders-Orders': { a: [{ orderId: '1', status }] } as never,
    });
    const outcomes = async (...parts: Parameters<typeof tablesOf>) => (
      (await Promise.all(orders.checkers!.map(async one => judge(one, run({ tables: tablesOf(...parts) }))))).map(({ outcome }) => outcome)
    );
    const charge = { type: 'charge', orderId: '1' };
    expect(await outcomes([charge], 'SHIPPED')).toEqual(['passed', 'passed']);
    expect(await outcomes([charge, { ...charge, id: 2 }], 'PLACED')).toEqual(['failed', 'failed']);
  });
});
