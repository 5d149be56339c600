import { ReplicationMetrics } from './replication';
import { Answer, valueOf } from '../operate/answers';

/** The state of the way of data from one region to another. */
export interface Pair {
  readonly from: string;
  readonly to: string;
  /** The latency of a write, in milliseconds. */
  readonly latencyMillis?: number;
  /** The age of the last heartbeat of the one in the ledgers of the other. */
  readonly heartbeatSeconds?: number;
  /** The minutes since a heartbeat event of the one arrived at a bus of the other. Infinity stands for none. */
  readonly eventMinutes?: number;
}

export interface ReplicationView {
  readonly region: string;
  readonly metrics?: Answer<ReplicationMetrics>;
  readonly heartbeats?: Answer<Readonly<Record<string, number>>>;
}

/** Joins what both ends say of each directed pair: the sending region measures the latency, and the receiving one the heartbeats. */
export function pairsOf(views: readonly ReplicationView[]): Pair[] {
  return views.flatMap(to => views.filter(from => from !== to).map(from => {
    const latencyMillis = from.metrics && valueOf(from.metrics)?.latency[to.region];
    const heartbeatSeconds = to.heartbeats && valueOf(to.heartbeats)?.[from.region];
    const eventMinutes = to.metrics && valueOf(to.metrics)?.eventMinutes[from.region];
    return {
      from: from.region,
      to: to.region,
      ...latencyMillis !== undefined && { latencyMillis },
      ...heartbeatSeconds !== undefined && { heartbeatSeconds },
      ...eventMinutes !== undefined && { eventMinutes },
    };
  }));
}

/** Returns the longest that anything is behind, in seconds, each by how much it is later than it always is; nothing if nothing is known. */
export function lagOf({ latencyMillis, heartbeatSeconds, eventMinutes }: Pair): number | undefined {
  const known = [
    ...latencyMillis === undefined ? [] : [latencyMillis / 1000],
    ...heartbeatSeconds === undefined ? [] : [Math.max(0, heartbeatSeconds - HEARTBEAT_SECONDS)],
    ...eventMinutes === undefined ? [] : [60 * Math.max(0, eventMinutes - METRIC_MINUTES)],
  ];
  return known.length === 0 ? undefined : Math.max(...known);
}

/** The time between two heartbeats. */
const HEARTBEAT_SECONDS = 60;

/** A heartbeat event a minute, in a metric of a minute, that is there some minutes later. */
const METRIC_MINUTES = 4;
