import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { json, problem } from './http';
import { isSameRequest, Order, totalCents } from './order';
import { parseOrder } from './parse-order';
import { create } from './table';

const region = process.env.AWS_REGION!;
const eventBridge = new EventBridgeClient({});

/** POST /orders. Sending an order again, to this region or another, changes nothing. */
export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const parsed = parseOrder(event.body, event.isBase64Encoded);
  if ('status' in parsed) {
    return problem(parsed.status, 'The order is not acceptable', parsed.reason);
  }
  const order: Order = {
    ...parsed.order, totalCents: totalCents(parsed.order), status: 'PLACED', region, placedAt: new Date().toISOString(),
  };
  const existing = await create(order.orderId, 'order', order);
  if (!existing) {
    await publish(order);
    return json(201, view(order));
  }
  if (!isSameRequest(existing, order)) {
    return problem(409, 'Another order has this id');
  }
  // The client may be asking again because publishing failed after the order was stored. The workflow is named by the order's id, so a
  // second event starts nothing; but only in this region, so another region must leave it alone.
  if (existing.status === 'PLACED' && existing.region === region) {
    await publish(existing);
  }
  return json(200, view(existing));
}

async function publish({ orderId, customerId, items, totalCents: total }: Order): Promise<void> {
  const { Entries } = await eventBridge.send(new PutEventsCommand({
    Entries: [{
      EventBusName: process.env.BUS_NAME,
      Source: 'orders',
      DetailType: 'OrderPlaced',
      Detail: JSON.stringify({ orderId, customerId, items, totalCents: total }),
    }],
  }));
  const refused = Entries?.find(entry => entry.ErrorCode);
  if (refused) {
    throw new Error(`the event was refused: ${refused.ErrorCode}`);
  }
}

function view({ orderId, status, region: takenIn, totalCents: total, placedAt }: Order) {
  return { orderId, status, region: takenIn, totalCents: total, placedAt };
}
