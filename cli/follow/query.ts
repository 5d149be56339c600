import { executionNamesOf, isWholeNumber } from '../operate/execution-names';

/** The fields that the library's handlers write, and Powertools with the same names. None of them holds a payload. */
const OF_FUNCTIONS = ['timestamp', 'level', 'region', 'service', 'message', 'correlation_id', 'xray_trace_id', 'execution', 'error.name', 'error.message'];

/** The fields that API Gateway writes of a request. */
const OF_APIS = ['requestId', 'traceId', 'method', 'path', 'status'];

/**
 * The fields that Step Functions writes of an execution, whose input and output are not in its log.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
 */
const OF_STATE_MACHINES = ['type', 'details.name', 'details.error', 'execution_arn'];

const FIELDS = ['@timestamp', '@log', ...OF_FUNCTIONS, ...OF_APIS, ...OF_STATE_MACHINES];

/** The most lines that a query returns. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Limit.html */
export const MAX_LINES = 10_000;

/** The parameters of each query besides the lines that it wants. */
export interface Asked {
  /** Fields of the application that are shown as well. */
  readonly moreFields: readonly string[];
  readonly limit: number;
}

/** Returns the query for all lines that hold an id, whatever they call it. */
export function linesThatHold(id: string, asked: Asked): string {
  return query(`@message like /${patternOf(id)}/`, asked);
}

/** The known ids of some requests: what the lines of functions have in common, and the traces, which are in API Gateway's lines. */
export interface Requests {
  readonly correlationIds: readonly string[];
  readonly traceIds: readonly string[];
}

/** Returns the query for all lines of some requests, of which at least something must be known. */
export function linesOfRequests({ correlationIds, traceIds }: Requests, asked: Asked): string {
  const isOneOf = (field: string, ids: readonly string[]) => (ids.length === 0 ? [] : [`${field} in [${ids.map(id => `"${id}"`).join(', ')}]`]);
  return query([...isOneOf('correlation_id', correlationIds), ...isOneOf('traceId', traceIds)].join(' or '), asked);
}

function query(condition: string, { moreFields, limit }: Asked): string {
  const fields = [...new Set([...FIELDS, ...moreFields])];
  return `fields ${fields.join(', ')} | filter ${condition} | sort @timestamp asc | limit ${limit}`;
}

/**
 * Returns the pattern of an id by itself, and not as a part of a longer one. That of digits only counts where it is quoted, since any number may have
 * those digits.
 */
function patternOf(id: string): string {
  const names = executionNamesOf(id).map(name => (isWholeNumber(name) ? `"${name}"` : name.replace(/[.+]/g, '[$&]')));
  return `(^|[^A-Za-z0-9_-])(${names.join('|')})([^A-Za-z0-9_-]|$)`;
}
