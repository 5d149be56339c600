import { checker } from './checker';
import { differences, TableKey } from './items';
import { Checker } from '../workload';

/** Claims that all replicas of each table hold the same items. */
export function converged(tables: readonly TableKey[]): Checker {
  return checker('all replicas are equal', ({ regions: [first, ...others], tables: found }) => {
    const details = tables.flatMap(table => {
      const replicas = found[table.name];
      const unread = [first, ...others].filter(region => !replicas?.[region]);
      if (unread.length > 0) return [`${table.name} was not read in ${unread.join(', ')}`];
      return others.flatMap(region => differences(table, replicas[first], replicas[region], [`in ${first}`, `in ${region}`]).map(line => `${table.name}: ${line}`));
    });
    const items = tables.reduce((sum, { name }) => sum + (found[name]?.[first]?.length ?? 0), 0);
    return {
      valid: details.length === 0,
      summary: details.length === 0 ? `${items} items in ${tables.length} tables, in ${others.length + 1} regions` : `${details.length} differences`,
      details,
    };
  });
}
