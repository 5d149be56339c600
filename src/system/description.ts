/** The prefix of the type of each entry in the metadata of a cloud assembly; the kind of what is described follows. */
export const DESCRIPTION_PREFIX = 'cdk-multi-region:';

/** The format of the descriptions. Raise it when a field changes its meaning or goes; a new field needs nothing. */
export const DESCRIPTION_FORMAT = 1;

/** The descriptions, by kind. */
export interface Descriptions {
  readonly 'system': SystemIdentity;
  readonly 'evacuation-switch': EvacuationSwitchDescription;
  readonly 'api': ApiDescription;
  readonly 'table': TableDescription;
  readonly 'imported-table': ImportedTableDescription;
  readonly 'bus': BusDescription;
  readonly 'imported-bus': ImportedBusDescription;
  readonly 'workflow': WorkflowDescription;
  readonly 'function': FunctionDescription;
  readonly 'dead-letters': DeadLettersDescription;
  readonly 'queue': QueueDescription;
  readonly 'scaled-environment': ScaledEnvironment;
  readonly 'scaled-schedule': ScaledSchedule;
}

/** The attributes that all descriptions have. */
export interface Described {
  /** The path of the construct, for people. */
  readonly path: string;
}

export interface SystemIdentity extends Described {
  /** See `DESCRIPTION_FORMAT`. */
  readonly format: number;
  /** The prefix of the names of its stacks: the system's name, behind that of its stage if it has one. */
  readonly name: string;
  /** All regions, the primary one first. */
  readonly regions: readonly string[];
  /** Those of them that are about to leave, which get no clients and no events of their peers. */
  readonly retiringRegions: readonly string[];
}

export interface EvacuationSwitchDescription extends Described {
  readonly controlTable: string;
}

export interface ApiDescription extends Described {
  /** The routes of the application: neither those of health checks, nor answers to preflight requests. */
  readonly routes: readonly RouteDescription[];
  /** The name that all regions share, if it has a domain whose records the system makes. */
  readonly sharedName?: string;
  /** The name of each region's own, by region. Without a domain there is none, and requests go to the default endpoint. */
  readonly regionalNames: Readonly<Record<string, string>>;
  /** The name of the REST API, by which it is found where it has no domain. */
  readonly apiName: string;
  readonly stageName: string;
  /** The path of the health check, and the function behind it. */
  readonly healthPath: string;
  readonly healthFunction: string;
  /** The path that answers whether a region is evacuated, with `{region}` in it, if health checks ask for that. */
  readonly evacuationPath?: string;
}

export interface RouteDescription {
  readonly method: string;
  readonly path: string;
  /** The name of the function that answers. */
  readonly function: string;
  readonly authorization: AuthorizationKind;
  /** The scopes of which a token must have one. */
  readonly scopes: readonly string[];
}

export type AuthorizationKind = 'NONE' | 'IAM' | 'JWT' | 'COGNITO' | 'CUSTOM';

export interface TableDescription extends Described {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** Indicates whether a read sees every earlier write of any region. */
  readonly isStrong: boolean;
  /** Indicates whether changes to its items are published as events. */
  readonly publishesChanges: boolean;
  /** Indicates whether writes that another region's write replaced are counted. */
  readonly detectsConflicts: boolean;
  /** The name of the queue that keeps the images that lost, if there is one. */
  readonly losingImages?: string;
}

/** A table that the app uses and does not make. */
export interface ImportedTableDescription extends Described {
  readonly name: string;
}

export interface BusDescription extends Described {
  readonly name: string;
  /** Indicates whether its events reach other regions. */
  readonly isReplicated: boolean;
  /** The name of the archive. */
  readonly archive: string;
  readonly subscriptions: readonly SubscriptionDescription[];
}

/** A bus that the app uses and does not make. */
export interface ImportedBusDescription extends Described {
  readonly name: string;
  readonly subscriptions: readonly SubscriptionDescription[];
}

export interface SubscriptionDescription {
  readonly id: string;
  /** The name of the rule. */
  readonly rule: string;
  /** The name of the function, the queue or the workflow that takes the events. Of anything else, its path if it is a construct, or nothing. In the metadata it is always the path. */
  readonly target: string;
  /** Indicates whether a region gets the events of all regions, or only those that were published in it. */
  readonly everyRegion: boolean;
  /** The regions that have the rule. */
  readonly regions: readonly string[];
}

export interface WorkflowDescription extends Described {
  /** The name of the state machine, equal in every region. */
  readonly name: string;
  /** The name of the alias that executions are started by. */
  readonly alias: string;
  /** Indicates whether its executions have neither names nor a history that can be listed. */
  readonly isExpress: boolean;
  readonly ownership: OwnershipKind;
  /** The table in which regions keep what they have seen, started and ended, if peers take over. */
  readonly ledger?: string;
  readonly takeoverAfterSeconds?: number;
  /** The trigger that starts it, unless the application does that itself. */
  readonly trigger?: TriggerDescription;
}

export type OwnershipKind = 'ORIGIN_REGION' | 'PRIMARY_REGION' | 'EVERY_REGION';

export interface TriggerDescription {
  /** The name of the bus. */
  readonly bus: string;
  /** The name of the table whose new items start it as well. */
  readonly table?: string;
  /** The path of the key in an event, by which executions are named. */
  readonly idempotencyKeyPath: string;
  /** The name of the queue of events in each region that takes any, and of its dead-letter queue. */
  readonly queue: string;
  readonly deadLetterQueue: string;
}

export interface FunctionDescription extends Described {
  readonly name: string;
  /** The name of the alias that is invoked. What only a deployment or an operator invokes has none. */
  readonly alias?: string;
  /** Indicates whether it is the library's own. */
  readonly isLibrary: boolean;
}

export interface DeadLettersDescription extends Described {
  /** The name of the queue of each region. */
  readonly queue: string;
  /** The name of the queue that messages are moved to so that they are sent again. */
  readonly redriveQueue: string;
}

export interface QueueDescription extends Described {
  readonly name: string;
  readonly deadLetterQueue: string;
  /** The least time, in seconds, that a message is tried which no consumer can handle, before it is in the dead-letter queue. */
  readonly triedForSeconds: number;
  /** The names of the functions that consume its messages. */
  readonly consumers: readonly string[];
}

/** Environment variables of a function that hold seconds, and may be scaled together. */
export interface ScaledEnvironment extends Described {
  /** The name of the function. */
  readonly function: string;
  readonly variables: readonly string[];
}

/** A schedule of EventBridge Scheduler whose rate may be scaled. CloudFormation names it. */
export interface ScaledSchedule extends Described {
  /** The name of the stack. */
  readonly stack: string;
  readonly logicalId: string;
}

/** The context value by which a rehearsal leaves regions out, which would be too many for one machine. */
export const REHEARSED_REGIONS = 'cdk-multi-region:rehearsedRegions';
