import type {
  ApiDescription, BusDescription, DeadLettersDescription, FunctionDescription, ImportedBusDescription, ImportedTableDescription, QueueDescription,
  SystemIdentity, TableDescription, WorkflowDescription,
} from '../../src/system/description';

export type * from '../../src/system/description';

/** A system as its constructs describe it in the assembly: kinds and literal names, so that nobody guesses them from ids. */
export interface SystemDescription extends Omit<SystemIdentity, 'format'> {
  /** The table that evacuations are written to; none if nothing of the system asks for evacuations. */
  readonly controlTable?: string;
  readonly apis: readonly ApiDescription[];
  /** The application's own tables. */
  readonly tables: readonly TableDescription[];
  /** Tables that the system uses and does not make: they are there in a rehearsal only if another stack of the app makes them. */
  readonly importedTables: readonly ImportedTableDescription[];
  readonly buses: readonly BusDescription[];
  /** Buses that the system uses and does not make: they are there in a rehearsal only if another stack of the app makes them. */
  readonly importedBuses: readonly ImportedBusDescription[];
  readonly workflows: readonly WorkflowDescription[];
  /** All functions, the library's own among them. */
  readonly functions: readonly FunctionDescription[];
  readonly deadLetters: readonly DeadLettersDescription[];
  /** Queues of the application. */
  readonly queues: readonly QueueDescription[];
  /** The durations that are scaled with time; nothing else is. */
  readonly durations: DurationsDescription;
}

export interface DurationsDescription {
  /** Environment variables that hold seconds, by the name of the function. */
  readonly environment: Readonly<Record<string, readonly string[]>>;
  /** Schedules whose rate is scaled, each as `<stack>/<logical id>`, because CloudFormation names them. */
  readonly schedules: readonly string[];
}
