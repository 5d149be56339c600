/** Environment variables of the evacuation handler: set by the construct, read by the handler. */
export const CONTROL_TABLE_NAME = 'CONTROL_TABLE_NAME';
export const REGIONS = 'REGIONS';

/** The ids of the switch in its system, and of the control table in it. */
export const SWITCH_ID = 'Control';
export const CONTROL_TABLE_ID = 'Table';

/** Returns the name of the control table of a system, whether its switch was made or not. */
export function controlTableName(namePrefix: string): string {
  return [namePrefix, SWITCH_ID, CONTROL_TABLE_ID].join('-');
}

/** The path that answers whether a region is evacuated. */
export const EVACUATION_PATH = '/evacuation';

/** The metric that a region publishes whenever it answers that another is evacuated, with these dimensions. */
export const EVACUATED = 'Evacuated';
export const CONTROL_TABLE_DIMENSION = 'ControlTableName';
export const EVACUATED_REGION_DIMENSION = 'EvacuatedRegion';

/** Returns the key of the item that marks a region as evacuated. */
export function evacuationKey(region: string): string {
  return `evacuation#${region}`;
}

/**
 * The item that marks a region as evacuated. Who wrote it, when and why is for people who look at the table: the switch works without it, and no answer and no log contains it.
 */
export interface Evacuation {
  readonly pk: string;
  /** The person who evacuated the region. */
  readonly by?: string;
  /** The time of the evacuation, in ISO 8601. */
  readonly at?: string;
  /** The reason for the evacuation. */
  readonly reason?: string;
}
