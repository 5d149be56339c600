import { setTimeout as sleep } from 'timers/promises';
import { CloudWatchLogsClient, GetQueryResultsCommand, paginateDescribeLogGroups, StartQueryCommand } from '@aws-sdk/client-cloudwatch-logs';

/** The text that the names of the log groups of the system's functions hold, in every region. */
const LOG_GROUPS = 'Orders-';
const POLL_MS = 500;
const DAY_MS = 24 * 60 * 60 * 1000;

/** A line of a log about an order, by the fields of the query; those that it does not have are left out. */
export type OrderLine = Readonly<Partial<Record<'timestamp' | 'region' | 'service' | 'message' | 'correlation_id', string>>>;

/**
 * Returns the lines about an order in the logs of some regions, in the order of time. Operators have "cdk-multi-region follow" for that; here, each
 * field is compared.
 */
export async function linesOf(orderId: string, regions: CloudWatchLogsClient[]): Promise<OrderLine[]> {
  const query = `fields timestamp, region, service, message, correlation_id | filter order_id = "${orderId}" or execution = "${orderId}" | sort timestamp asc`;
  const lines = await Promise.all(regions.map(async logs => ask(logs, query)));
  return lines.flat().sort((a, b) => (a.timestamp! < b.timestamp! ? -1 : 1));
}

async function ask(client: CloudWatchLogsClient, queryString: string): Promise<OrderLine[]> {
  const logGroupNames: string[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, { logGroupNamePattern: LOG_GROUPS })) {
    logGroupNames.push(...logGroups.map(({ logGroupName }) => logGroupName!));
  }
  const now = Date.now();
  const { queryId } = await client.send(new StartQueryCommand({
    logGroupNames, queryString, startTime: Math.floor((now - DAY_MS) / 1000), endTime: Math.ceil(now / 1000),
  }));
  for (;;) {
    const { status, results = [] } = await client.send(new GetQueryResultsCommand({ queryId }));
    if (status === 'Complete') return results.map(row => Object.fromEntries(row.map(({ field, value }) => [field, value])));
    if (status !== 'Scheduled' && status !== 'Running') throw new Error(`the query is ${status}`);
    await sleep(POLL_MS);
  }
}
