import { hashOf } from './takeover-order';

/** The ledger's attributes and its index, for the construct that makes the table and the handlers that use it. */
export const LEDGER = {
  PARTITION_KEY: 'pk',
  SORT_KEY: 'region',
  TTL: 'expiresAt',
  /** Holds an entry only while it has the index's two attributes: while it is open. Keys only. */
  INDEX: 'open',
  INDEX_PARTITION_KEY: 'openIn',
  INDEX_SORT_KEY: 'dueAt',
} as const;

/** The shards of a region's open entries: an index partition takes 1000 writes a second. More may be added while nothing is open, and none taken away. */
export const SHARDS = 8;

/**
 * Returns the partition key of an event's entries, one of each region. Names of executions and of state machines hold no `#`, so that no key is
 * another's. A ledger may hold several workflows.
 */
export function entryKey(workflow: string, name: string): string {
  return `${workflow}#${name}`;
}

/** Returns the name of the execution that an entry is about. */
export function nameOfEntry(workflow: string, key: string): string {
  return key.slice(workflow.length + 1);
}

/** Returns the partition key of the heartbeats, one of each region. */
export function heartbeatKey(workflow: string): string {
  return `${workflow}#beat#`;
}

/** Returns the index partition of a region's open entries in one shard. */
export function openIn(workflow: string, region: string, shard: number): string {
  return `${workflow}#${region}#${shard}`;
}

/** Returns the shard of an event's entries. */
export function shardOf(name: string): number {
  return hashOf(name) % SHARDS;
}
