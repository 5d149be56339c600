import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { Answer, Call, LocalEndpoint, loadHandler } from '../support/local-endpoint';

const STATE_MACHINE_ARN = 'arn:aws:states:us-west-2:111122223333:stateMachine:Orders-Fulfilment';

const message = (body: object | string, messageId = 'm-1') => ({ messageId, body: typeof body === 'string' ? body : JSON.stringify(body) });
const order = (orderId: unknown) => ({ 'detail-type': 'OrderPlaced', 'region': 'us-west-2', 'detail': { orderId } });

describe('the starter', () => {
  let endpoint: LocalEndpoint;
  let answer: (call: Call) => Answer;
  let logged: jest.SpyInstance;

  beforeEach(async () => {
    endpoint = await LocalEndpoint.start(call => answer(call));
    logged = jest.spyOn(console, 'error').mockImplementation();
    answer = () => started;
  });
  afterEach(async () => {
    await endpoint.stop();
    logged.mockRestore();
  });

  const started = { body: { executionArn: 'arn:aws:states:us-west-2:111122223333:execution:Orders-Fulfilment:o-1', startDate: 1 } };
  const exists = { status: 400, type: 'ExecutionAlreadyExists', body: { message: 'Execution Already Exists' } };

  async function deliver(...records: object[]): Promise<SQSBatchResponse> {
    const { handler } = loadHandler<{ handler(event: SQSEvent): Promise<SQSBatchResponse> }>('../../src/replicated-workflow/starter.lambda', {
      AWS_ENDPOINT_URL: endpoint.url, STATE_MACHINE_ARN, IDEMPOTENCY_KEY_PATH: '$.detail.orderId',
    });
    return handler({ Records: records } as SQSEvent);
  }

  test('starts one execution, named by the idempotency key, with the event as its input', async () => {
    expect(await deliver(message(order('o-1')))).toEqual({ batchItemFailures: [] });
    expect(endpoint.calls).toEqual([
      { operation: 'StartExecution', input: { stateMachineArn: STATE_MACHINE_ARN, name: 'o-1', input: JSON.stringify(order('o-1')) } },
    ]);
  });

  test('takes a duplicate for done', async () => {
    answer = () => exists;
    expect(await deliver(message(order('o-1')))).toEqual({ batchItemFailures: [] });
    expect(logged).not.toHaveBeenCalled();
  });

  test('takes concurrent duplicates for done, whichever is first', async () => {
    answer = () => (endpoint.calls.length === 1 ? started : exists);
    expect(await deliver(message(order('o-1'), 'm-1'), message(order('o-1'), 'm-2'))).toEqual({ batchItemFailures: [] });
    expect(endpoint.calls.map(call => call.input.name)).toEqual(['o-1', 'o-1']);
  });

  test('fails only the messages that could not be started', async () => {
    answer = call => (call.input.name === 'o-2' ? { status: 500, type: 'InternalFailure', body: {} } : started);
    expect(await deliver(message(order('o-1'), 'm-1'), message(order('o-2'), 'm-2'), message(order('o-3'), 'm-3'))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm-2' }],
    });
  });

  test('starts a batch side by side', async () => {
    let running = 0;
    let most = 0;
    const slow = await LocalEndpoint.start(async () => {
      most = Math.max(most, ++running);
      await new Promise(resolve => setTimeout(resolve, 50));
      running--;
      return started;
    });
    await endpoint.stop();
    endpoint = slow;
    await deliver(...Array.from({ length: 10 }, (_, i) => message(order(`o-${i}`), `m-${i}`)));
    expect(most).toBe(10);
  });

  test.each<[string, object | string]>([
    ['has no key', { detail: {} }],
    ['has an empty key', order('')],
    ['is not JSON', 'not json'],
  ])('fails a message that %s, and logs no payload', async (_, body) => {
    expect(await deliver(message(body))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
    expect(endpoint.calls).toEqual([]);
    expect(JSON.parse(logged.mock.calls[0][0])).toMatchObject({ message: 'not started', messageId: 'm-1' });
    expect(logged.mock.calls[0][0]).not.toContain('OrderPlaced');
  });

  test('hashes a key that cannot be an execution\'s name', async () => {
    await deliver(message(order('order 1/2')));
    expect(endpoint.calls[0].input.name).toMatch(/^sha256-[0-9a-f]{64}$/);
  });
});
