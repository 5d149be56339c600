import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { CORRELATION_HEADER, correlationIdOf } from './correlation-id';
import { json, problem } from './http';
import { tell } from './log';
import { isSameRequest, Order, OrderPlaced, OrderStatus, totalCents } from './order';
import { parseOrder } from './parse-order';
import { OrderEvent, publish } from './publish';
import { create, statusOf } from './table';

const region = process.env.AWS_REGION!;

/**
 * POST /orders. Sending an order again, to this region or another, changes nothing.
 *
 * The event is published here rather than from the table's stream, because there is somebody to answer: who is told 201 knows that the workflow is on its way, and who is not
 * sends the order again.
 */
export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const correlationId = correlationIdOf(event);
  const { headers, ...answer } = await place(event, correlationId);
  return { ...answer, headers: { ...headers, [CORRELATION_HEADER]: correlationId } };
}

async function place(event: APIGatewayProxyEvent, correlationId: string): Promise<APIGatewayProxyResult> {
  const parsed = parseOrder(event.body, event.isBase64Encoded);
  if ('status' in parsed) {
    return problem(parsed.status, 'The order is not acceptable', parsed.reason);
  }
  const order: Order = {
    ...parsed.order, totalCents: totalCents(parsed.order), region, placedAt: new Date().toISOString(), correlationId,
  };
  const existing = await create(order.orderId, 'order', order);
  if (!existing) {
    tell('order taken', order);
    await tellOthers(order);
    return json(201, view(order, 'PLACED'));
  }
  if (!isSameRequest(existing, order)) {
    return problem(409, 'Another order has this id');
  }
  const status = await statusOf(order.orderId);
  tell('order sent again', order, { status });
  // The client may be asking again because publishing failed after the order was stored. The workflow is named by the order's id, so a
  // second event starts nothing; but only in this region, so another region must leave it alone.
  if (status === 'PLACED' && existing.region === region) {
    await tellOthers(existing);
  }
  return json(200, view(existing, status));
}

async function tellOthers(order: Order): Promise<void> {
  await publish([placed(order)]);
  tell('order published', order);
}

function placed({ orderId, customerId, items, totalCents: total, correlationId }: Order): OrderEvent {
  return { detailType: 'OrderPlaced', detail: { orderId, customerId, items, totalCents: total, correlationId } satisfies OrderPlaced['detail'] };
}

function view({ orderId, region: takenIn, totalCents: total, placedAt }: Order, status: OrderStatus) {
  return { orderId, status, region: takenIn, totalCents: total, placedAt };
}
