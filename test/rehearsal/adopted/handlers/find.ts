import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { find } from './table';

/** GET /orders/{order}?currency=…: what was ordered, and from which warehouse this region sends. */
export async function handler({ pathParameters, queryStringParameters, requestContext }: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const order = pathParameters!.order!;
  const [placed, packed] = await Promise.all(['placed', 'packed'].map(async kind => find(order, kind)));
  const body = {
    order,
    customer: placed?.customer,
    box: packed?.box,
    currency: queryStringParameters!.currency,
    asker: requestContext.authorizer?.principalId,
    warehouse: process.env.WAREHOUSE,
  };
  return { statusCode: placed ? 200 : 404, body: JSON.stringify(body) };
}
