import { Stage } from './stage';

/** By how much a region's heartbeat may be late until its peers take the region for lost: it is sent every minute, and one that is two minutes old is too old; see `ledger-timing.ts`. */
const HEARTBEAT_SLACK_MS = 60_000;
/** The number of things that can be late in a heartbeat, one after the other: the schedule, the function, what it reads and writes, replication. */
const LINKS = 4;
/** Seconds that a checker of Route 53 waits for an answer: see `route53.ts`. */
const CHECKER_PATIENCE = 2;
const MOST_LAG_MS = 5000;

/**
 * Returns the lag of this machine from which on regions that are well look lost to their peers, and the number of a workflow's runs proves nothing.
 */
export function bearableMs({ timeScale }: Pick<Stage, 'timeScale'>): number {
  return HEARTBEAT_SLACK_MS / timeScale / LINKS;
}

/** Returns a replication lag, in seconds, that customers can see, and with which a heartbeat still comes in time. */
export function visibleLag(stage: Pick<Stage, 'timeScale'>): number {
  return Math.min(2 * bearableMs(stage), MOST_LAG_MS) / 1000;
}

/** Returns the seconds by which an answer is late that a health check takes for none, although a customer waits for it. */
export function beyondPatience({ timeScale }: Pick<Stage, 'timeScale'>): number {
  return 1.5 * CHECKER_PATIENCE / timeScale + 0.5;
}
