import { marshall } from '@aws-sdk/util-dynamodb';
import { Answer, Call, LocalEndpoint, loadHandler } from '../support/local-endpoint';
import { LogLines } from '../support/log-lines';

const order = { pk: 'o-1', sk: 'outcome', orderId: 'o-1', customerId: 'c-1', status: 'SHIPPED', region: 'us-west-2', correlationId: 'r-1' };

describe('telling the customer', () => {
  let endpoint: LocalEndpoint;
  let contact: object | undefined;
  let stored: boolean;
  let log: LogLines;
  beforeEach(async () => {
    log = new LogLines();
    contact = undefined;
    stored = false;
    endpoint = await LocalEndpoint.start(answer);
  });
  afterEach(async () => {
    await endpoint.stop();
    log.restore();
  });

  function answer({ operation, input }: Call): Answer {
    if (operation === 'GetItem') {
      return { body: { Item: input.Key.sk.S === 'contact' ? contact && marshall(contact) : marshall({ told: 'SHIPPED' }) } };
    }
    return stored ? { status: 400, type: 'ConditionalCheckFailedException', body: {} } : { body: {} };
  }
  const notify = async (change: object = {}) => loadHandler<{ handler(event: object): Promise<void> }>(
    '../../example-app/handlers/notify', { AWS_ENDPOINT_URL: endpoint.url, TABLE_NAME: 'Orders-OrdersTable' },
  ).handler({ detail: { dynamodb: { NewImage: marshall({ ...order, ...change }) } } });
  const written = () => endpoint.calls.filter(({ operation }) => operation === 'PutItem').map(({ input }) => input.Item);

  test('is by e-mail if there is a contact, and leaves a record of it', async () => {
    contact = { email: 'a@example.com' };
    await notify();
    expect(written()).toEqual([marshall({ pk: 'o-1', sk: 'notification', told: 'SHIPPED', by: 'e-mail', region: 'us-west-2' })]);
  });

  test('is told of, without the customer', async () => {
    contact = { email: 'a@example.com' };
    await notify();
    expect(log.of('INFO')).toEqual([{ message: 'customer told', order_id: 'o-1', correlation_id: 'r-1', status: 'SHIPPED' }]);
    expect(log.text).not.toMatch(/c-1|example\.com/);
  });

  test('is by post if there is none', async () => {
    await notify({ status: 'CANCELLED' });
    expect(written()).toEqual([expect.objectContaining({ by: { S: 'post' }, told: { S: 'CANCELLED' } })]);
  });

  test('is done once, however often the event comes', async () => {
    stored = true;
    await expect(notify()).resolves.toBeUndefined();
    expect(log.of('INFO')).toMatchObject([{ message: 'customer knows already' }]);
  });

  test.each([['nobody'], [undefined], [''], [7]])('fails if the contact\'s e-mail is %j', async email => {
    contact = { ...(email !== undefined && { email }) };
    await expect(notify()).rejects.toThrow('no e-mail address');
    expect(written()).toEqual([]);
  });
});
