import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { json, problem } from './http';
import type { Order } from './order';
import { find, statusOf } from './table';
import { orderSchema } from '../order-schema';

/** No other text is the id of an order; and DynamoDB refuses to look for a longer key than it takes. */
const ORDER_ID = new RegExp(orderSchema.properties.orderId.pattern);

/** Answers GET /orders/{id} by this region's replica. */
export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const id = event.pathParameters!.id!;
  if (!ORDER_ID.test(id)) return problem(404, 'No such order', 'no order has such an id');
  const [order, status] = await Promise.all([find<Order & { pk: string; sk: string }>(id, 'order'), statusOf(id)]);
  if (!order) {
    return problem(404, 'No such order', 'an order that another region took a moment ago may not have arrived here yet');
  }
  const { pk: _pk, sk: _sk, ...body } = order;
  return json(200, { ...body, status, answeredBy: process.env.AWS_REGION });
}
