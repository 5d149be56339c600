import { DeployedRegion } from './deployed-region';
import { Route53 } from '../../cli/rehearsal/dns/route53';
import { MachineLag } from '../../cli/rehearsal/lag/machine-lag';
import { denialsBetween } from '../../cli/rehearsal/regions/denials';
import { Denials } from '../../cli/rehearsal/regions/permissions';
import { Account } from '../../cli/rehearsal/telling/account';
import { Step } from '../../cli/rehearsal/telling/steps';

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
  /** How late this machine is, which limits of time are longer by. */
  readonly lag: MachineLag;
  /** Takes what was denied because a drill took permissions away. */
  readonly expectedDenials: Denials[];
  /** Part of all names that this run makes up, so that no two runs share an order. */
  readonly runId: string;
  /** Aborted when the rehearsal is to stop. */
  readonly signal: AbortSignal;
}

/** By how much a region's heartbeat may be late until its peers take the region for lost: it is sent every minute, and one that is two minutes old is too old; see `ledger-timing.ts`. */
const HEARTBEAT_SLACK_MS = 60_000;
/** How many things that can be late a heartbeat takes, one after the other: the schedule, the function, what it reads and writes, replication. */
const LINKS = 4;

/** How late this machine may be until regions that are well look lost to their peers, and nothing can be told of how often a workflow ran. */
export function bearableMs({ timeScale }: Pick<Stage, 'timeScale'>): number {
  return HEARTBEAT_SLACK_MS / timeScale / LINKS;
}

/** What a step has to complain about, after it has run: the checks that failed meanwhile among those that it counts. */
export async function failedDuring(count: () => number, run: () => Promise<void>): Promise<string | undefined> {
  const before = count();
  await run();
  const failed = count() - before;
  return failed === 0 ? undefined : `${failed} ${failed === 1 ? 'check' : 'checks'} failed`;
}

/**
 * What a region denied while a drill had taken something away: it is not held against the app. Throws if anything else was denied.
 *
 * @param before what had been denied before that
 * @param subject what each denial has to name
 */
export async function expectDenials(stage: Stage, region: DeployedRegion, before: Denials, subject: string[]): Promise<string> {
  const denied = denialsBetween(before, await region.denials());
  const messages = [...denied.get(region.name) ?? []];
  const others = messages.filter(([message]) => !subject.every(part => message.includes(part)));
  if (others.length > 0) throw new Error(others.map(([message, times]) => `${message} (${times} times)`).join('; '));
  if (messages.length === 0) throw new Error('nothing was denied');
  stage.expectedDenials.push(denied);
  return messages.map(([message, times]) => `${message} (${times} times)`).join('; ');
}
