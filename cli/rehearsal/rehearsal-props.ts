import { DrillRequest } from './drills/drill-names';
import { Run } from './telling/command';
import { Workload } from './workload/workload';

/** The subject of a rehearsal, and its settings. */
export interface RehearsalProps extends Run {
  /** The folder of the app. */
  readonly appFolder: string;
  /** A command that runs the app, or a folder that it was synthesized to; cdk.json says otherwise. */
  readonly app?: string;
  /** Context values, each as `key=value`. */
  readonly context: readonly string[];
  /** Names of the only regions to be rehearsed, separated by commas. */
  readonly regions?: string;
  /** The name of the system, if the app has several. */
  readonly system?: string;
  /** Seconds. */
  readonly replicationLag: number;
  /** By how much what the constructs declare is shorter than on AWS. */
  readonly timeScale: number;
  /** Decides what is random, as far as it can. */
  readonly seed: number;
  /** The Python to make the environment with. */
  readonly python?: string;
  /** The command that repeats the run. */
  readonly command: string;
  /** Indicates whether every step and check is printed. */
  readonly inFull: boolean;
  /** The folder in which a rehearsal may write. */
  readonly scratch: string;
  readonly workload?: Workload;
  readonly drills: readonly DrillRequest[];
  /** The settings for a browser that watches, if one may: a port, or one that is free. */
  readonly ui?: { readonly port?: number };
}
