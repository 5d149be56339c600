/** The status of an event in one region. */
export type EntryStatus = 'WITNESSED' | 'STARTED' | 'RESOLVED' | FinalStatus;

/** The status of an execution that has ended, in Step Functions' words. */
export type FinalStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

const FINAL: readonly string[] = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] satisfies FinalStatus[];

/** Returns whether an execution or an entry with this status has ended. */
export function isFinal(status: string): status is FinalStatus {
  return FINAL.includes(status);
}

/** One region's entry for an event, without the event itself. Only that region ever writes it. */
export interface LedgerEntry {
  /** The name of the event's execution, made of its idempotency key. */
  readonly name: string;
  readonly region: string;
  readonly status: EntryStatus;
  /** The region where the event was published. */
  readonly origin: string;
  /** Publish time: the earlier of the event's time and the queue's. */
  readonly publishedAt: number;
  /** The time at which the region claimed the execution. */
  readonly startedAt?: number;
  /** The cycle of turns in which it did, if it took over. */
  readonly cycle?: number;
  /** The time at which the sweeper looks at it again; none once nothing is left to do in this region. */
  readonly dueAt?: number;
  /** Set by an operator, together with a `dueAt` of 0: take over now, whoever else holds it, and even if it has failed there. */
  readonly forced?: boolean;
  /** Set by an operator, likewise: never take over. What this region has started goes on. */
  readonly forbidden?: boolean;
}

/** An entry in which something may be left to do. A RESOLVED one is open only while it is forced: what failed elsewhere may be run here by an operator's order. */
export interface OpenEntry extends LedgerEntry {
  readonly status: 'WITNESSED' | 'STARTED' | 'RESOLVED';
  readonly dueAt: number;
}

export function isOpen(entry: LedgerEntry): entry is OpenEntry {
  const { status, forced, dueAt } = entry;
  return status === 'WITNESSED' || status === 'STARTED' || (status === 'RESOLVED' && forced === true && dueAt !== undefined);
}

/** The input with which an execution is started. */
export interface ExecutionInput {
  /** The event. */
  readonly input: string;
  /** The trace that the event came by, which the execution continues. */
  readonly traceHeader?: string;
}

/** An entry as it is first written: with the event, since the region may have to start the execution without any help. */
export interface NewEntry extends LedgerEntry, ExecutionInput {
  readonly status: OpenEntry['status'];
}

/** A change of an entry: a later look, a claim, another try to start what is claimed, a claim given back, or the end. */
export type EntryChange =
  | { readonly kind: 'WAIT' | 'TRY_AGAIN'; readonly dueAt: number }
  | { readonly kind: 'CLAIM'; readonly startedAt: number; readonly cycle: number; readonly dueAt: number }
  | { readonly kind: 'WITHDRAW'; readonly dueAt: number }
  | { readonly kind: 'RESOLVE'; readonly keepsEvent: boolean }
  | { readonly kind: 'END'; readonly status: FinalStatus; readonly endedAt: number };

/** The attributes that a change sets and removes. */
interface Effect {
  readonly set: Partial<LedgerEntry> & { readonly endedAt?: number };
  readonly remove: readonly string[];
}

/**
 * Returns what a change does to an entry. One that is closed needs neither the event nor a place in the index any more. One that is resolved by another region's failure keeps the event, and the name of
 * its place in the index: as soon as an operator sets `dueAt`, the sweeper finds it again.
 */
export function effectOf(change: EntryChange): Effect {
  const settled = ['dueAt', 'forced', 'forbidden'];
  const closed = [...settled, 'openIn', 'input', 'traceHeader'];
  switch (change.kind) {
    case 'WAIT':
    case 'TRY_AGAIN': return { set: { dueAt: change.dueAt }, remove: [] };
    case 'CLAIM': return { set: { status: 'STARTED', startedAt: change.startedAt, cycle: change.cycle, dueAt: change.dueAt }, remove: [] };
    case 'WITHDRAW': return { set: { status: 'WITNESSED', dueAt: change.dueAt }, remove: ['startedAt', 'cycle'] };
    case 'RESOLVE': return { set: { status: 'RESOLVED' }, remove: change.keepsEvent ? settled : closed };
    case 'END': return { set: { status: change.status, endedAt: change.endedAt }, remove: closed };
  }
}

/** The heartbeat that a region's sweeper writes each time it runs, to say that the region is alive. */
export interface Heartbeat {
  readonly region: string;
  readonly beatAt: number;
  /** Since when its sweeper runs without a gap. */
  readonly upSince: number;
}
