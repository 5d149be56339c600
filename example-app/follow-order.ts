import { readFileSync } from 'fs';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { CloudWatchLogsClient, GetQueryResultsCommand, paginateDescribeLogGroups, StartQueryCommand } from '@aws-sdk/client-cloudwatch-logs';

const QUERY = join(__dirname, 'follow-order.logs-insights');
/** What the names of the system's log groups hold, in every region. */
const LOG_GROUPS = 'Orders-';
/** What Logs Insights takes at once. */
const MAX_LOG_GROUPS = 50;
const POLL_MS = 500;
const DAY_MS = 24 * 60 * 60 * 1000;

/** A line of a log that tells of an order, by the fields of the query; those that it does not have are left out. */
export type OrderLine = Readonly<Partial<Record<'timestamp' | 'region' | 'service' | 'message' | 'status' | 'reason' | 'correlation_id' | 'xray_trace_id', string>>>;

/** What the logs of some regions tell of an order, since a time, in the order of time. Throws if a region does not answer: half a story would mislead. */
export async function followOrder(orderId: string, regions: CloudWatchLogsClient[], since: Date): Promise<OrderLine[]> {
  // it becomes a part of the query
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(orderId)) throw new Error(`${orderId} is no order's id`);
  const query = readFileSync(QUERY, 'utf8').replaceAll('"ORDER_ID"', `"${orderId}"`);
  const lines = await Promise.all(regions.map(async logs => ask(logs, query, since)));
  return lines.flat().sort((a, b) => (a.timestamp! < b.timestamp! ? -1 : 1));
}

async function ask(logs: CloudWatchLogsClient, queryString: string, since: Date): Promise<OrderLine[]> {
  const logGroupNames = await logGroupsOf(logs);
  const { queryId } = await logs.send(new StartQueryCommand({
    logGroupNames, queryString, startTime: Math.floor(since.getTime() / 1000), endTime: Math.ceil(Date.now() / 1000),
  }));
  for (;;) {
    const { status, results = [] } = await logs.send(new GetQueryResultsCommand({ queryId }));
    if (status === 'Complete') return results.map(row => Object.fromEntries(row.map(({ field, value }) => [field, value])));
    if (status !== 'Scheduled' && status !== 'Running') throw new Error(`the query is ${status}`);
    await sleep(POLL_MS);
  }
}

async function logGroupsOf(logs: CloudWatchLogsClient): Promise<string[]> {
  const names: string[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client: logs }, { logGroupNamePattern: LOG_GROUPS })) {
    names.push(...logGroups.map(({ logGroupName }) => logGroupName!));
  }
  if (names.length === 0 || names.length > MAX_LOG_GROUPS) {
    throw new Error(`${names.length} log groups of ${LOG_GROUPS} are in ${await logs.config.region()}; a query takes 1 to ${MAX_LOG_GROUPS}`);
  }
  return names;
}

async function main([orderId, ...regions]: string[]): Promise<void> {
  if (!orderId || regions.length === 0) throw new Error('give an order\'s id and the regions: npx tsx follow-order.ts o-1 ap-southeast-2 us-west-2');
  const lines = await followOrder(orderId, regions.map(region => new CloudWatchLogsClient({ region })), new Date(Date.now() - DAY_MS));
  for (const { timestamp, region, service, message, status, reason, correlation_id: correlationId } of lines) {
    console.log([timestamp, region, service, message, status ?? reason, correlationId].filter(Boolean).join('  '));
  }
}

if (require.main === module) {
  void main(process.argv.slice(2)).catch(error => {
    console.error((error as Error).message);
    process.exitCode = 1;
  });
}
