import { AskedSystem } from '../operate/asked-system';
import { RegionAccess } from '../operate/region-access';
import { Workload } from '../rehearsal/workload/workload';

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
  /**
   * What customers do, by which a check may do it once.
   *
   * @default - nothing is done that customers do
   */
  readonly workload?: Workload;
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
  /**
   * Whether it tries something of AWS that docs/AWS.md has as unverified, in a row that names the check.
   *
   * @default false
   */
  readonly isTrial?: boolean;
  examine(patient: Patient): Promise<readonly Finding[]>;
}
