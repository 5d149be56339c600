import { createHash } from 'crypto';
import { BEAT_SECONDS, MARGIN_SECONDS } from './constants';

/** How often a region's sweeper runs, and says by it that the region is alive, in milliseconds like all times here. */
export const BEAT_INTERVAL = 1000 * Number(process.env[BEAT_SECONDS] ?? 60);

/** A region whose last beat is this old is silent: one beat may be late or lost. */
export const SILENCE = 2 * BEAT_INTERVAL;

/**
 * What passes at most, while nothing has failed, between a region's decision and the moment its peers see it: the handler's own time, the
 * replication of one item, and what two regions' clocks differ by.
 */
export const MARGIN = 1000 * Number(process.env[MARGIN_SECONDS] ?? 30);

/** The least `takeoverAfter`: less would leave the origin no time to start an event that was delivered again after a minute. */
export const MIN_TAKEOVER_AFTER = 2 * BEAT_INTERVAL;

/** How long a region's part is remembered after it was last written: as long as Step Functions remembers the name of an execution. */
export const RETENTION = 90 * 24 * 60 * 60_000;

/** What became of an event in one region. */
export type Status = 'WITNESSED' | 'STARTED' | 'RESOLVED' | FinalStatus;

/** How an execution ended, in Step Functions' words. */
export type FinalStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** What a workflow's keeper reads of a region's part in an event. Only that region ever writes it. */
export interface Part {
  /** The name of the event's execution, made of its idempotency key. */
  readonly name: string;
  readonly region: string;
  readonly status: Status;
  /** The region where the event was published. */
  readonly origin: string;
  /** When the event was published, by the clock that tells the least. */
  readonly publishedAt: number;
  /** When the region claimed the execution. */
  readonly startedAt?: number;
  /** When the sweeper looks at it again; none once nothing is left to do in this region. */
  readonly dueAt?: number;
  /** Set by an operator, together with a `dueAt` of 0: take over now, whoever else holds it. */
  readonly forced?: boolean;
  /** Set by an operator, likewise: never take over. What this region has started goes on. */
  readonly forbidden?: boolean;
}

/** A part in which something may be left to do. */
export interface OpenPart extends Part {
  readonly status: 'WITNESSED' | 'STARTED';
  readonly dueAt: number;
}

/** What an execution is started with. */
export interface StartedWith {
  /** The event. */
  readonly input: string;
  /** The trace that the event came by, which the execution continues. */
  readonly traceHeader?: string;
}

/** A part as it is first written: with the event, since the region may have to start the execution without any help. */
export interface NewPart extends OpenPart, StartedWith {}

/** What is written to a part: a later look, a claim, another try to start what is claimed, a claim given back, or the end. */
export type Change =
  | { readonly kind: 'WAIT' | 'TRY_AGAIN'; readonly dueAt: number }
  | { readonly kind: 'CLAIM'; readonly startedAt: number; readonly dueAt: number }
  | { readonly kind: 'WITHDRAW'; readonly dueAt: number }
  | { readonly kind: 'RESOLVE' }
  | { readonly kind: 'END'; readonly status: FinalStatus; readonly endedAt: number };

/** What a change does to a part's attributes. One that is closed needs neither the event nor a place in the index any more. */
export function effectOf(change: Change): { readonly set: Partial<Part> & { readonly endedAt?: number }; readonly remove: readonly string[] } {
  const closed = ['dueAt', 'openIn', 'input', 'traceHeader', 'forced', 'forbidden'];
  switch (change.kind) {
    case 'WAIT':
    case 'TRY_AGAIN': return { set: { dueAt: change.dueAt }, remove: [] };
    case 'CLAIM': return { set: { status: 'STARTED', startedAt: change.startedAt, dueAt: change.dueAt }, remove: [] };
    case 'WITHDRAW': return { set: { status: 'WITNESSED', dueAt: change.dueAt }, remove: ['startedAt'] };
    case 'RESOLVE': return { set: { status: 'RESOLVED' }, remove: closed };
    case 'END': return { set: { status: change.status, endedAt: change.endedAt }, remove: closed };
  }
}

/** What a region says of itself, each time its sweeper runs. */
export interface Beat {
  readonly region: string;
  readonly beatAt: number;
  /** Since when its sweeper runs without a gap. */
  readonly upSince: number;
}

/** The ledger's attributes and its index, for the construct that makes the table and the handlers that use it. */
export const LEDGER = {
  PARTITION_KEY: 'pk',
  SORT_KEY: 'region',
  TTL: 'expiresAt',
  /** Holds a part only while it has the index's two attributes: while it is open. Keys only. */
  INDEX: 'open',
  INDEX_PARTITION_KEY: 'openIn',
  INDEX_SORT_KEY: 'dueAt',
} as const;

/** An index partition takes 1000 writes a second. More shards may be added while nothing is open, and none taken away. */
export const SHARDS = 8;

/** Names of executions and of state machines hold no `#`, so that no key is another's. A ledger may hold several workflows. */
export function partKey(workflow: string, name: string): string {
  return `${workflow}#${name}`;
}

export function nameOfPart(workflow: string, key: string): string {
  return key.slice(workflow.length + 1);
}

/** The key of the beats: one item per region. */
export function beatKey(workflow: string): string {
  return `${workflow}#beat#`;
}

/** The index partition of a region's open parts. */
export function openIn(workflow: string, region: string, shard: number): string {
  return `${workflow}#${region}#${shard}`;
}

export function shardOf(name: string): number {
  return createHash('sha256').update(name, 'utf8').digest().readUInt32BE() % SHARDS;
}
