/** Environment variables of the deployment gate: set by the construct, read by the handler. */
export const PIPELINE_NAME = 'PIPELINE_NAME';
export const SYSTEM_REGIONS = 'SYSTEM_REGIONS';
/** JSON: the names of the alarms of each region. */
export const ALARM_NAMES = 'ALARM_NAMES';
/** JSON: the role to assume for each region of another account; empty for the own one. */
export const ROLE_ARNS = 'ROLE_ARNS';

/** The variable of an execution that names regions which are lost, separated by commas. */
export const LOST_REGIONS = 'lostRegions';
/** The variable of an execution without which a standby pipeline builds nothing. */
export const USE_STANDBY = 'useStandby';

/** What a stage asks the deployment gate, as JSON in the rule's `UserParameters`. */
export interface GateQuestion {
  /** The stage that asks. */
  readonly stage: string;
  /** The regions that are about to be deployed to. */
  readonly targets: string[];
  /** The execution's `lostRegions`. */
  readonly lost: string;
}

/** The stages, actions and artifacts that every pipeline has. */
export const SOURCE = 'Source';
export const BUILD = 'Build';
export const ASSEMBLY = 'Assembly';

/** The environment variable of a deployment's build project that says which region it deploys to. */
export const TARGET_REGION = 'TARGET_REGION';
