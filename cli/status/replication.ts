import { CloudWatchClient, MetricDataQuery, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { RegionClients } from './region-clients';
import { heartbeatRuleName } from '../../src/global-event-bus/constants';
import { heartbeatKey, LEDGER } from '../../src/replicated-workflow/ledger-schema';
import { isMissing } from '../operate/problem';
import { SystemDescription } from '../system/system-description';

const MINUTE = 60_000;

/** The minutes over which metrics are looked at. */
export const METRICS_MINUTES = 60;

/** The latency is of what was written in the last minutes; older values say nothing of now. */
const LATENCY_MINUTES = 10;

/** As many as one call takes. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const MOST_QUERIES = 500;

/** The metrics of a region, by the other region; the worst of its tables and buses. */
export interface ReplicationMetrics {
  /** The time that what was written here took until it was in a peer, in milliseconds. */
  readonly latency: Readonly<Record<string, number>>;
  /** The minutes since the last heartbeat event of a peer arrived. Infinity stands for none. */
  readonly eventMinutes: Readonly<Record<string, number>>;
}

/** A metric that is asked for, and which peer it is about. */
interface Asked {
  readonly kind: keyof ReplicationMetrics;
  readonly peer: string;
  readonly query: Omit<MetricDataQuery, 'Id'>;
}

/** Asks for the replication to and from each peer. Where a region has no heartbeat events at all, there are no metrics of them, as in a local region, unless `mustArrive`. */
export async function replicationMetricsIn(
  description: SystemDescription, region: string, clients: RegionClients, mustArrive: boolean, now = Date.now(),
): Promise<ReplicationMetrics> {
  const asked = askedMetrics(description, region);
  const found: Record<Asked['kind'], Record<string, number>> = { latency: {}, eventMinutes: {} };
  const cloudwatch = asked.length === 0 ? undefined : await clients.of(CloudWatchClient);
  const calls = Array.from({ length: Math.ceil(asked.length / MOST_QUERIES) }, (_, i) => asked.slice(i * MOST_QUERIES, (i + 1) * MOST_QUERIES));
  await Promise.all(calls.map(async queries => {
    const newest = new Map<string, { at: number; value: number }>();
    for await (const { MetricDataResults } of paginateGetMetricData({ client: cloudwatch! }, {
      StartTime: new Date(now - METRICS_MINUTES * MINUTE),
      EndTime: new Date(now),
      ScanBy: 'TimestampDescending',
      MetricDataQueries: queries.map(({ query }, i) => ({ ...query, Id: `m${i}` })),
    })) {
      for (const { Id, Timestamps = [], Values = [] } of MetricDataResults ?? []) {
        const first = Values.findIndex(value => value > 0);
        if (first >= 0 && !newest.has(Id!)) newest.set(Id!, { at: Timestamps[first].getTime(), value: Values[first] });
      }
    }
    queries.forEach(({ kind, peer }, i) => {
      const value = valueOf(kind, newest.get(`m${i}`), now, mustArrive);
      if (value !== undefined) found[kind][peer] = Math.max(value, found[kind][peer] ?? 0);
    });
  }));
  return found;
}

function valueOf(kind: Asked['kind'], newest: { at: number; value: number } | undefined, now: number, mustArrive: boolean): number | undefined {
  if (kind === 'eventMinutes') return newest ? Math.max(0, Math.floor((now - newest.at) / MINUTE)) : mustArrive ? Infinity : undefined;
  return newest && now - newest.at <= LATENCY_MINUTES * MINUTE ? newest.value : undefined;
}

/** Lists the metrics to ask for: strongly consistent tables have no such metric, and a retiring region gets no events. */
export function askedMetrics({ regions, retiringRegions, tables, workflows, buses }: SystemDescription, region: string): Asked[] {
  const peers = regions.filter(peer => peer !== region);
  const metric = (Namespace: string, MetricName: string, Stat: string, dimensions: Readonly<Record<string, string>>): Asked['query'] => ({
    MetricStat: {
      Metric: { Namespace, MetricName, Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) },
      Period: 60,
      Stat,
    },
  });
  const names = [...tables.filter(({ isStrong }) => !isStrong).map(({ name }) => name), ...workflows.flatMap(({ ledger }) => ledger ?? [])];
  return peers.flatMap(peer => [
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_monitoring.html
    ...[...new Set(names)].map((TableName): Asked => ({
      kind: 'latency', peer, query: metric('AWS/DynamoDB', 'ReplicationLatency', 'Average', { TableName, ReceivingRegion: peer }),
    })),
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
    ...(retiringRegions.includes(region) ? [] : buses.filter(({ isReplicated }) => isReplicated)).map(({ name }): Asked => ({
      kind: 'eventMinutes', peer, query: metric('AWS/Events', 'Invocations', 'Sum', { EventBusName: name, RuleName: heartbeatRuleName(peer) }),
    })),
  ]);
}

/** Returns how many seconds ago each region sent the oldest of the heartbeats that this region's replicas of the ledgers have of it. */
export async function heartbeatAgesIn({ workflows }: SystemDescription, clients: RegionClients): Promise<Record<string, number>> {
  const ages: Record<string, number> = {};
  await Promise.all(workflows.map(async ({ name, ledger }) => {
    if (ledger === undefined) return;
    try {
      for await (const { Items = [] } of paginateQuery({ client: await clients.of(DynamoDBClient) }, {
        TableName: ledger, KeyConditionExpression: `${LEDGER.PARTITION_KEY} = :key`, ExpressionAttributeValues: marshall({ ':key': heartbeatKey(name) }), ConsistentRead: true,
      })) {
        for (const { [LEDGER.SORT_KEY]: region, beatAt } of Items.map(item => unmarshall(item))) {
          ages[region] = Math.max(ages[region] ?? 0, Math.round((Date.now() - beatAt) / 1000));
        }
      }
    } catch (error) {
      if (!isMissing(error)) throw error;
      throw new Error(`there is no table ${ledger}: it is not deployed there`, { cause: error });
    }
  }));
  return ages;
}
