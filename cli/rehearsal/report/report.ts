import { Execution, Fault, Sent, Verdict } from '../workload/workload';

/** All that is known of a rehearsal, as `--json` writes it and the page shows it. Times are milliseconds since its start. */
export interface Report {
  /**
   * The kind of the run, if it was a game day on a system that is deployed.
   *
   * @default - a rehearsal
   */
  readonly kind?: 'game day';
  /** Rises when a reader of an earlier one would not understand it. */
  readonly version: 1;
  readonly app: string;
  readonly system: string;
  /** The primary region first. */
  readonly regions: readonly string[];
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly seed: number;
  /** The command that repeats the run, for people to copy. */
  readonly command?: string;
  readonly verdict: 'passed' | 'failed' | 'unknown';
  readonly counts: { readonly passed: number; readonly failed: number; readonly unknown: number };
  readonly drills: readonly DrillReport[];
  /** The sections outside of the drills. */
  readonly sections: readonly SectionReport[];
  readonly samples: readonly Sample[];
  readonly operations: readonly Sent[];
  readonly executions: readonly Execution[];
  readonly faults: readonly Fault[];
  readonly moments: readonly Moment[];
  readonly emulation: EmulationReport;
}

/** A drill: steady load, faults, recovery, reconciliation. */
export interface DrillReport {
  readonly name: string;
  readonly title: string;
  readonly verdict: 'passed' | 'failed' | 'unknown';
  readonly at: number;
  readonly until: number;
  readonly faults: readonly Fault[];
  /** From the first fault until customers of the regions that it hit were served again; nothing if they always were. */
  readonly recoveryTimeMs?: number;
  /** The age of the oldest acknowledged write that the survivors had not seen when the fault came, and how many there were. */
  readonly recoveryPoint?: { readonly ms: number; readonly writes: number };
  readonly requests: number;
  readonly failed: number;
  /** Workflows that ran in more than one region, and those of them that a fault explains. */
  readonly doubled: number;
  readonly explained: number;
  /** Acknowledged writes that some region does not know in the end. */
  readonly lost: number;
  readonly checks: readonly CheckReport[];
}

export interface SectionReport {
  readonly title: string;
  readonly notes: readonly string[];
  readonly checks: readonly CheckReport[];
}

export interface CheckReport extends Omit<Verdict, 'valid'> {
  readonly claim: string;
  readonly outcome: 'passed' | 'failed' | 'unknown';
}

/** The state of a region at a moment. */
export interface Sample {
  readonly at: number;
  readonly region: string;
  /** Requests that were sent to it since the sample before, and those that failed. */
  readonly requests: number;
  readonly errors: number;
  /** Indicates whether Route 53 leads customers to it. */
  readonly isHealthy: boolean;
  /** Nothing if it did not answer. */
  readonly vitals?: Vitals;
}

/** The vitals that a region reports of itself. */
export interface Vitals {
  /** Rows and events on their way to each peer, and the age of the oldest in milliseconds. */
  readonly replication: Readonly<Record<string, { readonly queued: number; readonly lagMs: number }>>;
  /** Workflows that run. */
  readonly openWorkflows: number;
  /** Workflows that ended, and that it took over from others, since it was started. */
  readonly endedWorkflows: number;
  readonly takeovers: number;
  readonly deadLetters: number;
  /** Names of the alarms that are in ALARM. */
  readonly alarms: readonly string[];
}

/** Something that happened, for the timeline. */
export interface Moment {
  readonly at: number;
  readonly kind: 'fault' | 'recovery' | 'health' | 'step';
  readonly region?: string;
  readonly text: string;
}

/** The differences from AWS. */
export interface EmulationReport {
  /** Types that are emulated in part or only accepted, with what is missing. */
  readonly types: readonly { readonly type: string; readonly verdict: 'emulated' | 'accepted' | 'skipped'; readonly count: number; readonly note: string }[];
  readonly scaled: readonly string[];
}
