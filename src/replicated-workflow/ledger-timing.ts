/** The times that the protocol is made of, equal in every region of a workflow. In milliseconds, like all times of the ledger. */
export interface LedgerTiming {
  /** The time between two runs of a region's sweeper, each of which sends a heartbeat. */
  readonly heartbeatInterval: number;
  /**
   * The most that passes, while nothing has failed, between a region's decision and the moment its peers see it: the handler's own time, the replication of one item, and the difference of two
   * regions' clocks.
   */
  readonly margin: number;
}

/** The times as they are deployed. Handlers read them from their environment, because a rehearsal makes all of them shorter alike. */
export const LEDGER_TIMING: LedgerTiming = { heartbeatInterval: 60_000, margin: 30_000 };

/** The least `takeoverAfter`: less would leave the origin no time to start an event that was delivered again after a minute. */
export const MIN_TAKEOVER_AFTER = 2 * LEDGER_TIMING.heartbeatInterval;

/** The time for which an entry is remembered after it was last written: as long as Step Functions remembers the name of an execution. */
export const RETENTION = 90 * 24 * 60 * 60_000;

/** Returns the age of its last heartbeat from which on a region is silent: one heartbeat may be late or lost. */
export function silenceAfter({ heartbeatInterval }: LedgerTiming): number {
  return 2 * heartbeatInterval;
}

/**
 * Returns the length of a region's turn. The first one covers two runs of its sweeper, even if one is late. Each further one is twice as long as the one before: however far a sweeper is behind, a turn comes
 * that it does not miss.
 */
export function turnLength({ heartbeatInterval }: LedgerTiming, cycle = 0): number {
  return 3 * heartbeatInterval * 2 ** cycle;
}

/**
 * Returns the time from one region's turn to the next one's. What two regions last heard of a third one that died, its late claim or a heartbeat, may differ by `takeoverAfter` and the silence, or by the length of
 * the turn in which it claimed; by that much, one's turn may come earlier than the other reckons.
 */
export function turnDistance(takeoverAfter: number, timing: LedgerTiming, cycle = 0): number {
  const length = turnLength(timing, cycle);
  return length + Math.max(takeoverAfter + silenceAfter(timing), length + timing.margin);
}

/**
 * Returns the time for which a peer leaves an event in its queue before it looks at it: by then most workflows have ended, and cost it one read. Not
 * so long that it would miss the first turn, nor the moment from which on an evacuated region counts as silent.
 */
export function deferral(takeoverAfter: number, timing: LedgerTiming): number {
  return Math.min(takeoverAfter - timing.margin, silenceAfter(timing) + timing.heartbeatInterval);
}

/**
 * Returns the time after which every region has had its turn to start an event since it was published: what no region has started by then needs an
 * operator.
 */
export function roundLength(regions: number, takeoverAfter: number, timing: LedgerTiming): number {
  return takeoverAfter + (regions - 1) * turnDistance(takeoverAfter, timing) + turnLength(timing);
}
