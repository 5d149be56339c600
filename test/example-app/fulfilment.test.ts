import { readFileSync } from 'fs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { Answer, Call, LocalEndpoint, loadHandler } from '../support/local-endpoint';
import { LogLines } from '../support/log-lines';

const order = (quantity: number, unitPriceCents: number) => ({
  region: 'us-west-2',
  detail: { orderId: 'o-1', customerId: 'c-1', items: [{ sku: 'book', quantity, unitPriceCents }], totalCents: quantity * unitPriceCents, correlationId: 'r-1' },
});

const SUBJECT = { order_id: 'o-1', correlation_id: 'r-1' };

describe('a step of the fulfilment', () => {
  const stored = new Map<string, any>();
  let endpoint: LocalEndpoint;
  let log: LogLines;
  beforeEach(async () => {
    log = new LogLines();
    stored.clear();
    endpoint = await LocalEndpoint.start(({ operation, input }: Call): Answer => {
      const { pk, sk } = operation === 'PutItem' ? input.Item : input.Key;
      const key = `${pk.S}/${sk.S}`;
      if (operation === 'GetItem') return { body: { Item: stored.get(key) } };
      if (stored.has(key)) return { status: 400, type: 'ConditionalCheckFailedException', body: {} };
      stored.set(key, input.Item);
      return { body: {} };
    });
  });
  afterEach(async () => {
    await endpoint.stop();
    log.restore();
  });

  const step = (file: string, name: string) => loadHandler<any>(`../../example-app/handlers/${file}`, { AWS_ENDPOINT_URL: endpoint.url, TABLE_NAME: 'Orders-OrdersTable' })[name];

  test.each([['payment', 'charge', 'charge'], ['warehouse', 'reserve', 'reservation'], ['carrier', 'ship', 'shipment']])(
    '%s: %s is done once, however often it is called', async (file, name, kind) => {
      await step(file, name)(order(2, 1999));
      const first = stored.get(`o-1/${kind}`);
      await step(file, name)(order(2, 1999));
      expect([...stored.keys()]).toEqual([`o-1/${kind}`]);
      expect(stored.get(`o-1/${kind}`)).toBe(first);
      expect(unmarshall(first)).toMatchObject({ region: 'us-west-2' });
    });

  test.each([['payment', 'charge', 'refund'], ['warehouse', 'reserve', 'release']])('%s: what %s did is undone once, if it was done', async (file, name, undo) => {
    await step(file, undo)(order(2, 1999));
    expect(stored.size).toBe(0);
    await step(file, name)(order(2, 1999));
    await step(file, undo)(order(2, 1999));
    const first = stored.get(`o-1/${undo}`);
    await step(file, undo)(order(2, 1999));
    expect(stored.size).toBe(2);
    expect(stored.get(`o-1/${undo}`)).toBe(first);
    expect(unmarshall(first)).toMatchObject({ region: 'us-west-2' });
  });

  test.each([['payment', 'charge', order(1, 500_001), 'CardDeclined'], ['warehouse', 'reserve', order(101, 1), 'OutOfStock'], ['carrier', 'ship', order(501, 1), 'NoCarrier']])(
    '%s: %s can refuse, and then leaves no trace', async (file, name, event, error) => {
      await expect(step(file, name)(event)).rejects.toMatchObject({ name: error });
      expect(stored.size).toBe(0);
      expect(log.of('INFO').at(-1)).toEqual({ message: 'refused', reason: error, ...SUBJECT });
    });

  test.each([
    ['payment', 'charge', 'refund', ['charge requested', 'charge refunded']], ['warehouse', 'reserve', 'release', ['goods reserved', 'goods released']],
    ['carrier', 'ship', undefined, ['goods shipped']],
  ])('%s: tells what was done and undone, and nothing of the order but its id', async (file, name, undo, messages) => {
    if (undo) await step(file, undo)(order(2, 1999));
    await step(file, name)(order(2, 1999));
    if (undo) await step(file, undo)(order(2, 1999));
    expect(log.of('INFO')).toEqual(messages.map(message => ({ message, ...SUBJECT })));
    expect(log.text).not.toMatch(/c-1|book|1999/);
  });
});

test('an order is indexed in each region once, which tells where it was placed', async () => {
  const log = new LogLines();
  let stored = false;
  const endpoint = await LocalEndpoint.start(({ operation }): Answer => {
    if (operation === 'GetItem') return { body: { Item: { region: { S: 'us-west-2' } } } };
    if (stored) return { status: 400, type: 'ConditionalCheckFailedException', body: {} };
    stored = true;
    return { body: {} };
  });
  try {
    const { handler } = loadHandler<any>('../../example-app/handlers/index-order', { AWS_ENDPOINT_URL: endpoint.url, TABLE_NAME: 'Orders-OrdersTable' });
    const NewImage = { orderId: { S: SUBJECT.order_id }, correlationId: { S: SUBJECT.correlation_id }, region: { S: 'ap-southeast-2' }, totalCents: { N: '3998' }, customerId: { S: 'c-1' } };
    const event = { region: 'ap-southeast-2', detail: { dynamodb: { NewImage } } };
    await handler(event);
    await handler(event);
    expect(endpoint.calls[0].input.Item.sk.S).toBe('indexed#us-west-2');
    expect(log.of('INFO')).toEqual(['order indexed', 'order indexed already'].map(message => ({ message, placed_in: 'ap-southeast-2', ...SUBJECT })));
    expect(log.text).not.toMatch(/c-1|book|1999/);
  } finally {
    await endpoint.stop();
    log.restore();
  }
});

describe('the fulfilment', () => {
  const { States } = JSON.parse(readFileSync('example-app/fulfilment.asl.json', 'utf8'));
  const undo = (state: string): string[] => (States[state].Next ? [state, ...undo(States[state].Next)] : [state]);

  test('undoes what was done when a step fails for good', () => {
    for (const step of ['Charge', 'Reserve', 'Ship']) {
      expect([step, undo(States[step].Catch[0].Next)]).toEqual([step, ['Cancel', 'Release', 'Refund', 'WasItBusiness']]);
    }
  });

  test('undoes nothing of an order that another region has shipped meanwhile', () => {
    const { Parameters, Retry, Catch } = States.Cancel;
    expect(Parameters.ConditionExpression).toBe('attribute_not_exists(pk) OR #status = :status');
    expect(Parameters.ExpressionAttributeValues).toEqual({ ':status': { S: 'CANCELLED' } });
    const [retrier, catcher] = [Retry[0], Catch[0]];
    expect(retrier).toEqual({ ErrorEquals: ['DynamoDB.ConditionalCheckFailedException'], MaxAttempts: 0 });
    expect(catcher.ErrorEquals).toEqual(retrier.ErrorEquals);
    expect(States[catcher.Next].Type).toBe('Succeed');
  });

  test('writes the outcome beside the order, which a region that goes on late may write over', () => {
    for (const [state, status] of [['MarkShipped', 'SHIPPED'], ['Cancel', 'CANCELLED']]) {
      const { Item } = States[state].Parameters;
      expect([Item.sk, Item.status]).toEqual([{ S: 'outcome' }, { S: status }]);
      expect(Object.keys(Item)).toEqual(['pk', 'sk', 'orderId', 'customerId', 'correlationId', 'status', 'region']);
    }
  });

  // both were running when their region froze; Step Functions calls the function's own timeout by either of two names
  test('takes a step again that timed out, and one whose function did: else an order is cancelled that a peer ships', () => {
    for (const step of ['Charge', 'Reserve', 'Ship', 'Release', 'Refund']) {
      expect([step, States[step].Retry[0].ErrorEquals]).toEqual([step, expect.arrayContaining(['States.Timeout', 'Sandbox.Timedout', 'Lambda.Unknown'])]);
    }
  });

  test.each([
    ['payment', 'charge', 'Charge'], ['warehouse', 'reserve', 'Reserve'], ['carrier', 'ship', 'Ship'], ['warehouse', 'release', 'Release'], ['payment', 'refund', 'Refund'],
  ])('%s: takes %s again when the table does not answer', async (file, name, state) => {
    const silent = await LocalEndpoint.start(() => new Promise(() => {}));
    const log = new LogLines();
    try {
      const handlers = loadHandler<any>(`../../example-app/handlers/${file}`, { AWS_ENDPOINT_URL: silent.url, TABLE_NAME: 'Orders-OrdersTable' });
      const error = await handlers[name](order(2, 1999)).catch((thrown: Error) => thrown);
      expect(States[state].Retry[0].ErrorEquals).toContain(error.name);
    } finally {
      log.restore();
      await silent.stop();
    }
  });

  test('leaves no error of Lambda itself to the cancellation', () => {
    for (const step of ['Charge', 'Reserve', 'Ship', 'Release', 'Refund']) {
      expect([step, States[step].Retry[0].ErrorEquals]).toEqual([step, expect.arrayContaining([
        'Lambda.ClientExecutionTimeoutException', 'Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException', 'Lambda.TooManyRequestsException',
      ])]);
    }
  });

  test('retries every task', () => {
    for (const state of Object.values<any>(States).filter(({ Type }) => Type === 'Task')) {
      expect(state.Retry.at(-1).MaxAttempts).toBeGreaterThan(3);
    }
  });
});
