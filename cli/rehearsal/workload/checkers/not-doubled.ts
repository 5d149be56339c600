import { checker } from './checker';
import { Checker, Item } from '../workload';

export interface NotDoubledProps {
  /** The name of a table. */
  readonly table: string;
  /** Names the effect that an item stands for, such as the charge of an order; nothing if it stands for none. */
  readonly effectOf: (item: Item) => string | undefined;
}

/** Claims that no two items of a table stand for the same effect: that no order is charged twice, for example. */
export function notDoubled({ table, effectOf }: NotDoubledProps): Checker {
  return checker(`no effect in ${table} is doubled`, ({ tables }) => {
    const replicas = tables[table];
    if (!replicas) throw new Error(`there is no table ${table}, but ${Object.keys(tables).join(', ') || 'none at all'}`);
    const seen = Object.entries(replicas).map(([region, items]) => {
      const times = new Map<string, number>();
      for (const effect of items.map(effectOf)) {
        if (effect !== undefined) times.set(effect, (times.get(effect) ?? 0) + 1);
      }
      return { region, times };
    });
    const details = seen.flatMap(({ region, times }) => [...times].filter(([, count]) => count > 1).map(([effect, count]) => `${effect}: ${count} items in ${region}`));
    const effects = new Set(seen.flatMap(({ times }) => [...times.keys()])).size;
    // an effectOf that finds nothing claims nothing
    if (effects === 0) return { valid: false, isUnknown: true, summary: 'no item stands for an effect' };
    return { valid: details.length === 0, summary: details.length === 0 ? `${effects} effects` : `${details.length} effects are doubled`, details };
  });
}
