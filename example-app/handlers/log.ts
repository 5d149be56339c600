/** The subject of a line. */
export interface Subject {
  readonly orderId: string;
  /** The id that all lines about one request have in common. */
  readonly correlationId?: string;
}

interface More {
  readonly [field: string]: string | number;
}

/**
 * Logs one thing that was done for an order, as one line of JSON: what, where, and for which order and request. Never what the order holds. "cdk-multi-region follow"
 * reads these lines in every region.
 */
export function tell(message: string, subject: Subject, more: More = {}): void {
  write('INFO', message, subject, more);
}

/** Logs likewise what went wrong, and does no harm. */
export function warn(message: string, subject: Subject, more: More = {}): void {
  write('WARN', message, subject, more);
}

function write(level: 'INFO' | 'WARN', message: string, { orderId, correlationId }: Subject, more: More): void {
  process.stdout.write(`${JSON.stringify({
    level,
    message,
    timestamp: new Date().toISOString(),
    service: process.env.AWS_LAMBDA_FUNCTION_NAME,
    region: process.env.AWS_REGION,
    order_id: orderId,
    correlation_id: correlationId,
    ...more,
  })}\n`);
}

/** Returns the error by which a step refuses an order for good: the workflow knows it by its name. */
export function refusal(name: string, message: string, subject: Subject): Error {
  tell('refused', subject, { reason: name });
  return Object.assign(new Error(message), { name });
}
