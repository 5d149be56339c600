import { IncomingHttpHeaders } from 'http';
import { Answer, Call, LocalEndpoint, loadHandler } from '../support/local-endpoint';
import { LoopbackServer } from '../support/loopback-server';

const ARN = 'arn:aws:dynamodb:us-west-2:111122223333:table/Orders-Table/stream/2026-11-22T10:00:00.000';
const found = { body: { Table: { LatestStreamArn: ARN } } };
const denied = { status: 400, type: 'AccessDeniedException', body: { message: 'not yet' } };

describe('the reader of stream ARNs', () => {
  let dynamodb: LocalEndpoint;
  let answer: (call: Call) => Answer | Promise<Answer>;
  /** CloudFormation's bucket, to which the answer is put. */
  let bucket: LoopbackServer;
  let puts: { method?: string; headers: IncomingHttpHeaders; body: any }[];
  let status: number;

  beforeEach(async () => {
    dynamodb = await LocalEndpoint.start(call => answer(call));
    answer = () => found;
    puts = [];
    status = 200;
    bucket = await new LoopbackServer((put, text, response) => {
      puts.push({ method: put.method, headers: put.headers, body: JSON.parse(text) });
      response.writeHead(status).end();
    }).start();
  });
  afterEach(async () => {
    await dynamodb.stop();
    await bucket.stop();
  });

  async function request(RequestType: string, { time = 60_000, ...more }: any = {}): Promise<void> {
    const { handler } = loadHandler<{ handler(event: object, context: object): Promise<void> }>('../../src/global-table/stream-arn.lambda', { AWS_ENDPOINT_URL: dynamodb.url });
    await handler({
      RequestType,
      ResponseURL: `${bucket.url}/answer?signature=x`,
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'TableStreamArn',
      ResourceProperties: { ServiceToken: 'arn', TableName: 'Orders-Table' },
      ...more,
    }, { getRemainingTimeInMillis: () => time });
  }

  const IDS = { StackId: 'stack', RequestId: 'request', LogicalResourceId: 'TableStreamArn' };

  test.each([['Create', {}, 'Orders-Table-stream'], ['Update', { PhysicalResourceId: 'as-it-was' }, 'as-it-was']])('answers %s with the ARN of the latest stream', async (type, more, PhysicalResourceId) => {
    await request(type, more);
    expect(dynamodb.calls).toEqual([{ operation: 'DescribeTable', input: { TableName: 'Orders-Table' } }]);
    expect(puts.map(({ method, body }) => [method, body])).toEqual([['PUT', { ...IDS, Status: 'SUCCESS', PhysicalResourceId, Data: { StreamArn: ARN } }]]);
  });

  test('answers as its URL is signed: without a content type', async () => {
    await request('Create');
    expect(puts[0].headers['content-type']).toBe('');
  });

  test('does nothing at a Delete, not even when the table is gone', async () => {
    answer = () => ({ status: 400, type: 'ResourceNotFoundException', body: {} });
    await request('Delete', { PhysicalResourceId: 'as-it-was' });
    expect(dynamodb.calls).toEqual([]);
    expect(puts[0].body).toEqual({ ...IDS, Status: 'SUCCESS', PhysicalResourceId: 'as-it-was' });
  });

  test('tries again while a permission is not known everywhere', async () => {
    answer = () => (dynamodb.calls.length < 3 ? denied : found);
    await request('Create');
    expect(dynamodb.calls).toHaveLength(3);
    expect(puts[0].body).toMatchObject({ Status: 'SUCCESS', Data: { StreamArn: ARN } });
  });

  test.each<[string, Answer, RegExp]>([
    ['the table has no stream', { body: { Table: {} } }, /Orders-Table has no stream in us-west-2/],
    ['there is no table', { status: 400, type: 'ResourceNotFoundException', body: { message: 'Requested resource not found' } }, /ResourceNotFoundException: Requested resource not found/],
  ])('tells CloudFormation at once that %s', async (_, refusal, reason) => {
    answer = () => refusal;
    await request('Create');
    expect(dynamodb.calls).toHaveLength(1);
    expect(puts[0].body).toEqual({ ...IDS, Status: 'FAILED', Reason: expect.stringMatching(reason), PhysicalResourceId: 'Orders-Table-stream' });
  });

  test('tells CloudFormation before its time is up what DynamoDB keeps refusing', async () => {
    answer = () => denied;
    await request('Create', { time: 11_500 });
    expect(dynamodb.calls.length).toBeGreaterThan(1);
    expect(puts[0].body).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('not yet') });
  });

  test('tells CloudFormation before its time is up that DynamoDB does not answer', async () => {
    answer = () => new Promise(() => {});
    await request('Create', { time: 10_500 });
    expect(puts[0].body).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/Abort|Timeout/) });
  });

  test('keeps the reason short enough for CloudFormation', async () => {
    answer = () => ({ status: 400, type: 'ResourceNotFoundException', body: { message: 'x'.repeat(5000) } });
    await request('Create');
    expect(JSON.stringify(puts[0].body).length).toBeLessThan(4096);
  });

  test('fails, to be invoked again, if CloudFormation does not take the answer', async () => {
    status = 503;
    await expect(request('Create')).rejects.toThrow('503');
  });
});
