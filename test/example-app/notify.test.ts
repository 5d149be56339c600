import { marshall } from '@aws-sdk/util-dynamodb';
import { Answer, Call, LocalEndpoint, loadHandler } from '../support/local-endpoint';

const order = { pk: 'o-1', sk: 'order', orderId: 'o-1', customerId: 'c-1', status: 'SHIPPED', region: 'us-west-2' };

describe('telling the customer', () => {
  let endpoint: LocalEndpoint;
  let contact: object | undefined;
  let stored: boolean;
  beforeEach(async () => {
    contact = undefined;
    stored = false;
    endpoint = await LocalEndpoint.start(answer);
  });
  afterEach(() => endpoint.stop());

  function answer({ operation, input }: Call): Answer {
    if (operation === 'GetItem') {
      return { body: { Item: input.Key.sk.S === 'contact' ? contact && marshall(contact) : marshall({ told: 'SHIPPED' }) } };
    }
    return stored ? { status: 400, type: 'ConditionalCheckFailedException', body: {} } : { body: {} };
  }
  const notify = async (change: object = {}) => loadHandler<{ handler(event: object): Promise<void> }>(
    '../../example-app/handlers/notify', { AWS_ENDPOINT_URL: endpoint.url, TABLE_NAME: 'Orders-OrdersTable' },
  ).handler({ detail: { newImage: marshall({ ...order, ...change }) } });
  const written = () => endpoint.calls.filter(({ operation }) => operation === 'PutItem').map(({ input }) => input.Item);

  test('is by e-mail if there is a contact, and leaves a record of it', async () => {
    contact = { email: 'a@example.com' };
    await notify();
    expect(written()).toEqual([marshall({ pk: 'o-1', sk: 'notification', told: 'SHIPPED', by: 'e-mail', region: 'us-west-2' })]);
  });

  test('is by post if there is none', async () => {
    await notify({ status: 'CANCELLED' });
    expect(written()).toEqual([expect.objectContaining({ by: { S: 'post' }, told: { S: 'CANCELLED' } })]);
  });

  test('is done once, however often the event comes', async () => {
    stored = true;
    await expect(notify()).resolves.toBeUndefined();
  });

  test('waits until there is something to tell', async () => {
    await notify({ status: 'PLACED' });
    expect(endpoint.calls).toEqual([]);
  });

  test.each([['nobody'], [undefined], [''], [7]])('fails if the contact\'s e-mail is %j', async email => {
    contact = { ...(email !== undefined && { email }) };
    await expect(notify()).rejects.toThrow('no e-mail address');
    expect(written()).toEqual([]);
  });
});
