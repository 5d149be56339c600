import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { Answer, Call, LocalEndpoint, loadHandler } from '../support/local-endpoint';
import { LogLines } from '../support/log-lines';

const order = { orderId: 'o-1', customerId: 'c-1', items: [{ sku: 'book', quantity: 2, unitPriceCents: 1999 }] };

/** DynamoDB and EventBridge, as far as placing an order needs them. */
class Aws {
  /** By id and kind: `o-1/order`. */
  public readonly stored = new Map<string, any>();
  public readonly published: any[] = [];
  public eventsRefused = false;

  public answer({ operation, input }: Call): Answer {
    switch (operation) {
      case 'PutItem': {
        const key = `${input.Item.pk.S}/${input.Item.sk.S}`;
        if (this.stored.has(key)) return { status: 400, type: 'ConditionalCheckFailedException', body: { message: 'The conditional request failed' } };
        this.stored.set(key, input.Item);
        return { body: {} };
      }
      case 'GetItem': return { body: { Item: this.stored.get(`${input.Key.pk.S}/${input.Key.sk.S}`) } };
      case 'PutEvents':
        if (this.eventsRefused) return { body: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] } };
        this.published.push(...input.Entries);
        return { body: { FailedEntryCount: 0, Entries: input.Entries.map(() => ({ EventId: '1' })) } };
      default: throw new Error(operation);
    }
  }
}

describe('POST /orders', () => {
  let aws: Aws;
  let endpoint: LocalEndpoint;
  let log: LogLines;
  beforeEach(async () => {
    log = new LogLines();
    aws = new Aws();
    endpoint = await LocalEndpoint.start(call => aws.answer(call));
  });
  afterEach(async () => {
    await endpoint.stop();
    log.restore();
  });

  function post(body: object | string, region = 'us-west-2', headers: Record<string, string> = {}): Promise<APIGatewayProxyResult> {
    const { handler } = loadHandler<{ handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> }>(
      '../../example-app/handlers/place-order', { AWS_ENDPOINT_URL: endpoint.url, AWS_REGION: region, TABLE_NAME: 'Orders-OrdersTable', BUS_NAME: 'Orders-Bus' });
    return handler({
      body: typeof body === 'string' ? body : JSON.stringify(body), isBase64Encoded: false, headers, requestContext: { requestId: 'r-1' },
    } as APIGatewayProxyEvent);
  }

  test('stores the order with its region, and publishes it once', async () => {
    const response = await post(order);
    expect(response.statusCode).toBe(201);
    expect(JSON.parse(response.body)).toMatchObject({ orderId: 'o-1', status: 'PLACED', region: 'us-west-2', totalCents: 3998 });
    expect(unmarshall(aws.stored.get('o-1/order'))).toMatchObject({ ...order, region: 'us-west-2' });
    expect(aws.published).toEqual([{ EventBusName: 'Orders-Bus', Source: 'orders', DetailType: 'OrderPlaced', Detail: JSON.stringify({ ...order, totalCents: 3998, correlationId: 'r-1' }) }]);
  });

  test('gives the order the client\'s correlation id, and the answer too', async () => {
    const response = await post(order, 'us-west-2', { 'X-Correlation-Id': 'client-1' });
    expect(response.headers).toMatchObject({ 'content-type': 'application/json', 'x-correlation-id': 'client-1' });
    expect(unmarshall(aws.stored.get('o-1/order')).correlationId).toBe('client-1');
    expect(JSON.parse(aws.published[0].Detail).correlationId).toBe('client-1');
  });

  test('ignores a correlation id that could forge a line of the log, and says so', async () => {
    const response = await post(order, 'us-west-2', { 'x-correlation-id': 'a", "level": "ERROR' });
    expect([response.statusCode, response.headers!['x-correlation-id']]).toEqual([201, 'r-1']);
  });

  test('gives what it refuses a correlation id likewise', async () => {
    expect((await post('{', 'us-west-2', { 'x-correlation-id': 'client-1' })).headers!['x-correlation-id']).toBe('client-1');
  });

  test('keeps the correlation id of an order that is sent again', async () => {
    await post(order, 'us-west-2', { 'x-correlation-id': 'first' });
    await post(order, 'us-west-2', { 'x-correlation-id': 'second' });
    expect(unmarshall(aws.stored.get('o-1/order')).correlationId).toBe('first');
    expect(log.of('INFO').map(({ message, correlation_id }) => [message, correlation_id])).toEqual([
      ['order taken', 'first'], ['order published', 'first'], ['order sent again', 'second'],
    ]);
  });

  test('tells what it did, and nothing of the order but its id', async () => {
    await post(order, 'us-west-2', { 'x-correlation-id': 'client-1' });
    const subject = { order_id: 'o-1', correlation_id: 'client-1' };
    expect(log.of('INFO')).toEqual([{ message: 'order taken', ...subject }, { message: 'order published', ...subject }]);
    expect(log.text).not.toMatch(/c-1|book|1999/);
  });

  test('answers a resent order with what is stored', async () => {
    const first = JSON.parse((await post(order)).body);
    const again = await post(order);
    expect([again.statusCode, JSON.parse(again.body)]).toEqual([200, first]);
  });

  test('takes an order that it cannot publish, since the table starts its workflow, and says so', async () => {
    aws.eventsRefused = true;
    expect((await post(order)).statusCode).toBe(201);
    expect(aws.stored.has('o-1/order')).toBe(true);
    expect(log.of('WARN')).toEqual([{ message: 'order not published', order_id: 'o-1', correlation_id: 'r-1', reason: 'Error' }]);
    expect(log.text).not.toMatch(/c-1|book|1999/);
  });

  test('publishes nothing for a resent order, whichever region has it and wherever it is on its way', async () => {
    aws.eventsRefused = true;
    await post(order);
    aws.eventsRefused = false;
    expect((await post(order)).statusCode).toBe(200);
    expect((await post(order, 'ap-southeast-2')).statusCode).toBe(200);
    aws.stored.set('o-1/outcome', { status: { S: 'SHIPPED' }, region: { S: 'ap-southeast-2' } });
    expect(JSON.parse((await post(order)).body)).toMatchObject({ status: 'SHIPPED', region: 'us-west-2' });
    expect(aws.published).toEqual([]);
  });

  test('refuses another order of the same id', async () => {
    await post(order);
    const response = await post({ ...order, customerId: 'c-2' });
    expect([response.statusCode, response.headers!['content-type']]).toEqual([409, 'application/problem+json']);
    expect(aws.published).toHaveLength(1);
  });

  test.each([['no JSON', '{', 400], ['wrong types', { ...order, orderId: 1 }, 400], ['too much', { ...order, customerId: 'x'.repeat(70000) }, 413]])(
    'with %s leaves no trace', async (_, body, status) => {
      expect((await post(body)).statusCode).toBe(status);
      expect(endpoint.calls).toEqual([]);
    });
});
