import { AskedSystem } from '../operate/asked-system';
import { RegionAccess } from '../operate/region-access';
import { Workload } from '../rehearsal/workload/workload';

/** `unknown`: nobody answered, or the credentials may not look. */
export type Verdict = 'ok' | 'warning' | 'failed' | 'unknown';

/** The finding of a check, in one region or in all of them together. */
export interface Finding {
  readonly region?: string;
  readonly verdict: Verdict;
  /** The fact, in one sentence. */
  readonly says: string;
  /** The remedy. */
  readonly advice?: string;
}

/** The system that is examined in its regions, before or after it is deployed. */
export interface Patient {
  readonly system: AskedSystem;
  /** The ways into all regions, the primary one first. */
  readonly accesses: readonly RegionAccess[];
  /** The time that an answer may take, in seconds. */
  readonly seconds: number;
  /**
   * The actions of customers, by which a check may do what they do once.
   *
   * @default - nothing is done that customers do
   */
  readonly workload?: Workload;
}

/** One thing that the doctor looks at. */
export interface DoctorCheck {
  /** Its name in reports, such as `quotas`; also what `--only` takes. */
  readonly name: string;
  /** The claim that holds when all is well, in one sentence. */
  readonly claim: string;
  readonly when: 'before deployment' | 'after deployment';
  /** Indicates whether it does something, and not only looks: it runs with `--probe` only. */
  readonly isProbe?: boolean;
  /** The source by which AWS behaves as the check counts on. */
  readonly source?: string;
  /**
   * Indicates whether it tries something of AWS that docs/AWS.md has as unverified, in a row that names the check.
   *
   * @default false
   */
  readonly isTrial?: boolean;
  examine(patient: Patient): Promise<readonly Finding[]>;
}
