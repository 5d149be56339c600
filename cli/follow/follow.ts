import { isSafe } from './followed-id';
import { wantedLogGroups } from './log-groups';
import { describeLines, inOrder, lineOf, LogLine, Row } from './log-line';
import { Asked, linesOfRequests, linesThatHold } from './query';
import { Found, Period, RegionLogs } from './region-logs';
import { Answer, isProblem, settled, valueOf } from '../operate/answers';
import { AskedSystem } from '../operate/asked-system';
import { RegionAccess } from '../operate/region-access';
import { requireAccount } from '../operate/requirements';
import { Output } from '../output';

/** The most requests that are followed: the text of a query is limited, and an id that so many have is none. */
const MAX_REQUESTS = 30;

/** The id that is followed, and how much of it is wanted. */
export interface FollowProps extends Asked {
  readonly id: string;
  readonly period: Period;
  readonly json: boolean;
}

/** A region's part in it. */
interface Part {
  readonly region: string;
  readonly answers: Answer<Found>[];
}

/** Finds all lines of all regions about an id, and writes them in the order of time. Throws one line if a region was silent, or if there are none. */
export async function follow(system: AskedSystem, accesses: readonly RegionAccess[], props: FollowProps, { out, err }: Output): Promise<void> {
  const { id, period, limit, json, moreFields } = props;
  const logs = accesses.map(access => ({ region: access.region, logs: new RegionLogs(access, wantedLogGroups(system, access.region)) }));
  const identities = await Promise.all(accesses.map(async access => settled(access.identity())));
  identities.forEach(identity => requireAccount(system, valueOf(identity)?.accountId));
  const parts: Part[] = logs.map(({ region }) => ({ region, answers: [] }));
  const ask = async (queryString: string) => {
    await Promise.all(logs.map(async (one, i) => {
      if (!parts[i].answers.some(isProblem)) parts[i].answers.push(await settled(one.logs.find(queryString, period)));
    }));
  };
  await ask(linesThatHold(id, props));
  const refused = parts.flatMap(({ answers }) => answers.filter(isProblem)).find(({ isOfCredentials }) => isOfCredentials);
  if (refused) throw new Error(refused.problem);

  const found = parts.flatMap(rowsOf);
  const held = valuesOf(found, 'correlation_id');
  const requests = held.filter(isSafe).slice(0, MAX_REQUESTS);
  // the lines that hold the id itself are there already
  const correlationIds = requests.filter(request => request !== id);
  const traceIds = valuesOf(found, 'xray_trace_id').filter(isSafe).slice(0, MAX_REQUESTS);
  if (correlationIds.length + traceIds.length > 0) await ask(linesOfRequests({ correlationIds, traceIds }, props));

  const all = inOrder(parts.flatMap(part => distinct(rowsOf(part)).map(row => lineOf(row, part.region, moreFields))));
  const lines = all.slice(0, limit);
  out(json ? `${JSON.stringify(documentOf(props, requests, parts, lines))}\n` : describeLines(lines));

  if (requests.length < held.length) err(`warning: of ${held.length} correlation ids that its lines have, ${requests.length} are followed: the others are too many, or hold characters that are not allowed\n`);
  if (all.length > limit || parts.some(({ answers }) => answers.some(answer => !isProblem(answer) && answer.value.rows.length >= limit))) {
    err(`warning: there are more than ${limit} lines: ask for more by --limit, or for less by --since and --until\n`);
  }
  err(`${parts.map(part => `${part.region}: ${describePart(part)}`).join('\n')}\n`);
  const silent = parts.filter(({ answers }) => answers.some(isProblem)).map(({ region }) => region);
  if (silent.length > 0) throw new Error(`${silent.join(' and ')} did not answer: what was done there is missing`);
  if (lines.length === 0) throw new Error(`no line since ${period.since.toISOString()} holds ${id}: go further back by --since`);
}

const rowsOf = ({ answers }: Part): readonly Row[] => answers.flatMap(answer => (isProblem(answer) ? [] : answer.value.rows));

/** Removes what both queries have found: CloudWatch names each line. */
function distinct(rows: readonly Row[]): readonly Row[] {
  return [...new Map(rows.map((row, i) => [row['@ptr'] ?? i, row])).values()];
}

function valuesOf(rows: readonly Row[], field: string): string[] {
  return [...new Set(rows.flatMap(row => row[field] ?? []))];
}

function scannedBytesOf({ answers }: Part): number {
  return answers.reduce((sum, answer) => sum + (isProblem(answer) ? 0 : answer.value.scannedBytes), 0);
}

function describePart(part: Part): string {
  const problem = part.answers.find(isProblem);
  return [`${distinct(rowsOf(part)).length} lines of ${(scannedBytesOf(part) / 1e6).toFixed(1)} MB that were scanned`, ...(problem ? [problem.problem] : [])].join('; ');
}

function documentOf({ id, period }: FollowProps, correlationIds: readonly string[], parts: readonly Part[], lines: readonly LogLine[]): object {
  const regions = parts.map(part => ({ region: part.region, scannedBytes: scannedBytesOf(part), problem: part.answers.find(isProblem)?.problem }));
  return { id, since: period.since, until: period.until, correlationIds, regions, lines };
}
