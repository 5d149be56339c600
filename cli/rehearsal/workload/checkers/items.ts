import { isDeepStrictEqual } from 'util';
import { TableDescription } from '../../../system/system-description';
import { Item } from '../workload';

/** The key of a table. */
export type TableKey = Pick<TableDescription, 'name' | 'partitionKey' | 'sortKey'>;

/** Names an item by its key, for people. */
export function keyOf({ partitionKey, sortKey }: TableKey, item: Item): string {
  const parts = [item[partitionKey], ...sortKey === undefined ? [] : [item[sortKey]]];
  return parts.map(part => (typeof part === 'string' ? part : JSON.stringify(part))).join(' / ');
}

/** Says in what two lists of items differ, one item a line. */
export function differences(key: TableKey, left: readonly Item[], right: readonly Item[], names: readonly [string, string]): string[] {
  // parts may hold what separates them for people
  const idOf = (item: Item) => JSON.stringify([item[key.partitionKey], key.sortKey === undefined ? null : item[key.sortKey]]);
  const byKey = (items: readonly Item[]) => new Map(items.map(item => [idOf(item), item]));
  const [lefts, rights] = [byKey(left), byKey(right)];
  return [...new Set([...lefts.keys(), ...rights.keys()])].flatMap(id => {
    const [a, b] = [lefts.get(id), rights.get(id)];
    if (isDeepStrictEqual(a, b)) return [];
    const told = keyOf(key, (a ?? b)!);
    if (!a || !b) return [`${told} is ${a ? names[0] : names[1]}, not ${a ? names[1] : names[0]}`];
    const attributes = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(name => !isDeepStrictEqual(a[name], b[name]));
    return [`${told} differs in ${attributes.join(', ')} ${names[0]} and ${names[1]}`];
  });
}
