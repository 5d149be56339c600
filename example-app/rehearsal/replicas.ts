import { setTimeout as sleep } from 'timers/promises';
import { isDeepStrictEqual } from 'util';
import { Item } from './deployed-region';
import { Stage } from './drill';
import { Deadline } from '../../cli/rehearsal/lag/deadline';
import { expectEqual } from '../../cli/rehearsal/telling/account';

/** How long events may take to do their work, on a machine that is busy. */
const EVENTS_MS = 60_000;

function keyOf({ pk, sk }: Item): string {
  return `${pk}/${sk}`;
}

/** Throws unless two lists of items are equal, and then names those that are not. */
export function expectSameItems(actual: Item[], expected: Item[]): void {
  const byKey = (items: Item[]) => new Map(items.map(item => [keyOf(item), item]));
  const [left, right] = [byKey(actual), byKey(expected)];
  expectEqual('records that differ', [...new Set([...left.keys(), ...right.keys()])].filter(key => !isDeepStrictEqual(left.get(key), right.get(key))), []);
}

/** What an order leaves in the table by way of events: a message to the customer, and an entry in each region's index. */
function tracesOf(regions: { name: string }[]): string[] {
  return ['notification', ...regions.map(({ name }) => `indexed#${name}`)];
}

/** Waits until all events about some orders have done their work, as every region's replica tells. */
export async function untilEventsArrived({ regions, lag, signal }: Stage, orderIds: string[]): Promise<string> {
  const deadline = new Deadline(EVENTS_MS, lag);
  const traces = tracesOf(regions);
  for (;;) {
    const replicas = await Promise.all(regions.map(async region => region.items()));
    const missing = replicas.flatMap((items, i) => {
      const there = new Set(items.map(keyOf));
      return orderIds.flatMap(id => traces.map(trace => `${id}/${trace}`)).filter(key => !there.has(key)).map(key => `${key} in ${regions[i].name}`);
    });
    if (missing.length === 0) return `${orderIds.length} orders told of and indexed in ${regions.map(({ name }) => name).join(' and ')}`;
    if (deadline.isOver) throw deadline.failure(`${missing.length} records, such as ${missing[0]}, did not come`);
    await sleep(250, undefined, { signal });
  }
}

/** The kinds of records of an order, with the region that wrote each, but for the index entries. */
export function recordsOf(orderId: string, items: Item[]): [string, unknown][] {
  return items.filter(({ pk, sk }) => pk === orderId && !sk.startsWith('indexed#')).map(({ sk, region }) => [sk, region]);
}

/** Replication and queues are asynchronous: what is not there after this will not come. */
export async function untilQuiet(stage: Stage): Promise<void> {
  await stage.lag.sleep(1000 + 3000 * stage.replicationLag, stage.signal);
}
