/** The fields of a line besides its message. Never a payload: events and items may hold what must not be in a log. */
export interface LogFields {
  /** The error: its name and message are logged, not its stack, which points into a bundle. */
  readonly error?: unknown;
  /** The id that all lines about one request have in common, whichever function or region wrote them. */
  readonly correlation_id?: string;
  readonly [field: string]: unknown;
}

/** The log of a handler: one object of JSON per line, with the names that AWS and Powertools use. Why not Powertools: see adr.md. */
export const log = {
  info: (message: string, fields?: LogFields) => write('INFO', message, fields),
  warn: (message: string, fields?: LogFields) => write('WARN', message, fields),
  error: (message: string, fields?: LogFields) => write('ERROR', message, fields),
};

/** Writes a line as it is, past the console, which would put something before it or wrap it. */
export function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

function write(level: 'INFO' | 'WARN' | 'ERROR', message: string, { error, ...fields }: LogFields = {}): void {
  writeLine(JSON.stringify({
    level,
    message,
    timestamp: new Date().toISOString(),
    service: process.env.AWS_LAMBDA_FUNCTION_NAME,
    region: process.env.AWS_REGION,
    // set anew for each invocation
    xray_trace_id: /Root=([^;]+)/.exec(process.env._X_AMZN_TRACE_ID ?? '')?.[1],
    ...fields,
    error: error instanceof Error ? { name: error.name, message: error.message } : error,
  }));
}
