import { createHash } from 'crypto';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { Answer, Call, LocalEndpoint, loadHandler } from '../support/local-endpoint';
import { LogLines } from '../support/log-lines';

const record = (n: number, oldVersion: number, newVersion: number) => ({
  eventID: `e-${n}`,
  eventName: 'MODIFY',
  dynamodb: {
    ApproximateCreationDateTime: 1763800000,
    SequenceNumber: `${n}`,
    Keys: { pk: { S: `customer-${n}` } },
    OldImage: { pk: { S: `customer-${n}` }, region: { S: 'us-west-2' }, v: { N: String(oldVersion) }, secret: { S: 'sesame' } },
    NewImage: { pk: { S: `customer-${n}` }, region: { S: 'eu-west-1' }, v: { N: String(newVersion) }, secret: { S: 'open' } },
  },
});
const lost = (n: number) => record(n, 2, 2);

describe('the conflict detector', () => {
  let endpoint: LocalEndpoint;
  let answer: (call: Call) => Answer;
  let log: LogLines;

  beforeEach(async () => {
    endpoint = await LocalEndpoint.start(call => answer(call));
    answer = ({ input }) => ({ body: { MessageId: '1', MD5OfMessageBody: createHash('md5').update(input.MessageBody).digest('hex') } });
    log = new LogLines();
  });
  afterEach(async () => {
    log.restore();
    await endpoint.stop();
  });

  let remaining: () => number;
  beforeEach(() => { remaining = () => 10_000; });

  async function deliver(environment: Record<string, string>, ...records: object[]): Promise<DynamoDBBatchResponse> {
    const { handler } = loadHandler<{ handler(event: DynamoDBStreamEvent, context: object): Promise<DynamoDBBatchResponse> }>('../../src/global-table/detect-conflicts.lambda', {
      AWS_ENDPOINT_URL: endpoint.url, TABLE_NAME: 'Orders-Table', REGION_ATTRIBUTE_NAME: 'region', ...environment,
    });
    return handler({ Records: records } as DynamoDBStreamEvent, { getRemainingTimeInMillis: remaining });
  }

  const metrics = () => log.metrics;
  const withQueue = () => ({ LOSING_IMAGES_URL: `${endpoint.url}/111122223333/Orders-Lost`, VERSION_ATTRIBUTE_NAME: 'v' });

  test('counts a lost write, by a metric that CloudWatch reads from the log', async () => {
    expect(await deliver({}, lost(1))).toEqual({ batchItemFailures: [] });
    expect(metrics()).toEqual([{
      _aws: { Timestamp: expect.any(Number), CloudWatchMetrics: [{ Namespace: 'cdk-multi-region', Dimensions: [['TableName']], Metrics: [{ Name: 'LostWrites', Unit: 'Count' }] }] },
      TableName: 'Orders-Table',
      LostWrites: 1,
      message: 'a write of this region was lost',
      region: 'us-west-2',
      winner: 'eu-west-1',
      key: expect.stringMatching(/^[0-9a-f]{16}$/),
    }]);
    expect(log.text).toMatch(/^\{.*\}\n$/);
    expect(endpoint.calls).toEqual([]);
  });

  test('logs neither keys nor what the items hold', async () => {
    answer = () => ({ status: 500, type: 'InternalFailure', body: {} });
    await deliver({}, lost(1));
    await deliver(withQueue(), lost(2));
    expect(log.text).not.toMatch(/customer|sesame|open/);
  });

  test('with versions counts only writes that have not seen what they replaced', async () => {
    await deliver({ VERSION_ATTRIBUTE_NAME: 'v' }, record(1, 1, 2), record(2, 2, 2), record(3, 3, 2));
    expect(metrics()).toHaveLength(2);
  });

  test('without versions counts every replacement', async () => {
    await deliver({}, record(1, 1, 2), record(2, 2, 2));
    expect(metrics()).toHaveLength(2);
  });

  test('sends the keys and both images to the queue, the same for a duplicate', async () => {
    await deliver(withQueue(), lost(1));
    await deliver(withQueue(), lost(1));
    const bodies = endpoint.calls.map(({ operation, input }) => [operation, JSON.parse(input.MessageBody)]);
    const { Keys: keys, OldImage: losingImage, NewImage: winningImage } = lost(1).dynamodb;
    expect(bodies[0]).toEqual(['SendMessage', {
      idempotencyKey: 'e-1', table: 'Orders-Table', region: 'us-west-2', winner: 'eu-west-1', replacedAt: 1763800000, keys, losingImage, winningImage,
    }]);
    expect(bodies[1]).toEqual(bodies[0]);
  });

  test('sends nothing of a write that was not lost', async () => {
    expect(await deliver(withQueue(), record(1, 1, 2))).toEqual({ batchItemFailures: [] });
    expect(endpoint.calls).toEqual([]);
  });

  test('stops at the first that fails, without counting it, so that it and what follows are delivered again', async () => {
    const usual = answer;
    answer = call => (call.input.MessageBody.includes('e-2') ? { status: 500, type: 'InternalFailure', body: {} } : usual(call));
    expect(await deliver(withQueue(), lost(1), lost(2), lost(3))).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    expect(metrics()).toHaveLength(1);
    expect(log.of('ERROR')).toMatchObject([{ message: 'not judged', event_id: 'e-2' }]);

    answer = usual;
    expect(await deliver(withQueue(), lost(2), lost(3))).toEqual({ batchItemFailures: [] });
    expect(metrics()).toHaveLength(3);
  });

  test('stops before Lambda ends it, which would deliver again what it has counted', async () => {
    let left = 10_000;
    remaining = () => left;
    const usual = answer;
    answer = call => {
      left -= 3_900; // a slow queue
      return usual(call);
    };
    expect(await deliver(withQueue(), lost(1), lost(2), lost(3), lost(4))).toEqual({ batchItemFailures: [{ itemIdentifier: '3' }] });
    expect(metrics()).toHaveLength(2);
  });
});
