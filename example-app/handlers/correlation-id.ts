import type { APIGatewayProxyEvent } from 'aws-lambda';

export const CORRELATION_HEADER = 'x-correlation-id';

/** It is written into logs and events, so it must not be able to forge a line, nor fill one. */
const ACCEPTABLE = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Returns the client's own id of a request, or API Gateway's. One that is not acceptable is ignored: it is no reason to refuse an order, and the
 * answer's header tells which one counts.
 */
export function correlationIdOf({ headers, requestContext }: Pick<APIGatewayProxyEvent, 'headers' | 'requestContext'>): string {
  const [, given] = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === CORRELATION_HEADER) ?? [];
  return given !== undefined && ACCEPTABLE.test(given) ? given : requestContext.requestId;
}
