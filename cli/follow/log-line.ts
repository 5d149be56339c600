/** One line of a log that is about what is followed. */
export interface LogLine {
  /** In UTC, as the clock of whoever wrote it had it. */
  readonly timestamp: string;
  readonly region: string;
  /** The name of the function or of the state machine, or `API Gateway`. */
  readonly service: string;
  readonly message: string;
  readonly level?: string;
  readonly correlationId?: string;
  readonly traceId?: string;
  /** Fields of the application that were asked for. */
  readonly fields: Readonly<Record<string, string>>;
}

/** A line as a query returns it, by field; those that it does not have are left out. */
export type Row = Readonly<Partial<Record<string, string>>>;

/** Reads a line that a function, API Gateway or Step Functions wrote in a region. */
export function lineOf(row: Row, region: string, moreFields: readonly string[]): LogLine {
  return {
    timestamp: timeOf(row),
    region: row.region ?? region,
    ...writerOf(row),
    level: row.level,
    correlationId: row.correlation_id ?? row.requestId,
    traceId: row.xray_trace_id ?? row.traceId,
    fields: Object.fromEntries(moreFields.flatMap(name => (row[name] === undefined ? [] : [[name, row[name]]]))),
  };
}

/** Puts lines in the order of time; those of the same moment stay as they are. */
export function inOrder(lines: readonly LogLine[]): LogLine[] {
  return [...lines].sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0));
}

/** Writes lines for people, in columns. */
export function describeLines(lines: readonly LogLine[]): string {
  const width = (of: (line: LogLine) => string) => Math.max(0, ...lines.map(line => of(line).length));
  const [regions, services] = [width(({ region }) => region), width(({ service }) => service)];
  return lines.map(({ timestamp, region, service, level = 'INFO', message, fields, correlationId }) => [
    timestamp, region.padEnd(regions), service.padEnd(services), level === 'INFO' ? message : `${level} ${message}`,
    ...Object.entries(fields).map(([name, value]) => `${name}=${value}`), ...(correlationId === undefined ? [] : [`[${correlationId}]`]),
  ].join('  ') + '\n').join('');
}

function writerOf(row: Row): { readonly service: string; readonly message: string } {
  const { message, method, path, status, type, execution_arn: executionArn } = row;
  if (message !== undefined) return { service: row.service ?? logOf(row), message: [message, errorOf(row)].filter(Boolean).join(': ') };
  if (method !== undefined && path !== undefined) return { service: 'API Gateway', message: `${method} ${path} ${status ?? ''}`.trim() };
  if (executionArn !== undefined && type !== undefined) {
    return { service: executionArn.split(':')[6] ?? logOf(row), message: [type, row['details.name'], row['details.error']].filter(Boolean).join(' ') };
  }
  return { service: logOf(row), message: '(a line that says no more than the id)' };
}

function errorOf(row: Row): string {
  return [row['error.name'], row['error.message']].filter(Boolean).join(': ');
}

/** The log group, without the account in front of it. */
const logOf = ({ '@log': log = '' }: Row): string => log.replace(/^\d+:/, '');

/** Returns the time of the writer itself; CloudWatch's own has spaces, and no zone. */
function timeOf({ timestamp, '@timestamp': own = '' }: Row): string {
  const millis = [timestamp, `${own.replace(' ', 'T')}Z`].map(text => Date.parse(text ?? '')).find(Number.isFinite);
  return millis === undefined ? own : new Date(millis).toISOString();
}
