import { DrillRegion } from './drill-region';
import { Stage } from './stage';
import { Item, Run } from '../workload/workload';

/** Returns all that is known of the run until now, for those who judge it. */
export async function collectRun({ system, regions, history }: Stage<DrillRegion>): Promise<Run> {
  const byRegion = async <T>(look: (region: DrillRegion) => Promise<T>): Promise<Record<string, T>> => (
    Object.fromEntries(await Promise.all(regions.map(async region => [region.name, await look(region)] as const)))
  );
  const tables: Record<string, Record<string, Item[]>> = {};
  for (const { name } of system.tables) tables[name] = await byRegion(async region => region.items(name));
  return {
    regions: system.regions,
    history: history.sent,
    faults: history.faults,
    tables,
    executions: Object.values(await byRegion(async region => region.executions())).flat(),
    aws: Object.fromEntries(regions.map(({ name, aws }) => [name, aws])),
    deadLetters: await byRegion(async region => (await region.deadLetters()).map(({ Body = '' }) => Body)),
  };
}
