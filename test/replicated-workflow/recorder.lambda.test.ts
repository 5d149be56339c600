import { Answer, LocalEndpoint, loadHandler } from '../support/local-endpoint';

const changed = (detail: object) => ({
  'time': '2026-11-22T00:00:01Z',
  'region': 'us-west-2',
  'source': 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  'detail': { name: 'o-1', stopDate: 1795305600500, input: '{"card":4111}', ...detail },
});

describe('the recorder', () => {
  let endpoint: LocalEndpoint;
  let answer: Answer;

  beforeEach(async () => {
    endpoint = await LocalEndpoint.start(() => answer);
    answer = { body: {} };
  });
  afterEach(() => endpoint.stop());

  async function record(event: object): Promise<void> {
    const { handler } = loadHandler<{ handler(event: unknown): Promise<void> }>('../../src/replicated-workflow/recorder.lambda', {
      AWS_ENDPOINT_URL: endpoint.url, LEDGER_TABLE_NAME: 'Ledger', STATE_MACHINE_ARN: 'arn:aws:states:us-west-2:111122223333:stateMachine:Orders-Fulfilment',
    });
    await handler(event);
  }

  test.each(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'])('writes that an execution is %s to its region\'s entry, and forgets the event', async status => {
    await record(changed({ status }));
    expect(endpoint.calls).toEqual([{
      operation: 'UpdateItem',
      input: {
        TableName: 'Ledger',
        Key: { pk: { S: 'Orders-Fulfilment#o-1' }, region: { S: 'us-west-2' } },
        UpdateExpression: 'SET #status = :status, #endedAt = :endedAt, #expiresAt = :expiresAt REMOVE #dueAt, #forced, #forbidden, #openIn, #input, #traceHeader',
        ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(#endedAt) OR #endedAt <= :endedAt)',
        ExpressionAttributeNames: {
          '#status': 'status', '#endedAt': 'endedAt', '#expiresAt': 'expiresAt', '#dueAt': 'dueAt', '#openIn': 'openIn', '#input': 'input', '#traceHeader': 'traceHeader', '#forced': 'forced', '#forbidden': 'forbidden',
        },
        ExpressionAttributeValues: { ':status': { S: status }, ':endedAt': { N: '1795305600500' }, ':expiresAt': { N: expect.stringMatching(/^\d{10}$/) } },
        ReturnValues: 'NONE',
      },
    }]);
  });

  test('has nothing to write while an execution runs', async () => {
    await record(changed({ status: 'RUNNING', stopDate: null }));
    expect(endpoint.calls).toEqual([]);
  });

  test('takes an execution that no event has started, and an end that is known already, for done', async () => {
    answer = { status: 400, type: 'ConditionalCheckFailedException', body: { message: 'The conditional request failed' } };
    await expect(record(changed({ status: 'SUCCEEDED' }))).resolves.toBeUndefined();
  });

  test('fails when it cannot write, so that it is tried again', async () => {
    answer = { status: 500, type: 'InternalServerError', body: {} };
    await expect(record(changed({ status: 'SUCCEEDED' }))).rejects.toThrow();
  });
});
