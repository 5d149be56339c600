import { MultiRegionSystem } from '../system/multi-region-system';

/**
 * The name of the table that evacuations are written to, as `EvacuationSwitch` gives it. Not asked from there, because that would make the switch, in
 * an app that only holds the pipeline.
 */
export function controlTableName(system: MultiRegionSystem): string {
  return `${system.namePrefix}-Control-Table`;
}
