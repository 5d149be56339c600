import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { CORRELATION_HEADER, correlationIdOf } from './correlation-id';
import { json, problem } from './http';
import { tell, warn } from './log';
import { isSameRequest, Order, OrderPlaced, OrderStatus, totalCents } from './order';
import { parseOrder } from './parse-order';
import { OrderEvent, publish } from './publish';
import { create, statusOf } from './table';

const region = process.env.AWS_REGION!;

/** By then the customer is answered, whether or not EventBridge has taken the event. */
const PUBLISH_DEADLINE_MS = 1500;

/**
 * Answers POST /orders. Sending an order again, to this region or another, changes nothing.
 *
 * Two writes, one to the table and one to the bus, can part: the second may be refused, or the region may die in between. So one write is what counts. An order that is stored will be fulfilled, because
 * its insertion into the table starts the workflow, from every region that has it (`trigger.table` in order-system.ts). The event is published for speed: it is there before the stream is read. The workflow is
 * named by the order's id, so the two are one.
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
    await publishSoon(order);
    return json(201, view(order, 'PLACED'));
  }
  if (!isSameRequest(existing, order)) {
    return problem(409, 'Another order has this id');
  }
  const status = await statusOf(order.orderId);
  tell('order sent again', order, { status });
  return json(200, view(existing, status));
}

/** Publishes the order, and never throws: the order is stored. */
async function publishSoon(order: Order): Promise<void> {
  try {
    await publish([placed(order)], AbortSignal.timeout(PUBLISH_DEADLINE_MS));
    tell('order published', order);
  } catch (error) {
    warn('order not published', order, { reason: error instanceof Error ? error.name : 'unknown' });
  }
}

function placed({ orderId, customerId, items, totalCents: total, correlationId }: Order): OrderEvent {
  return { detailType: 'OrderPlaced', detail: { orderId, customerId, items, totalCents: total, correlationId } satisfies OrderPlaced['detail'] };
}

function view({ orderId, region: takenIn, totalCents: total, placedAt }: Order, status: OrderStatus) {
  return { orderId, status, region: takenIn, totalCents: total, placedAt };
}
