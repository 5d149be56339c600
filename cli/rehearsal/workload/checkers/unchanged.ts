import { checker } from './checker';
import { differences, TableKey } from './items';
import { Checker, Run } from '../workload';

/**
 * Claims that two looks at all tables saw the same: what was done in between, such as a replay of events that were handled already, has changed nothing. A
 * consumer that is not idempotent is caught by it.
 */
export function unchanged(before: Run['tables'], after: Run['tables'], tables: readonly TableKey[]): Checker {
  return checker('what is handled again changes nothing', ({ regions }) => {
    const details = tables.flatMap(table => regions.flatMap(region => {
      const [first, second] = [before, after].map(look => look[table.name]?.[region]);
      if (!first || !second) return [`${table.name} was not read in ${region} ${first ? 'afterwards' : 'before'}`];
      return differences(table, first, second, ['there before', 'there afterwards']).map(line => `${table.name} in ${region}: ${line}`);
    }));
    const items = tables.reduce((sum, { name }) => sum + regions.reduce((some, region) => some + (after[name]?.[region]?.length ?? 0), 0), 0);
    return { valid: details.length === 0, summary: details.length === 0 ? `${items} items are as before` : `${details.length} differences`, details };
  });
}
