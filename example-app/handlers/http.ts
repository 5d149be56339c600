import type { APIGatewayProxyResult } from 'aws-lambda';

export function json(statusCode: number, body: object, contentType = 'application/json'): APIGatewayProxyResult {
  return { statusCode, headers: { 'content-type': contentType, 'cache-control': 'no-store' }, body: JSON.stringify(body) };
}

/** Returns an error as RFC 9457 has it. */
export function problem(status: number, title: string, detail?: string): APIGatewayProxyResult {
  return json(status, { title, status, detail }, 'application/problem+json');
}
