import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { find } from './table';

/** GET /orders/{order}/receipt: bytes, which API Gateway decodes. */
export async function handler({ pathParameters, headers }: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const order = pathParameters!.order!;
  if (!await find(order, 'placed')) return { statusCode: 404, body: '{}' };
  const receipt = `%PDF-1.7 order ${order} for ${headers['X-Tenant'] ?? headers['x-tenant']}`;
  return { statusCode: 200, headers: { 'content-type': 'application/pdf' }, body: Buffer.from(receipt).toString('base64'), isBase64Encoded: true };
}
