import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { AwsAccess, ClientContext, defineWorkload, Operation, Outcome } from 'cdk-multi-region/rehearsal';
import { BAD_REQUESTS, BadRequest } from './bad-requests';
import { everyOrderLeavesWhatItShould, everyOrderTellsItsWay, ORDERS } from './order-checkers';
import { SAMPLE_ORDERS, SampleOrder } from './sample-orders';
import { OrderRequest } from '../handlers/order';

/** The shares of what customers do, added up; and that of ordinary orders among all. */
const SHARES = { place: 0.5, bad: 0.55, ordinary: 0.7 };

/** An order that is placed, and what is to become of it. */
export interface PlacedOrder {
  readonly request: OrderRequest;
  readonly sample: SampleOrder['name'];
}

/** Customers who place orders and read them; some of what they send is wrong. */
export default defineWorkload({
  rate: 2,
  generator: ({ customer, number, acknowledged, random }) => {
    const chance = random();
    if (chance < SHARES.place || acknowledged.length === 0) {
      return placing(customer, number, random() < SHARES.ordinary ? SAMPLE_ORDERS[0] : oneOf(SAMPLE_ORDERS, random));
    }
    if (chance < SHARES.bad) return { kind: 'send what is no order', action: 'read', key: `${customer}-bad-${number}`, value: oneOf(BAD_REQUESTS, random) };
    return reading(oneOf(acknowledged, random));
  },
  client: async (operation, context) => {
    switch (operation.kind) {
      case 'place an order':
        return place((operation.value as PlacedOrder).request, context);
      case 'read an order':
        return read(operation.key, context);
      case 'find an order':
        return find(operation.key, context);
      case 'send what is no order':
        return sendBad(operation.value as BadRequest, context);
      case 'set a contact':
        return setContact(operation, context);
      default:
        return findContact(operation, context);
    }
  },
  readBack: ({ kind, key }) => ({ kind: kind === 'set a contact' ? 'find a contact' : 'find an order', action: 'read', key }),
  checkers: [everyOrderLeavesWhatItShould, everyOrderTellsItsWay(access => new CloudWatchLogsClient(access))],
  // a customer whom nobody can write to makes the notification fail, until an address is there
  poison: {
    operation: customer => placing(customer, 0, SAMPLE_ORDERS[0]),
    prepare: customer => ({ kind: 'set a contact', action: 'write', key: `customer#${customer}`, value: 'nobody' }),
    cure: customer => ({ kind: 'set a contact', action: 'write', key: `customer#${customer}`, value: 'somebody@example.com' }),
  },
});

function oneOf<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)];
}

function placing(customer: string, number: number, { name, items }: SampleOrder): Operation {
  const orderId = `${customer}-${number}`;
  return { kind: 'place an order', action: 'write', key: orderId, value: { request: { orderId, customerId: customer, items }, sample: name } satisfies PlacedOrder };
}

function reading(orderId: string): Operation {
  return { kind: 'read an order', action: 'read', key: orderId };
}

/** Places an order: one that a region took before is answered with 200. */
async function place(request: OrderRequest, context: ClientContext): Promise<Outcome> {
  const { status, body } = await context.request('POST', '/orders', { body: request });
  return status === 201 || status === 200 ? { type: 'ok', value: body } : { type: 'unknown', told: String(status) };
}

/** Reads an order: a region may not have yet what another one took a moment ago. */
async function read(orderId: string, context: ClientContext): Promise<Outcome> {
  const outcome = await find(orderId, context);
  return outcome.told === '404' ? { type: 'ok', told: 'not here yet' } : outcome;
}

async function find(orderId: string, { request }: ClientContext): Promise<Outcome> {
  const { status, body } = await request('GET', `/orders/${orderId}`);
  return status === 200 ? { type: 'ok', value: body } : { type: 'fail', told: String(status) };
}

async function sendBad({ method, path, body, contentType }: BadRequest, { request }: ClientContext): Promise<Outcome> {
  const { status } = await request(method, path, { body, headers: contentType ? { 'content-type': contentType } : {} });
  return status >= 400 && status <= 499 ? { type: 'ok' } : { type: 'fail', told: `${status} instead of 4xx` };
}

/** Contacts are written to the table by another application of the same company. */
async function setContact({ key, value }: Operation, { aws }: ClientContext): Promise<Outcome> {
  await tables(aws).send(new PutCommand({ TableName: ORDERS, Item: { pk: key, sk: 'contact', email: value } }));
  return { type: 'ok' };
}

async function findContact({ key }: Operation, { aws }: ClientContext): Promise<Outcome> {
  const { Item } = await tables(aws).send(new GetCommand({ TableName: ORDERS, Key: { pk: key, sk: 'contact' } }));
  return Item ? { type: 'ok', value: Item.email } : { type: 'fail', told: 'no contact' };
}

function tables(aws: AwsAccess): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(aws));
}
