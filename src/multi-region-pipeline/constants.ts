/** Environment variables of the functions that ask regions: set by the constructs, read by the handlers. */
export const PIPELINE_NAME = 'PIPELINE_NAME';
export const SYSTEM_REGIONS = 'SYSTEM_REGIONS';
/** The regions of all systems of the pipeline, which an operator may name. */
export const KNOWN_REGIONS = 'KNOWN_REGIONS';
/** JSON: the names of the alarms of each region. */
export const ALARM_NAMES = 'ALARM_NAMES';
/** JSON: the role to assume for each region of another account; empty for the own one. */
export const ROLE_ARNS = 'ROLE_ARNS';
/** JSON: the stages that deploy the system, in order. */
export const DEPLOYING_STAGES = 'DEPLOYING_STAGES';

/** The variable of an execution that names regions which are lost, separated by commas. */
export const LOST_REGIONS = 'lostRegions';
/** The variable of an execution that names regions which it is to cure, separated by commas. */
export const UNHEALTHY_REGIONS = 'unhealthyRegions';
/** The variable of an execution without which a standby pipeline builds nothing. */
export const USE_STANDBY = 'useStandby';

/** The regions that an operator named when the execution was started: the values of its variables. */
export interface OperatorWord {
  readonly lost: string;
  readonly unhealthy: string;
}

/** The variables of an execution, as the configuration of an action refers to them. */
export const OPERATOR_WORD: OperatorWord = { lost: `#{variables.${LOST_REGIONS}}`, unhealthy: `#{variables.${UNHEALTHY_REGIONS}}` };

/** The question to the deployment gate, as JSON in the action's `UserParameters`. */
export interface GateQuestion extends OperatorWord {
  /** The stage that is about to be entered. */
  readonly stage: string;
  /** The regions that it deploys to. */
  readonly targets: string[];
}

/** The question to the bake, as JSON in the action's `UserParameters`. */
export interface BakeQuestion extends OperatorWord {
  /** The stage that the bake is in. */
  readonly stage: string;
  /** The regions that it has deployed to. */
  readonly targets: string[];
  readonly minutes: number;
  /** Indicates whether the alarms are ones that somebody has named, which must be there. */
  readonly named: boolean;
}

/** The stages, actions and artifacts that every pipeline has. */
export const SOURCE = 'Source';
export const BUILD = 'Build';
export const ASSEMBLY = 'Assembly';

/** Environment variables of a deployment's build project: the region that it deploys to, and the execution's variables. */
export const TARGET_REGION = 'TARGET_REGION';
export const LOST = 'LOST_REGIONS';
export const UNHEALTHY = 'UNHEALTHY_REGIONS';

/** The stage in front of a stage that deploys, in which the gate is asked. */
export const gateStage = (stage: string): string => `${stage}-gate`;
