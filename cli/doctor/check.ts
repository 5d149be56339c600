import { AskedSystem } from '../operate/asked-system';
import { RegionAccess } from '../operate/region-access';

/** `unknown`: nobody answered, or the credentials may not look. */
export type Verdict = 'ok' | 'warning' | 'failed' | 'unknown';

/** What a check has found, in one region or in all of them together. */
export interface Finding {
  readonly region?: string;
  readonly verdict: Verdict;
  /** What is so, in one sentence. */
  readonly says: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** What is examined: a system in its regions, before or after it is deployed. */
export interface Patient {
  readonly system: AskedSystem;
  /** The ways into all regions, the primary one first. */
  readonly accesses: readonly RegionAccess[];
  /** How long an answer may take, in seconds. */
  readonly seconds: number;
  /** A module with a workload, for probes that behave as customers do. */
  readonly workload?: string;
}

/** One thing that the doctor looks at. */
export interface DoctorCheck {
  /** Its name in reports, such as `quotas`; also what `--only` takes. */
  readonly name: string;
  /** What it says when all is well, in one sentence. */
  readonly claim: string;
  readonly when: 'before deployment' | 'after deployment';
  /** Whether it does something, and not only look: it runs with `--probe` only. */
  readonly isProbe?: boolean;
  /** What says that AWS behaves as the check counts on. */
  readonly source?: string;
  examine(patient: Patient): Promise<readonly Finding[]>;
}
