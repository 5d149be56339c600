import type { APIGatewayProxyResult } from 'aws-lambda';

const body = JSON.stringify({
  status: 'ok',
  region: process.env.AWS_REGION,
  version: process.env.AWS_LAMBDA_FUNCTION_VERSION,
});

/** Answers without asking anything else: a health check that asked a shared dependency would take every region down with it. */
export async function handler(): Promise<APIGatewayProxyResult> {
  return { statusCode: 200, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body };
}
