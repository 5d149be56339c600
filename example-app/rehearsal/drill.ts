import { Account } from './account';
import { DeployedRegion } from './deployed-region';
import { Route53 } from './dns/route53';
import { Step } from './steps';

/** Something that is tried on the running system, and told in the account. */
export interface Drill {
  /** The steps, in order. */
  steps(stage: Stage): Step[];
}

/** What a drill finds. */
export interface Stage {
  /** Primary region first. */
  readonly regions: DeployedRegion[];
  readonly route53: Route53;
  readonly account: Account;
  /** Seconds that data takes from one region to another, at least. */
  readonly replicationLag: number;
  /** By how much takeovers are faster than on AWS. */
  readonly timeScale: number;
  /** Part of all names that this run makes up, so that no two runs share an order. */
  readonly runId: string;
  /** Aborted when the rehearsal is to stop. */
  readonly signal: AbortSignal;
}

/** What a step has to complain about, after it has run: the checks that failed meanwhile among those that it counts. */
export async function failedDuring(count: () => number, run: () => Promise<void>): Promise<string | undefined> {
  const before = count();
  await run();
  const failed = count() - before;
  return failed === 0 ? undefined : `${failed} ${failed === 1 ? 'check' : 'checks'} failed`;
}
