import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { Answer, Call, LocalEndpoint, loadHandler, messageTaken } from '../support/local-endpoint';
import { LogLines } from '../support/log-lines';

const EVENT = { 'source': 'orders', 'detail-type': 'OrderPlaced', 'time': '2026-11-22T10:00:00Z', 'region': 'us-west-2', 'resources': ['arn:mine'], 'detail': { orderId: 'o-1' } };
const letter = (messageId: string, target: string) => ({ messageId, body: JSON.stringify(EVENT), messageAttributes: { TARGET_ARN: { stringValue: target, dataType: 'String' } } });
const FUNCTION = 'arn:aws:lambda:us-west-2:111122223333:function:Shop-Notify:live';
const QUEUE = 'arn:aws:sqs:us-west-2:111122223333:Shop-Queue';
const PEER = 'arn:aws:events:eu-west-1:111122223333:event-bus/shop';

describe('the redriver', () => {
  let endpoint: LocalEndpoint;
  let answer: (call: Call) => Answer;
  let log: LogLines;

  beforeEach(async () => {
    endpoint = await LocalEndpoint.start(call => answer(call));
    log = new LogLines();
    answer = ({ operation, input }) => {
      if (operation === 'SendMessage') return messageTaken(input.MessageBody);
      if (operation === 'GetQueueUrl') return { body: { QueueUrl: `${endpoint.url}/111122223333/Shop-Queue` } };
      return operation === 'PutEvents' ? { body: { FailedEntryCount: 0, Entries: [{ EventId: '1' }] } } : { status: 202, body: {} };
    };
  });
  afterEach(async () => {
    await endpoint.stop();
    log.restore();
  });

  async function redrive(...records: object[]): Promise<SQSBatchResponse> {
    const { handler } = loadHandler<{ handler(event: SQSEvent): Promise<SQSBatchResponse> }>('../../src/dead-letters/redriver.lambda', { AWS_ENDPOINT_URL: endpoint.url });
    return handler({ Records: records } as SQSEvent);
  }

  test('invokes a function asynchronously', async () => {
    expect(await redrive(letter('m-1', FUNCTION))).toEqual({ batchItemFailures: [] });
    expect(endpoint.calls).toEqual([{ operation: `POST /2015-03-31/functions/${FUNCTION}/invocations`, input: EVENT }]);
  });

  test('sends to a queue', async () => {
    expect(await redrive(letter('m-1', QUEUE))).toEqual({ batchItemFailures: [] });
    expect(endpoint.calls.map(({ operation, input }) => [operation, input.MessageBody ?? input.QueueName])).toEqual([['GetQueueUrl', 'Shop-Queue'], ['SendMessage', JSON.stringify(EVENT)]]);
  });

  test('publishes for a peer on the redrive bus of its own region, where the event is still one of this region', async () => {
    expect(await redrive(letter('m-1', PEER))).toEqual({ batchItemFailures: [] });
    expect(endpoint.calls).toEqual([{
      operation: 'PutEvents',
      input: {
        Entries: [{
          EventBusName: 'shop-redrive',
          Source: 'orders',
          DetailType: 'OrderPlaced',
          Time: Date.parse(EVENT.time) / 1000,
          Resources: ['arn:mine', PEER],
          Detail: '{"orderId":"o-1"}',
        }],
      },
    }]);
  });

  test('leaves only those in the queue that could not be sent, and logs why without what they hold', async () => {
    const usual = answer;
    answer = call => (call.operation === 'PutEvents' ? { body: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'later' }] } } : usual(call));
    const unknown = { messageId: 'm-3', body: JSON.stringify({ secret: 'sesame' }), messageAttributes: {} };
    expect(await redrive(letter('m-1', PEER), letter('m-2', FUNCTION), unknown)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }, { itemIdentifier: 'm-3' }] });
    expect(log.of('ERROR').sort((one, other) => one.message_id.localeCompare(other.message_id))).toMatchObject([
      { message: 'not redriven', message_id: 'm-1', error: { message: expect.stringContaining('InternalFailure') } },
      { message: 'not redriven', message_id: 'm-3' },
    ]);
    expect(log.text).not.toMatch(/sesame|o-1/);
  });
});
