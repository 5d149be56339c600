import { setTimeout as sleep } from 'timers/promises';
import { isDeepStrictEqual } from 'util';
import { expectEqual } from './account';
import { Item } from './deployed-region';
import { Stage } from './drill';

/** Throws unless two lists of items are equal, and then names those that are not. */
export function expectSameItems(actual: Item[], expected: Item[]): void {
  const keyOf = ({ pk, sk }: Item) => `${pk}/${sk}`;
  const byKey = (items: Item[]) => new Map(items.map(item => [keyOf(item), item]));
  const [left, right] = [byKey(actual), byKey(expected)];
  expectEqual('records that differ', [...new Set([...left.keys(), ...right.keys()])].filter(key => !isDeepStrictEqual(left.get(key), right.get(key))), []);
}

/** Replication and queues are asynchronous: what is not there after this will not come. */
export async function untilQuiet(stage: Stage): Promise<void> {
  await sleep(1000 + 3000 * stage.replicationLag, undefined, { signal: stage.signal });
}
