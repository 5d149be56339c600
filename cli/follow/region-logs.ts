import { setTimeout as sleep } from 'timers/promises';
import { CloudWatchLogsClient, GetQueryResultsCommand, paginateDescribeLogGroups, StartQueryCommand } from '@aws-sdk/client-cloudwatch-logs';
import { WantedLogGroups } from './log-groups';
import { Row } from './log-line';
import { RegionAccess } from '../operate/region-access';

/** The most log groups that a query takes by their names. @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html */
const MAX_LOG_GROUPS = 50;

const POLL_MS = 500;

/** A query may run for an hour. Nobody waits that long: what takes longer than this has too much to read. */
const MOST_SECONDS = 120;

/** A period of time. */
export interface Period {
  readonly since: Date;
  readonly until: Date;
}

/** The answer of a region's logs to a query. */
export interface Found {
  readonly rows: readonly Row[];
  /** The number of bytes that were read for it, which costs. */
  readonly scannedBytes: number;
}

/** The logs of a system in one region. Logs stay in their region, and so do queries. */
export class RegionLogs {
  private groups?: Promise<readonly string[]>;

  constructor(private readonly access: RegionAccess, private readonly wanted: WantedLogGroups) {}

  /** Asks all log groups, as many at a time as a query takes. Throws if one of the queries fails. */
  public async find(queryString: string, { since, until }: Period): Promise<Found> {
    const names = await (this.groups ??= this.names());
    const logs = await this.access.client(CloudWatchLogsClient);
    const found = await Promise.all(atMost(MAX_LOG_GROUPS, names).map(async logGroupNames => {
      const { queryId } = await logs.send(new StartQueryCommand({
        logGroupNames, queryString, startTime: Math.floor(since.getTime() / 1000), endTime: Math.ceil(until.getTime() / 1000),
      }));
      return this.results(logs, queryId!);
    }));
    return { rows: found.flatMap(({ rows }) => rows), scannedBytes: found.reduce((sum, { scannedBytes }) => sum + scannedBytes, 0) };
  }

  /** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html */
  private async results(logs: CloudWatchLogsClient, queryId: string): Promise<Found> {
    for (const begin = Date.now(); Date.now() - begin < MOST_SECONDS * 1000; await sleep(POLL_MS)) {
      const { status, results = [], statistics } = await logs.send(new GetQueryResultsCommand({ queryId }));
      if (status === 'Complete') {
        const rows = results.map((row): Row => Object.fromEntries(row.map(({ field, value }) => [field!, value])));
        return { rows, scannedBytes: statistics?.bytesScanned ?? 0 };
      }
      if (status !== 'Scheduled' && status !== 'Running') throw new Error(`the query of its logs is ${status}`);
    }
    throw new Error(`the query of its logs has not ended after ${MOST_SECONDS} s: ask for less by --since and --until`);
  }

  private async names(): Promise<readonly string[]> {
    const client = await this.access.client(CloudWatchLogsClient);
    const { pattern: logGroupNamePattern, isWanted } = this.wanted;
    const names: string[] = [];
    // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html
    for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, { logGroupNamePattern })) {
      names.push(...logGroups.map(({ logGroupName }) => logGroupName!).filter(isWanted));
    }
    if (names.length === 0) throw new Error(`it is not deployed there: no log group of it has a name that holds ${logGroupNamePattern}`);
    return names;
  }
}

/** Parts of a list, each of so many at most. */
function atMost<T>(count: number, all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / count) }, (_, i) => all.slice(i * count, (i + 1) * count));
}
