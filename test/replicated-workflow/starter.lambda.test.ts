import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { Answer, Call, LocalEndpoint, loadHandler, messageTaken } from '../support/local-endpoint';
import { LogLines } from '../support/log-lines';

const STATE_MACHINE_ARN = 'arn:aws:states:us-west-2:111122223333:stateMachine:Orders-Fulfilment';

const message = (body: object | string, messageId = 'm-1') => ({
  messageId, body: typeof body === 'string' ? body : JSON.stringify(body), attributes: {},
});
const trace = (epoch: string) => `Root=1-${epoch}-6485dec4fbef9860be4c8042;Parent=a9938f79af23b752;Sampled=1`;
const order = (orderId: unknown) => ({ 'detail-type': 'OrderPlaced', 'region': 'us-west-2', 'detail': { orderId } });

describe('the starter', () => {
  let endpoint: LocalEndpoint;
  let answer: (call: Call) => Answer;
  let deadLettersDown: boolean;
  let log: LogLines;

  beforeEach(async () => {
    endpoint = await LocalEndpoint.start(call => (call.operation === 'SendMessage' && !deadLettersDown ? messageTaken(call.input.MessageBody) : answer(call)));
    log = new LogLines();
    answer = () => started;
    deadLettersDown = false;
  });
  afterEach(async () => {
    await endpoint.stop();
    log.restore();
  });

  const started = { body: { executionArn: 'arn:aws:states:us-west-2:111122223333:execution:Orders-Fulfilment:o-1', startDate: 1 } };
  const exists = { status: 400, type: 'ExecutionAlreadyExists', body: { message: 'Execution Already Exists' } };

  const deadLetterQueue = () => `${endpoint.url}/111122223333/Unstarted`;
  const eventQueue = () => `${endpoint.url}/111122223333/Events`;
  const deadLetter = (body: string, code: string, reason: unknown) => ({
    operation: 'SendMessage',
    input: {
      QueueUrl: deadLetterQueue(),
      MessageBody: body,
      MessageAttributes: { ERROR_CODE: { DataType: 'String', StringValue: code }, ERROR_MESSAGE: { DataType: 'String', StringValue: reason } },
    },
  });

  async function deliverWith(environment: Record<string, string>, records: object[]): Promise<SQSBatchResponse> {
    const { handler } = loadHandler<{ handler(event: SQSEvent): Promise<SQSBatchResponse> }>('../../src/replicated-workflow/starter.lambda', {
      AWS_ENDPOINT_URL: endpoint.url, STATE_MACHINE_ARN, IDEMPOTENCY_KEY_PATH: '$.detail.orderId', DEAD_LETTER_QUEUE_URL: deadLetterQueue(), EVENT_QUEUE_URL: eventQueue(), ...environment,
    });
    return handler({ Records: records } as SQSEvent);
  }
  const deliver = (...records: object[]) => deliverWith({}, records);

  test('starts one execution, named by the idempotency key, with the event as its input', async () => {
    expect(await deliver(message(order('o-1')))).toEqual({ batchItemFailures: [] });
    expect(endpoint.calls).toEqual([
      { operation: 'StartExecution', input: { stateMachineArn: STATE_MACHINE_ARN, name: 'o-1', input: JSON.stringify(order('o-1')) } },
    ]);
  });

  test('takes a duplicate for done', async () => {
    answer = () => exists;
    expect(await deliver(message(order('o-1')))).toEqual({ batchItemFailures: [] });
    expect(log.text).toBe('');
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

  test.each<[string, object | string, string, string]>([
    ['has no key', { detail: {} }, 'MISSING_IDEMPOTENCY_KEY', 'no idempotency key: $.detail.orderId is undefined; expected a string or a number'],
    ['has an empty key', order(''), 'MISSING_IDEMPOTENCY_KEY', 'no idempotency key: $.detail.orderId is empty; expected a string or a number'],
    ['is not JSON', 'not json', 'MALFORMED_EVENT', 'the event is not JSON'],
  ])('puts a message that %s into the dead-letter queue with the reason, and logs no payload', async (_, body, code, reason) => {
    expect(await deliver(message(body))).toEqual({ batchItemFailures: [] });
    expect(endpoint.calls).toEqual([deadLetter(message(body).body, code, reason)]);
    expect(log.of('ERROR')).toEqual([{ message: 'not started, for good', message_id: 'm-1', code, error: { name: 'Error', message: reason } }]);
    expect(log.text).not.toContain('OrderPlaced');
  });

  test.each<[string, string]>([['InvalidName', 'INVALID_NAME'], ['InvalidExecutionInput', 'INVALID_EXECUTION_INPUT'], ['ValidationException', 'INVALID_REQUEST']])(
    'puts a message that Step Functions refuses with %s into the dead-letter queue with the reason, and logs no payload', async (type, code) => {
      answer = () => ({ status: 400, type, body: { message: 'quotes OrderPlaced' } });
      const refused = message(order('o-1'));
      expect(await deliver(refused)).toEqual({ batchItemFailures: [] });
      const reason = `Step Functions refuses to start an execution with this event: ${type}`;
      expect(endpoint.calls.slice(1)).toEqual([deadLetter(refused.body, code, reason)]);
      expect(log.of('ERROR')).toEqual([{ message: 'not started, for good', message_id: 'm-1', code, error: { name: 'Error', message: reason } }]);
      expect(log.text).not.toContain('OrderPlaced');
    });

  test.each(['AccessDeniedException', 'StateMachineDoesNotExist', 'ExecutionLimitExceeded', 'ThrottlingException'])('leaves a message to SQS while Step Functions answers %s', async type => {
    answer = () => ({ status: 400, type, body: {} });
    expect(await deliver(message(order('o-1')))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
    expect(endpoint.calls.map(({ operation }) => operation)).not.toContain('SendMessage');
  });

  test('measures the age of the oldest event that is tried again', async () => {
    answer = call => (call.input.name === 'o-2' ? started : { status: 500, type: 'InternalFailure', body: {} });
    const sent = (orderId: string, ago: number) => ({ ...message(order(orderId), orderId), attributes: { SentTimestamp: String(Date.now() - ago) } });
    await deliver(sent('o-1', 90_000), sent('o-2', 900_000), sent('o-3', 400_000));
    expect(log.metrics).toEqual([expect.objectContaining({ StateMachineName: 'Orders-Fulfilment', OldestRetriedSeconds: 400 })]);
  });

  test.each([256 * 1024, 256 * 1024 + 1])('starts no event of %i bytes if that is more than a workflow takes, without asking', async size => {
    const body = JSON.stringify({ ...order('o-1'), text: '' });
    const event = message(body.replace('"text":""', `"text":"${'x'.repeat(size - body.length)}"`));
    expect(await deliver(event)).toEqual({ batchItemFailures: [] });
    expect(endpoint.calls.map(({ operation }) => operation)).toEqual([size > 256 * 1024 ? 'SendMessage' : 'StartExecution']);
  });

  test('leaves a message that cannot be started to SQS when the dead-letter queue does not take it', async () => {
    deadLettersDown = true;
    answer = () => ({ status: 500, type: 'InternalError', body: {} });
    expect(await deliver(message({ detail: {} }))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
    expect(log.metrics).toEqual([]);
  });

  test('hashes a key that cannot be an execution\'s name', async () => {
    await deliver(message(order('order 1/2')));
    expect(endpoint.calls[0].input.name).toMatch(/^sha256-[0-9a-f]{64}$/);
  });

  test('counts the events that have no idempotency key', async () => {
    await deliver(message(order(undefined), 'm-1'), message(order('o-1'), 'm-2'), message(order(''), 'm-3'), message('not json', 'm-4'));
    expect(log.metrics).toEqual([{
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [{
          Namespace: 'cdk-multi-region', Dimensions: [['StateMachineName']], Metrics: [{ Name: 'MissingIdempotencyKey', Unit: 'Count' }],
        }],
      },
      StateMachineName: 'Orders-Fulfilment',
      MissingIdempotencyKey: 2,
    }]);
  });

  test('logs nothing of an event that is not JSON', async () => {
    await deliver(message('{"card": 4111}x'));
    expect(log.text).not.toContain('4111');
  });

  describe('hands on', () => {
    // what Lambda sets, and the SDK sends on
    const IN_LAMBDA = { AWS_LAMBDA_FUNCTION_NAME: 'Orders-Starter', _X_AMZN_TRACE_ID: trace('00000000') };
    const traced = (traceHeader: string, orderId: string) => ({ ...message(order(orderId), orderId), attributes: { AWSTraceHeader: traceHeader } });

    test('the trace of each message, not the one of the batch', async () => {
      await deliverWith(IN_LAMBDA, [traced(trace('11111111'), 'o-1'), traced(trace('22222222'), 'o-2')]);
      expect(endpoint.calls.map(({ input }, i) => [input.name, endpoint.traces[i]]).sort()).toEqual([['o-1', trace('11111111')], ['o-2', trace('22222222')]]);
    });

    test.each(['', 'Root=1', 'Root=1-6385b078-6485dec4fbef9860be4c8042;\r\nx: y', `${trace('11111111')};${'x'.repeat(513)}`])('no trace that is none: %j', async text => {
      expect(await deliverWith(IN_LAMBDA, [traced(text, 'o-1'), message(order('o-2'))])).toEqual({ batchItemFailures: [] });
      expect(endpoint.traces).toEqual([trace('00000000'), trace('00000000')]);
    });
  });

  describe('tells', () => {
    const PATH = { CORRELATION_ID_PATH: '$.detail.correlationId' };
    const correlated = (correlationId: unknown) => message({ ...order('o-1'), detail: { orderId: 'o-1', correlationId, card: '4111' } });

    test('of a start, with the event\'s correlation id and nothing else of it', async () => {
      await deliverWith(PATH, [correlated('c-1')]);
      expect(log.of('INFO')).toEqual([{ message: 'execution started', execution: 'o-1', correlation_id: 'c-1' }]);
      expect(log.text).not.toContain('4111');
    });

    test('of a failure likewise', async () => {
      answer = () => ({ status: 500, type: 'InternalFailure', body: {} });
      await deliverWith(PATH, [correlated('c-1')]);
      expect(log.of('ERROR')).toMatchObject([{ message: 'not started', message_id: 'm-1', correlation_id: 'c-1', error: { name: 'InternalFailure' } }]);
      expect(log.text).not.toContain('4111');
    });

    test.each([[undefined], [''], ['two words'], ['x'.repeat(129)], [{ card: '4111' }], ['a\nb']])('no correlation id that cannot be one: %j', async correlationId => {
      expect(await deliverWith(PATH, [correlated(correlationId)])).toEqual({ batchItemFailures: [] });
      expect(log.of('INFO')).toEqual([{ message: 'execution started', execution: 'o-1' }]);
    });
  });

  describe('with a ledger', () => {
    const MINUTE = 60_000;
    const PEER = 'ap-southeast-2';

    const arrived = (region: string, { eventAgo = 0, sentAgo = 0, orderId = 'o-1', messageId = 'm-1', detail = {} } = {}) => ({
      ...message({ ...order(orderId), region, time: new Date(Date.now() - eventAgo).toISOString(), detail: { orderId, ...detail } }, messageId),
      attributes: { SentTimestamp: String(Date.now() - sentAgo) },
    });
    const deliverWithLedger = (...records: object[]) => deliverWith({
      LEDGER_TABLE_NAME: 'Ledger', TAKEOVER_AFTER_SECONDS: '300', BEAT_SECONDS: '60', MARGIN_SECONDS: '30', WORKFLOW_REGIONS: `us-west-2,${PEER}`,
    }, records);
    const operations = () => endpoint.calls.map(call => call.operation);
    const PUBLISHED_AGO = 4 * MINUTE;
    const entry = (region: string, status: string, rest: Record<string, unknown> = {}) => marshall({
      pk: 'Orders-Fulfilment#o-1', region, status, origin: region, publishedAt: Date.now() - PUBLISHED_AGO, ...rest,
    });
    /** What the ledger answers: all entries to who asks, the own one to who would write over it. */
    const ledger = (entries: Record<string, AttributeValue>[], others: (call: Call) => Answer = () => started) => (call: Call): Answer => {
      if (call.operation === 'Query') return { body: { Items: entries } };
      if (call.operation === 'PutItem') return { body: {} };
      return call.operation === 'SendMessageBatch' ? takenAll(call) : others(call);
    };
    const taken = ({ Id, MessageBody }: { Id: string; MessageBody: string }) => ({ Id, ...messageTaken(MessageBody).body });
    const takenAll = ({ input: { Entries } }: Call): Answer => ({ body: { Successful: Entries.map(taken), Failed: [] } });
    /** An event of another region that comes out of the queue for the second time. */
    const deferred = (region: string, { eventAgo = PUBLISHED_AGO, sentAgo = PUBLISHED_AGO, ...rest } = {}) => {
      const record = arrived(region, { eventAgo, sentAgo: 0, ...rest });
      return { ...record, messageAttributes: { FIRST_SENT_AT: { dataType: 'Number', stringValue: String(Date.now() - sentAgo) } } };
    };

    beforeEach(() => {
      answer = ledger([]);
    });

    test('claims an event of its own region, then starts it', async () => {
      const before = Date.now();
      const event = arrived('us-west-2');
      expect(await deliverWithLedger(event)).toEqual({ batchItemFailures: [] });
      expect(operations()).toEqual(['Query', 'PutItem', 'StartExecution']);
      const [, claim, start] = endpoint.calls;
      expect(claim.input).toEqual({
        TableName: 'Ledger',
        ConditionExpression: 'attribute_not_exists(#status)',
        ExpressionAttributeNames: { '#status': 'status' },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        Item: {
          pk: { S: 'Orders-Fulfilment#o-1' },
          region: { S: 'us-west-2' },
          status: { S: 'STARTED' },
          origin: { S: 'us-west-2' },
          publishedAt: { N: expect.stringMatching(/^\d+$/) },
          startedAt: { N: expect.stringMatching(/^\d+$/) },
          dueAt: { N: expect.stringMatching(/^\d+$/) },
          openIn: { S: expect.stringMatching(/^Orders-Fulfilment#us-west-2#[0-7]$/) },
          input: { S: event.body },
          expiresAt: { N: expect.stringMatching(/^\d{10}$/) },
        },
      });
      const startedAt = Number(claim.input.Item.startedAt.N);
      expect(startedAt).toBeGreaterThanOrEqual(before);
      expect(Number(claim.input.Item.dueAt.N)).toBe(startedAt + 5 * MINUTE);
      expect(Math.abs(Number(claim.input.Item.expiresAt.N) * 1000 - before - 90 * 24 * 60 * MINUTE)).toBeLessThan(MINUTE);
      expect(start.input).toEqual({ stateMachineArn: STATE_MACHINE_ARN, name: 'o-1', input: event.body });
    });

    describe('defers', () => {
      const entries = () => endpoint.calls.flatMap(({ input }) => input.Entries);

      test('an event of another region, with the moment at which it came and the trace that it came by', async () => {
        const event = arrived(PEER);
        const attributes = { ...event.attributes, AWSTraceHeader: trace('11111111') };
        expect(await deliverWithLedger({ ...event, attributes })).toEqual({ batchItemFailures: [] });
        expect(log.of('INFO')).toEqual([{ message: 'left to the region of origin', execution: 'o-1', origin: PEER }]);
        expect(operations()).toEqual(['SendMessageBatch']);
        expect(endpoint.calls[0].input.QueueUrl).toBe(eventQueue());
        expect(entries()).toEqual([{
          Id: '0',
          MessageBody: event.body,
          DelaySeconds: expect.any(Number),
          MessageAttributes: { FIRST_SENT_AT: { DataType: 'Number', StringValue: attributes.SentTimestamp } },
          MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: trace('11111111') } },
        }]);
        expect(entries()[0].DelaySeconds).toBeGreaterThan(175);
        expect(entries()[0].DelaySeconds).toBeLessThanOrEqual(180);
      });

      test('a whole batch with one request', async () => {
        await deliverWithLedger(...Array.from({ length: 10 }, (_, i) => arrived(PEER, { orderId: `o-${i}`, messageId: `m-${i}` })));
        expect(operations()).toEqual(['SendMessageBatch']);
        expect(entries().map(({ Id }) => Id)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
      });

      test('large events with as many requests as they need', async () => {
        await deliverWithLedger(...Array.from({ length: 4 }, (_, i) => arrived(PEER, { orderId: `o-${i}`, messageId: `m-${i}`, detail: { text: 'x'.repeat(100_000) } })));
        expect(endpoint.calls.map(({ input }) => input.Entries.length)).toEqual([2, 2]);
      });

      test('and fails those only that SQS does not take', async () => {
        answer = ledger([], () => started);
        const takesAll = answer;
        answer = call => {
          const all = takesAll(call) as { body: { Successful: { Id: string }[] } };
          return call.operation === 'SendMessageBatch' ? { body: { Successful: all.body.Successful.filter(({ Id }) => Id !== '1'), Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }] } } : all;
        };
        expect(await deliverWithLedger(arrived(PEER, { messageId: 'm-1' }), arrived(PEER, { messageId: 'm-2' }), arrived(PEER, { messageId: 'm-3' })))
          .toEqual({ batchItemFailures: [{ itemIdentifier: 'm-2' }] });
      });

      test('and fails all if SQS does not answer', async () => {
        answer = () => ({ status: 500, type: 'InternalError', body: {} });
        expect(await deliverWithLedger(arrived(PEER, { messageId: 'm-1' }), arrived(PEER, { messageId: 'm-2' })))
          .toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }, { itemIdentifier: 'm-2' }] });
      });
    });

    test('does nothing about an event of another region whose workflow has succeeded meanwhile: it costs one read', async () => {
      answer = ledger([entry(PEER, 'SUCCEEDED')]);
      expect(await deliverWithLedger(deferred(PEER))).toEqual({ batchItemFailures: [] });
      expect(operations()).toEqual(['Query']);
    });

    test('keeps one whose workflow has failed, without a time at which to look at it', async () => {
      answer = ledger([entry(PEER, 'FAILED')]);
      const event = deferred(PEER);
      await deliverWithLedger(event);
      expect(operations()).toEqual(['Query', 'PutItem']);
      expect(endpoint.calls[1].input.Item).toMatchObject({ status: { S: 'RESOLVED' }, input: { S: event.body }, openIn: { S: expect.any(String) } });
      expect(endpoint.calls[1].input.Item.dueAt).toBeUndefined();
    });

    test('only witnesses one whose workflow goes on, and keeps it', async () => {
      answer = ledger([entry(PEER, 'STARTED', { startedAt: Date.now() - PUBLISHED_AGO })]);
      const event = deferred(PEER);
      expect(await deliverWithLedger(event)).toEqual({ batchItemFailures: [] });
      expect(operations()).toEqual(['Query', 'PutItem']);
      expect(endpoint.calls[1].input.Item).toMatchObject({ status: { S: 'WITNESSED' }, origin: { S: PEER }, input: { S: event.body } });
      expect(endpoint.calls[1].input.Item.startedAt).toBeUndefined();
      expect(log.of('INFO')).toEqual([{ message: 'kept for a takeover', execution: 'o-1', origin: PEER }]);
    });

    test('claims no event of its own region whose key another region holds', async () => {
      answer = ledger([entry(PEER, 'STARTED', { startedAt: Date.now() - 1000 })]);
      await deliverWithLedger(arrived('us-west-2'));
      expect(operations()).toEqual(['Query', 'PutItem']);
      expect(endpoint.calls[1].input.Item).toMatchObject({ status: { S: 'WITNESSED' }, origin: { S: 'us-west-2' } });
    });

    test.each(['us-west-2', PEER])('keeps the trace that an event of %s came by', async region => {
      const event = region === PEER ? deferred(PEER) : arrived(region);
      await deliverWithLedger({ ...event, attributes: { ...event.attributes, AWSTraceHeader: trace('11111111') } });
      expect(endpoint.calls[1].input.Item.traceHeader).toEqual({ S: trace('11111111') });
      if (region === 'us-west-2') expect(endpoint.traces[2]).toBe(trace('11111111'));
    });

    test.each([
      ['waited in the queue', { eventAgo: 5 * MINUTE, sentAgo: 5 * MINUTE }],
      ['came back from a dead-letter queue', { eventAgo: 5 * MINUTE }],
      ['says that it is from the future, but waited in the queue', { eventAgo: -60 * MINUTE, sentAgo: 5 * MINUTE }],
    ])('only witnesses an event of its own region that %s', async (_, age) => {
      await deliverWithLedger(arrived('us-west-2', age));
      expect(operations()).toEqual(['Query', 'PutItem']);
      expect(endpoint.calls[1].input.Item.status.S).toBe('WITNESSED');
    });

    test('takes an event that was deferred for as old as when it came first', async () => {
      await deliverWithLedger(deferred(PEER, { eventAgo: -60 * MINUTE, sentAgo: 7 * MINUTE }));
      expect(Date.now() - Number(endpoint.calls[1].input.Item.publishedAt.N)).toBeGreaterThanOrEqual(7 * MINUTE);
    });

    test('goes on after a first delivery that claimed the event and did not start it', async () => {
      answer = ledger([entry('us-west-2', 'STARTED', { startedAt: Date.now() - MINUTE })]);
      expect(await deliverWithLedger(arrived('us-west-2', { eventAgo: MINUTE, sentAgo: MINUTE }))).toEqual({ batchItemFailures: [] });
      expect(operations()).toEqual(['Query', 'StartExecution']);
    });

    test('goes on likewise if the other delivery claimed it after this one had read', async () => {
      const item = entry('us-west-2', 'STARTED', { startedAt: Date.now() });
      answer = call => (call.operation === 'PutItem' ? { status: 400, type: 'ConditionalCheckFailedException', body: { Item: item } } : ledger([])(call));
      expect(await deliverWithLedger(arrived('us-west-2'))).toEqual({ batchItemFailures: [] });
      expect(operations()).toEqual(['Query', 'PutItem', 'StartExecution']);
    });

    test('takes an operator\'s order about an event that it has not seen for no entry', async () => {
      answer = ledger([marshall({ pk: 'Orders-Fulfilment#o-1', region: 'us-west-2', forbidden: true, dueAt: 0 })]);
      await deliverWithLedger(arrived('us-west-2'));
      expect(operations()).toEqual(['Query', 'PutItem', 'StartExecution']);
    });

    test.each<[string, string, object]>([
      ['has ended', 'SUCCEEDED', { startedAt: 1 }],
      ['was taken over', 'RESOLVED', {}],
      ['was witnessed as an event of another region', 'WITNESSED', { dueAt: 1 }],
      ['was claimed long ago', 'STARTED', { startedAt: Date.now() - 5 * MINUTE }],
    ])('drops an event whose workflow %s', async (_, status, rest) => {
      answer = ledger([entry('us-west-2', status, rest as Record<string, unknown>)]);
      expect(await deliverWithLedger(arrived('us-west-2'))).toEqual({ batchItemFailures: [] });
      expect(operations()).toEqual(['Query']);
      expect(log.text).toBe('');
    });

    test.each(['Query', 'PutItem'])('starts no event of which the ledger says nothing (%s)', async operation => {
      answer = call => (call.operation === operation ? { status: 500, type: 'InternalServerError', body: {} } : ledger([])(call));
      expect(await deliverWithLedger(arrived('us-west-2'))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
      expect(operations()).not.toContain('StartExecution');
    });

    test('fails a message whose claim was not followed by a start, so that it comes again', async () => {
      answer = ledger([], () => ({ status: 500, type: 'InternalFailure', body: {} }));
      expect(await deliverWithLedger(arrived('us-west-2'))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
    });

    test('takes three round trips for a batch, each side by side', async () => {
      let running = 0;
      const most: Record<string, number> = {};
      const slow = await LocalEndpoint.start(async call => {
        most[call.operation] = Math.max(most[call.operation] ?? 0, ++running);
        const reply = ledger([])(call);
        await new Promise(resolve => setTimeout(resolve, 50));
        running--;
        return reply;
      });
      await endpoint.stop();
      endpoint = slow;
      await deliverWithLedger(...Array.from({ length: 10 }, (_, i) => arrived('us-west-2', { orderId: `o-${i}`, messageId: `m-${i}` })));
      expect(most.Query).toBe(10);
      expect(endpoint.calls).toHaveLength(30);
    });

    test('refuses an event that Step Functions would not take, before any region claims it', async () => {
      const event = arrived('us-west-2', { detail: { text: 'é'.repeat(128 * 1024) } });
      expect(await deliverWithLedger(event)).toEqual({ batchItemFailures: [] });
      expect(endpoint.calls).toEqual([
        deadLetter(event.body, 'EVENT_TOO_LARGE', expect.stringMatching(/the event has \d+ bytes; a workflow takes at most 262144/)),
      ]);
    });

    test('refuses an event that no event bus delivered', async () => {
      const event = { ...message({ detail: { orderId: 'o-1' } }), attributes: {} };
      expect(await deliverWithLedger(event)).toEqual({ batchItemFailures: [] });
      expect(endpoint.calls).toEqual([deadLetter(event.body, 'MALFORMED_EVENT', 'the event has no region')]);
    });

    describe('takes an item of a table', () => {
      const item = (region: string, more = {}) => ({ orderId: { S: 'o-1' }, region: { S: region }, placedAt: { S: new Date().toISOString() }, total: { N: '12.5' }, ...more });
      const record = (NewImage: object, messageId = 'm-1') => ({
        ...message({
          tableRecord: {
            id: 'c4ca', source: 'orders', detailType: 'OrderPlaced', timeAttribute: 'placedAt', regionAttribute: 'region', dynamodb: { ApproximateCreationDateTime: Date.now() / 1000, NewImage },
          },
        }, messageId),
        attributes: { SentTimestamp: String(Date.now()) },
      });

      test('that this region wrote for an event of it', async () => {
        const image = item('us-west-2');
        expect(await deliverWithLedger(record(image))).toEqual({ batchItemFailures: [] });
        expect(operations()).toEqual(['Query', 'PutItem', 'StartExecution']);
        const { Item } = endpoint.calls[1].input;
        expect(Item).toMatchObject({
          pk: { S: 'Orders-Fulfilment#o-1' }, status: { S: 'STARTED' }, origin: { S: 'us-west-2' }, publishedAt: { N: String(Date.parse(image.placedAt.S)) },
        });
        expect(JSON.parse(Item.input.S)).toEqual({
          'version': '0',
          'id': 'c4ca',
          'detail-type': 'OrderPlaced',
          'source': 'orders',
          'account': '111122223333',
          'time': image.placedAt.S,
          'region': 'us-west-2',
          'resources': [],
          'detail': { orderId: 'o-1', region: 'us-west-2', placedAt: image.placedAt.S, total: 12.5 },
        });
      });

      test('that another region wrote for an event of that, as it came: first defers it, then witnesses it', async () => {
        const inserted = record(item(PEER));
        await deliverWithLedger(inserted);
        expect(operations()).toEqual(['SendMessageBatch']);
        expect(endpoint.calls[0].input.Entries).toMatchObject([{ MessageBody: inserted.body }]);
        endpoint.calls.length = 0;
        await deliverWithLedger({ ...inserted, messageAttributes: { FIRST_SENT_AT: { dataType: 'Number', stringValue: String(Date.now()) } } });
        expect(operations()).toEqual(['Query', 'PutItem']);
        expect(endpoint.calls[1].input.Item).toMatchObject({ status: { S: 'WITNESSED' }, origin: { S: PEER } });
      });

      test('and its event for one, whichever comes first', async () => {
        await deliverWithLedger(record(item('us-west-2')));
        const [, claim] = endpoint.calls;
        answer = ledger([{ ...claim.input.Item, status: { S: 'SUCCEEDED' } }]);
        await deliverWithLedger(arrived('us-west-2'));
        expect(operations()).toEqual(['Query', 'PutItem', 'StartExecution', 'Query']);
        expect(endpoint.calls[3].input.ExpressionAttributeValues).toEqual({ ':key': claim.input.Item.pk });
      });

      test('that is a copy, and starts nothing', async () => {
        const old = { placedAt: { S: new Date(Date.now() - 15 * 24 * 60 * MINUTE).toISOString() } };
        expect(await deliverWithLedger(record(item('us-west-2', old)))).toEqual({ batchItemFailures: [] });
        expect(endpoint.calls).toEqual([]);
        expect(log.of('INFO')).toEqual([{ message: 'a copy of an old item starts nothing', execution: 'o-1' }]);
      });

      test.each<[string, object, string, string]>([
        ['has no time', { placedAt: { NULL: true } }, 'MALFORMED_EVENT', 'placedAt, which has the time at which the item was written, is no ISO 8601 time with a zone'],
        ['has no key', { orderId: { NULL: true } }, 'MISSING_IDEMPOTENCY_KEY', 'no idempotency key: $.detail.orderId is object; expected a string or a number'],
        ['has a number that is none of JSON', { total: { N: '1541815603606036481' } }, 'MALFORMED_EVENT', 'the item has a number that JSON cannot hold exactly: store it as a string'],
        ['is too large', { text: { S: 'é'.repeat(128 * 1024) } }, 'EVENT_TOO_LARGE', expect.stringMatching(/a workflow takes at most 262144/)],
      ])('that %s into the dead-letter queue as it came, with the reason', async (_, more, code, reason) => {
        const { body, ...rest } = record(item('us-west-2', more));
        expect(await deliverWithLedger({ body, ...rest })).toEqual({ batchItemFailures: [] });
        expect(endpoint.calls).toEqual([deadLetter(body, code, reason)]);
      });

      test('and logs its correlation id, and nothing else of it', async () => {
        const image = item('us-west-2', { correlationId: { S: 'c-1' }, card: { S: '4111' } });
        await deliverWith({ CORRELATION_ID_PATH: '$.detail.correlationId' }, [record(image)]);
        expect(log.of('INFO')).toEqual([{ message: 'execution started', execution: 'o-1', correlation_id: 'c-1' }]);
        expect(log.text).not.toContain('4111');
      });
    });
  });
});
