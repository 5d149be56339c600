/** The actions of an application's customers while regions are lost, and the claims that must hold afterwards. */
export interface Workload {
  /**
   * Chooses the next operation of a customer; nothing if the customer waits.
   *
   * The same seed gives the same choices, as long as only `context.random` is asked.
   */
  readonly generator: (context: GeneratorContext) => Operation | undefined;

  /**
   * Sends one operation to the region that the application's name led to.
   *
   * What it throws, and what takes longer than the timeout, counts as `unknown` for a write, which may have happened, and as `fail` for a read.
   */
  readonly client: (operation: Operation, context: ClientContext) => Promise<Outcome>;

  /**
   * The operation that reads what an acknowledged write left. When all faults are over, it must be `ok` in every region.
   *
   * @default - whether acknowledged writes are durable is not checked
   */
  readonly readBack?: (write: Operation) => Operation;

  /**
   * Returns whether a workflow is expected to end otherwise than as SUCCEEDED, as one does that must refuse what it was started for.
   *
   * @default - every workflow must succeed
   */
  readonly isExpectedToFail?: (execution: Execution) => boolean;

  /**
   * The checkers of what must hold in the end, besides what always must: see `Checker`.
   *
   * @default - nothing else
   */
  readonly checkers?: readonly Checker[];

  /**
   * Operations that a customer begins in a second.
   *
   * @default 2
   */
  readonly rate?: number;

  /**
   * Customers near each region.
   *
   * @default 1
   */
  readonly customers?: number;

  /**
   * Milliseconds after which a customer gives a request up.
   *
   * @default 5000
   */
  readonly timeoutMs?: number;

  /**
   * An event that its consumer cannot handle, and the operation that fixes that.
   *
   * @default - the drill `poison` is left out
   */
  readonly poison?: Poison;

  /**
   * Called first of all, before the app is synthesized and the regions start, for example to start an issuer of tokens whose address the app must know.
   *
   * @default - nothing
   */
  readonly prepare?: () => Promise<Preparation>;

  /**
   * Called when the regions are up, before the first operation, for example to fill a table.
   *
   * @returns what undoes it, called in the end however that comes
   * @default - nothing
   */
  readonly setUp?: (context: SetUpContext) => Promise<void | (() => Promise<void>)>;
}

/** Something that a customer does. */
export interface Operation {
  /** The name of the kind in the report, for example `place order`. */
  readonly kind: string;
  /**
   * The effect of the operation: a `write` changes something. A write that was not acknowledged is sent again, with the same key and value, once the
   * name leads elsewhere.
   */
  readonly action: 'read' | 'write';
  /** The key that it is about: a write of a key is one thing, however often it is sent. */
  readonly key: string;
  /** The value that the client needs besides. */
  readonly value?: unknown;
}

/** The outcome of an operation. */
export interface Outcome {
  /** `ok`: it happened; `fail`: it did not; `unknown`: nobody can tell. */
  readonly type: 'ok' | 'fail' | 'unknown';
  /** The value that was read. */
  readonly value?: unknown;
  /** The reason, for the report. */
  readonly told?: string;
}

/** The context that a generator may go by. */
export interface GeneratorContext {
  /** The customer, whose name no other has, in no other run either: begin keys with it. */
  readonly customer: string;
  /** The region that the customer is near to. */
  readonly near: string;
  /** The number of operations that the customer has had before. */
  readonly number: number;
  /** Keys of writes that were acknowledged, of all customers, in the order in which they were. */
  readonly acknowledged: readonly string[];
  /** A number from 0 to below 1, by the seed. */
  readonly random: () => number;
}

/** The context that a client may use. */
export interface ClientContext {
  /** Sends a request to the region that the name led to, under that name. Throws if there is no answer in time. */
  readonly request: (method: string, path: string, options?: RequestOptions) => Promise<Response>;
  /** The region that the name led to. */
  readonly region: string;
  /** The number of times that this operation was sent before. */
  readonly attempt: number;
  /** For an operation that goes to AWS and not to the API. */
  readonly aws: AwsAccess;
}

/** The configuration of an AWS SDK client of a region. */
export interface AwsAccess {
  readonly region: string;
  /** The endpoint of all services of a local region; nothing on AWS. */
  readonly endpoint?: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
}

/** The options of a request. */
export interface RequestOptions {
  /** Text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** An answer. */
export interface Response {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** The value of the body as JSON, or its text if it is none. */
  readonly body: unknown;
}

/** An operation of the workload that makes an event which its consumer cannot handle. */
export interface Poison {
  /**
   * Sent to the same region before, to make it so that the event cannot be handled.
   *
   * @default - the operation does by itself
   */
  readonly prepare?: (customer: string) => Operation;
  /** Sent to one region, like any other operation. */
  readonly operation: (customer: string) => Operation;
  /** Sent to the same region to fix what was wrong; after that, a redrive must come to a good end. */
  readonly cure: (customer: string) => Operation;
}

/** The needs of the application in its surroundings. */
export interface Preparation {
  /**
   * Context of the CDK for the synthesis, such as the address of something that was started.
   *
   * @default {}
   */
  readonly context?: Readonly<Record<string, string>>;

  /**
   * Environment variables of the processes that run functions, such as NODE_EXTRA_CA_CERTS for a certificate that nobody else knows. Variables of AWS are not handed on.
   *
   * @default {}
   */
  readonly environment?: Readonly<Record<string, string>>;

  /**
   * Values of secrets of AWS Secrets Manager, by name, equal in every region: they are there before anything is deployed. Others that CloudFormation reads have values that nobody knows.
   *
   * @default {}
   */
  readonly secrets?: Readonly<Record<string, string>>;

  /**
   * Called in the end, however that comes.
   *
   * @default - nothing
   */
  readonly undo?: () => Promise<void>;
}

/** The place of the application on this machine. */
export interface SetUpContext {
  readonly regions: readonly { readonly name: string; readonly address: string; readonly host: string }[];
}

/** Judges a run by what was recorded, and by the final state of all replicas. */
export interface Checker {
  /** The claim, as the report shows it: `nothing is lost`. */
  readonly name: string;
  readonly check: (run: Run) => Verdict | Promise<Verdict>;
}

/** The finding of a checker. */
export interface Verdict {
  readonly valid: boolean;
  /**
   * Indicates whether nothing can be said either way, because there was nothing to judge or it would take too long. Such a verdict is not valid.
   *
   * @default false
   */
  readonly isUnknown?: boolean;
  /** The summary of what was seen, in a few words. */
  readonly summary: string;
  /**
   * The examples that speak against the claim, one a line.
   *
   * @default - nothing
   */
  readonly details?: readonly string[];
}

/** The record of a run. Times are milliseconds since its start. */
export interface Run {
  /** All regions, the primary one first. */
  readonly regions: readonly string[];
  readonly history: readonly Sent[];
  readonly faults: readonly Fault[];
  /** Every item of every table of the application, by table and region. */
  readonly tables: Readonly<Record<string, Readonly<Record<string, readonly Item[]>>>>;
  readonly executions: readonly Execution[];
  /** The bodies of the messages in the dead-letter queues, by region. */
  readonly deadLetters: Readonly<Record<string, readonly string[]>>;
  /** For a checker that asks AWS for more, by region. */
  readonly aws: Readonly<Record<string, AwsAccess>>;
}

/** An item of a table. */
export type Item = Readonly<Record<string, unknown>>;

/** One sending of an operation, as its customer sees it. */
export interface Sent {
  readonly operation: Operation;
  readonly customer: string;
  readonly near: string;
  /** The region that the name led to. */
  readonly region: string;
  /** The number of times that the operation was sent before. */
  readonly attempt: number;
  readonly at: number;
  /** The time at which the outcome was known; nothing while it is under way. */
  readonly endedAt?: number;
  readonly outcome?: Outcome;
  /**
   * Indicates whether no customer sent it, but the rehearsal itself, by the region's own name, to see what a write has left.
   *
   * @default false
   */
  readonly isReadBack?: boolean;
}

/** Something that was done to regions. */
export interface Fault {
  /** The name of the nemesis on the command line. */
  readonly nemesis: string;
  readonly regions: readonly string[];
  readonly at: number;
  /** The time at which it was taken back; nothing if it never was. */
  readonly until?: number;
  /** Indicates whether customers of those regions may see requests fail meanwhile. */
  readonly mayFail: boolean;
  /** Indicates whether a peer may meanwhile run workflows that those regions have in their hands, so that some run in both. */
  readonly mayDouble: boolean;
}

/** A workflow that ran. */
export interface Execution {
  readonly workflow: string;
  readonly region: string;
  /** The idempotency key, for a workflow that the library starts. */
  readonly name: string;
  readonly status: string;
  readonly startedAt: number;
  readonly stoppedAt?: number;
}

/** Gives a workload its type. */
export function defineWorkload(workload: Workload): Workload {
  return workload;
}
