import { NativeAttributeValue, marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { SWEEPER_HELPERS } from '../../src/replicated-workflow/constants';
import { shardOf, SHARDS } from '../../src/replicated-workflow/ledger-schema';
import { Answer, Call, LocalEndpoint, loadHandler } from '../support/local-endpoint';
import { LogLines } from '../support/log-lines';

const STATE_MACHINE_ARN = 'arn:aws:states:us-west-2:111122223333:stateMachine:Orders-Fulfilment:live';
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HERE = 'us-west-2';
const PEER = 'ap-southeast-2';
const TRACE = 'Root=1-6385b078-6485dec4fbef9860be4c8042;Parent=a9938f79af23b752;Sampled=1';
/** What Lambda sets, and the SDK sends on. */
const IN_LAMBDA = { AWS_LAMBDA_FUNCTION_NAME: 'Orders-Sweeper', _X_AMZN_TRACE_ID: 'Root=1-11111111-6485dec4fbef9860be4c8042;Parent=1111111111111111;Sampled=0' };

type Attributes = Record<string, NativeAttributeValue>;

describe('the sweeper', () => {
  let endpoint: LocalEndpoint;
  let now: number;
  let items: Attributes[];
  let executions: Record<string, Answer>;
  let marks: string[];
  let special: (call: Call) => Answer | Promise<Answer> | undefined;
  let log: LogLines;

  const heartbeat = (region: string, ago: number, upSince = 0) => ({ pk: 'Orders-Fulfilment#beat#', region, beatAt: now - ago, upSince });
  const entry = (region: string, status: string, rest: Attributes = {}) => {
    const name = rest.name ?? 'o-1';
    return {
      pk: `Orders-Fulfilment#${name}`,
      region,
      status,
      origin: PEER,
      publishedAt: now - 5 * MINUTE,
      ...(region === HERE && ['WITNESSED', 'STARTED'].includes(status) && {
        dueAt: now - 1, openIn: `Orders-Fulfilment#${HERE}#${shardOf(name)}`, input: `{"name":"${name}"}`,
      }),
      ...rest,
    };
  };
  const missing = { status: 400, type: 'ExecutionDoesNotExist', body: { message: 'Execution Does Not Exist' } };
  const execution = (status: string, stopDate?: number) => ({ body: { status, stopDate } });
  const conditionFailed = { status: 400, type: 'ConditionalCheckFailedException', body: { message: 'The conditional request failed' } };

  /** What DynamoDB and Step Functions would answer, as far as this handler asks them. */
  function answer(call: Call): Answer | Promise<Answer> {
    const { operation, input } = call;
    const scripted = special(call);
    if (scripted) return scripted;
    switch (operation) {
      case 'Query': {
        const values = unmarshall(input.ExpressionAttributeValues);
        if (!input.IndexName) return { body: { Items: items.filter(item => item.pk === values[':key']).map(item => marshall(item)) } };
        const shard = items.filter(item => item.openIn === values[':openIn'] && item.dueAt <= values[':before']);
        const from = Number(input.ExclusiveStartKey?.at.N ?? 0);
        const to = from + input.Limit;
        const more = to < shard.length && { LastEvaluatedKey: { at: { N: String(to) } } };
        return { body: { Items: shard.slice(from, to).map(item => marshall(item)), ...more } };
      }
      case 'UpdateItem': {
        const item = items.find(({ pk, region }) => pk === input.Key.pk.S && region === input.Key.region.S);
        return { body: input.ReturnValues === 'ALL_NEW' ? { Attributes: marshall(item!) } : {} };
      }
      case 'BatchGetItem':
        return { body: { Responses: { Control: marks.map(region => ({ pk: { S: `evacuation#${region}` } })) } } };
      case 'DescribeExecution':
        return executions[input.executionArn.split(':').pop()] ?? missing;
      case 'StartExecution':
        return { body: { executionArn: 'arn', startDate: 1 } };
      default:
        return { body: {} };
    }
  }

  beforeEach(async () => {
    endpoint = await LocalEndpoint.start(answer);
    now = Date.now();
    items = [heartbeat(HERE, MINUTE), heartbeat(PEER, 8 * MINUTE)];
    executions = {};
    marks = [];
    special = () => undefined;
    log = new LogLines();
  });
  afterEach(async () => {
    await endpoint.stop();
    log.restore();
  });

  const ARN = 'arn:aws:lambda:us-west-2:111122223333:function:Orders-Sweeper:live';

  async function sweep(remaining: () => number = () => MINUTE, environment: Record<string, string> = { CONTROL_TABLE_NAME: 'Control' }, event: object = {}): Promise<void> {
    const { handler } = loadHandler<{ handler(event: unknown, context: object): Promise<void> }>('../../src/replicated-workflow/sweeper.lambda', {
      AWS_ENDPOINT_URL: endpoint.url, STATE_MACHINE_ARN, LEDGER_TABLE_NAME: 'Ledger', WORKFLOW_REGIONS: `${HERE},${PEER}`, TAKEOVER_AFTER_SECONDS: '300', BEAT_SECONDS: '60', MARGIN_SECONDS: '30', ...environment,
    });
    await handler(event, { getRemainingTimeInMillis: remaining, invokedFunctionArn: ARN });
  }
  const calls = (operation: string) => endpoint.calls.filter(call => call.operation === operation).map(call => call.input);
  const metrics = () => {
    expect(log.metrics).toHaveLength(1);
    const [{ _aws, ...values }] = log.metrics;
    expect(_aws.CloudWatchMetrics[0]).toMatchObject({ Namespace: 'cdk-multi-region', Dimensions: [['StateMachineName']] });
    return values;
  };
  /** What an update does, in plain words. */
  const updates = () => calls('UpdateItem').map(({ Key, UpdateExpression, ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues }) => {
    const plain = (expression: string) => expression.replace(/#\w+/g, name => ExpressionAttributeNames[name]);
    const [, set, remove] = /^SET (.*?)(?: REMOVE (.*))?$/.exec(plain(UpdateExpression))!;
    const values = unmarshall(ExpressionAttributeValues);
    return {
      ...unmarshall(Key) as { pk: string; region: string },
      set: Object.fromEntries(set.split(', ').map(one => one.split(' = ')).map(([name, value]) => [name, values[value]])),
      remove: remove?.split(', ') ?? [],
      condition: plain(ConditionExpression).replace(/:\w+/g, value => JSON.stringify(values[value])),
    };
  });
  const CLOSED = ['dueAt', 'forced', 'forbidden', 'openIn', 'input', 'traceHeader'];
  const expiresAt = expect.any(Number);

  describe('says that its region is alive', () => {
    test('without a gap since when it last was not', async () => {
      items = [heartbeat(HERE, MINUTE, 7)];
      await sweep();
      const [{ Item, ...rest }] = calls('PutItem');
      expect(rest).toEqual({
        TableName: 'Ledger', ConditionExpression: 'attribute_not_exists(beatAt) OR beatAt < :beatAt', ExpressionAttributeValues: { ':beatAt': Item.beatAt },
      });
      expect(unmarshall(Item)).toEqual({ pk: 'Orders-Fulfilment#beat#', region: HERE, beatAt: expect.any(Number), upSince: 7 });
      expect(unmarshall(Item).beatAt - now).toBeLessThan(MINUTE);
    });

    test.each([['for the first time', []], ['again', [5 * MINUTE]]])('%s', async (_, ago) => {
      items = ago.map(one => heartbeat(HERE, one, 7));
      await sweep();
      const { beatAt, upSince } = unmarshall(calls('PutItem')[0].Item);
      expect(upSince).toBe(beatAt);
    });

    test('and does not mind that a later run was faster', async () => {
      special = ({ operation }) => (operation === 'PutItem' ? conditionFailed : undefined);
      await expect(sweep()).resolves.toBeUndefined();
    });

    test('unless its Step Functions does not answer; then it takes over nothing', async () => {
      items.push(entry(HERE, 'WITNESSED'));
      special = ({ operation }) => (operation === 'DescribeExecution' ? { status: 500, type: 'InternalFailure', body: {} } : undefined);
      await sweep();
      expect(calls('PutItem')).toEqual([]);
      expect(calls('UpdateItem')).toEqual([]);
      expect(log.of('ERROR')).toMatchObject([{ message: 'Step Functions does not answer' }]);
      expect(metrics()).toEqual({ StateMachineName: 'Orders-Fulfilment', Takeovers: 0, OldestUnresolvedSeconds: expect.any(Number), SweepLatenessSeconds: expect.any(Number) });
    });

    test('if its Step Functions is asked too often', async () => {
      special = ({ operation }) => (operation === 'DescribeExecution' ? { status: 400, type: 'ThrottlingException', body: {} } : undefined);
      await sweep();
      expect(calls('PutItem')).toHaveLength(1);
    });

    test('before it knows which regions are evacuated, and before it looks at anything', async () => {
      items.push(entry(HERE, 'WITNESSED'));
      let answerAtLast: (answer: Answer) => void;
      const evacuations = new Promise<Answer>(resolve => { answerAtLast = resolve; });
      special = ({ operation }) => {
        if (operation === 'BatchGetItem') return evacuations;
        // were it waited for, it would be given up after some seconds, and said so
        if (operation === 'PutItem') answerAtLast({ body: { Responses: { Control: [] } } });
        return undefined;
      };
      await sweep();
      expect(log.of('ERROR')).toEqual([]);
      const order = endpoint.calls.map(({ operation, input }) => (input.IndexName ? 'due' : operation));
      expect(order.indexOf('PutItem')).toBeLessThan(order.indexOf('due'));
    });

    test('and fails if it cannot', async () => {
      special = ({ operation }) => (operation === 'PutItem' ? { status: 400, type: 'AccessDeniedException', body: {} } : undefined);
      await expect(sweep()).rejects.toThrow();
      expect(log.metrics).toEqual([]);
    });
  });

  test('asks for what is due in every shard of its region', async () => {
    await sweep();
    const shards = calls('Query').filter(({ IndexName }) => IndexName === 'open');
    expect(shards.map(({ ExpressionAttributeValues }) => ExpressionAttributeValues[':openIn'].S))
      .toEqual(Array.from({ length: 8 }, (_, shard) => `Orders-Fulfilment#${HERE}#${shard}`));
    const before = Number(shards[0].ExpressionAttributeValues[':before'].N);
    expect(before).toBeGreaterThanOrEqual(now);
    expect(before).toBeLessThan(now + MINUTE);
    expect(metrics()).toEqual({ StateMachineName: 'Orders-Fulfilment', Takeovers: 0, OldestUnresolvedSeconds: 0, SweepLatenessSeconds: 0 });
  });

  test('reads all regions\' entries consistently, page by page, and not the events', async () => {
    items.push(entry(HERE, 'WITNESSED'));
    special = ({ operation, input }) => {
      if (operation !== 'Query' || input.ExpressionAttributeValues[':key']?.S !== 'Orders-Fulfilment#o-1') return undefined;
      return input.ExclusiveStartKey
        ? { body: { Items: [marshall(entry(PEER, 'SUCCEEDED'))] } }
        : { body: { Items: [marshall(items[2])], LastEvaluatedKey: { pk: { S: 'Orders-Fulfilment#o-1' }, region: { S: HERE } } } };
    };
    await sweep();
    const reads = calls('Query').filter(({ ExpressionAttributeValues }) => ExpressionAttributeValues[':key']?.S.endsWith('o-1'));
    expect(reads).toHaveLength(2);
    reads.forEach(read => {
      expect(read.ConsistentRead).toBe(true);
      expect(Object.values(read.ExpressionAttributeNames)).not.toContain('input');
    });
    expect(updates()).toMatchObject([{ set: { status: 'RESOLVED' } }]);
  });

  test('takes over in its turn: claims first, then starts with the event', async () => {
    items.push(entry(HERE, 'WITNESSED'));
    await sweep();
    expect(endpoint.calls.map(({ operation }) => operation).slice(-2)).toEqual(['UpdateItem', 'StartExecution']);
    const [{ set, ...rest }] = updates();
    expect(rest).toEqual({
      pk: 'Orders-Fulfilment#o-1',
      region: HERE,
      remove: [],
      condition: `status = "WITNESSED" AND dueAt = ${now - 1} AND NOT forbidden = true`,
    });
    expect(set).toEqual({ status: 'STARTED', startedAt: expect.any(Number), cycle: 0, dueAt: set.startedAt + MINUTE, expiresAt });
    expect(calls('StartExecution')).toEqual([{ stateMachineArn: STATE_MACHINE_ARN, name: 'o-1', input: '{"name":"o-1"}' }]);
    expect(metrics()).toMatchObject({ Takeovers: 1, OldestUnresolvedSeconds: 0 });
    expect(log.of('INFO')).toEqual([{ message: 'execution started', execution: 'o-1' }]);
  });

  test('continues the trace that the event came by, and tells of the start with the event\'s correlation id', async () => {
    items.push(entry(HERE, 'WITNESSED', { input: '{"detail":{"correlationId":"c-1","card":"4111"}}', traceHeader: TRACE }));
    await sweep(undefined, { ...IN_LAMBDA, CORRELATION_ID_PATH: '$.detail.correlationId' });
    expect(endpoint.traces[endpoint.calls.findIndex(({ operation }) => operation === 'StartExecution')]).toBe(TRACE);
    expect(log.of('INFO')).toEqual([{ message: 'execution started', execution: 'o-1', correlation_id: 'c-1' }]);
    expect(log.text).not.toContain('4111');
  });

  test('starts an event that came without a trace in the run\'s own', async () => {
    items.push(entry(HERE, 'WITNESSED'));
    await sweep(undefined, IN_LAMBDA);
    expect(new Set(endpoint.traces)).toEqual(new Set([IN_LAMBDA._X_AMZN_TRACE_ID]));
    expect(calls('StartExecution')).toHaveLength(1);
  });

  test('does not count its own event that came late as a takeover', async () => {
    const alone = { WORKFLOW_REGIONS: HERE };
    items.push(entry(HERE, 'WITNESSED', { origin: HERE }));
    await sweep(undefined, alone);
    expect(calls('StartExecution')).toHaveLength(1);
    expect(metrics()).toMatchObject({ Takeovers: 0, OldestUnresolvedSeconds: 0 });
  });

  test('starts nothing that it could not claim', async () => {
    items.push(entry(HERE, 'WITNESSED'));
    special = ({ operation }) => (operation === 'UpdateItem' ? conditionFailed : undefined);
    await sweep();
    expect(calls('StartExecution')).toEqual([]);
    expect(metrics()).toMatchObject({ Takeovers: 0 });
    expect(log.of('ERROR')).toEqual([]);
  });

  test('starts nothing when it was held up after the claim', async () => {
    items.push(entry(HERE, 'WITNESSED'));
    const clock = jest.spyOn(Date, 'now');
    special = ({ operation }) => {
      if (operation === 'UpdateItem') clock.mockReturnValue(now + 10 * MINUTE);
      return undefined;
    };
    await sweep();
    clock.mockRestore();
    expect(calls('UpdateItem')).toHaveLength(1);
    expect(calls('StartExecution')).toEqual([]);
  });

  test('leaves what another region runs to that region, and looks again when that could be silent', async () => {
    items = [heartbeat(HERE, MINUTE), heartbeat(PEER, 10 * SECOND), entry(HERE, 'WITNESSED'), entry(PEER, 'STARTED', { startedAt: now - 60 * MINUTE })];
    await sweep();
    expect(updates()).toEqual([{
      pk: 'Orders-Fulfilment#o-1', region: HERE, set: { dueAt: now - 10 * SECOND + 7 * MINUTE, expiresAt }, remove: [], condition: `status = "WITNESSED" AND dueAt = ${now - 1}`,
    }]);
    expect(metrics()).toMatchObject({ Takeovers: 0, OldestUnresolvedSeconds: 0 });
  });

  test('takes over what a silent region ran', async () => {
    items.push(entry(HERE, 'WITNESSED'), entry(PEER, 'STARTED', { startedAt: now - 60 * MINUTE }));
    await sweep();
    expect(calls('StartExecution')).toHaveLength(1);
  });

  test('does not take over when it was away itself', async () => {
    items = [heartbeat(HERE, 5 * MINUTE), entry(HERE, 'WITNESSED')];
    await sweep();
    expect(calls('StartExecution')).toEqual([]);
    expect(updates()).toMatchObject([{ set: { dueAt: expect.any(Number) } }]);
    expect(metrics()).toMatchObject({ OldestUnresolvedSeconds: expect.any(Number) });
  });

  test('resolves what has succeeded elsewhere, and forgets the event', async () => {
    items.push(entry(HERE, 'WITNESSED'), entry(PEER, 'SUCCEEDED'));
    await sweep();
    expect(updates()).toEqual([{
      pk: 'Orders-Fulfilment#o-1', region: HERE, set: { status: 'RESOLVED', expiresAt }, remove: CLOSED, condition: `status = "WITNESSED" AND dueAt = ${now - 1}`,
    }]);
  });

  describe('of what has failed elsewhere', () => {
    test('keeps the event, and the name of its place in the index', async () => {
      items.push(entry(HERE, 'WITNESSED'), entry(PEER, 'FAILED'));
      await sweep();
      expect(updates()).toMatchObject([{ set: { status: 'RESOLVED' }, remove: ['dueAt', 'forced', 'forbidden'] }]);
    });

    test('runs it here by an operator\'s order', async () => {
      items.push(
        entry(HERE, 'RESOLVED', { forced: true, dueAt: 0, openIn: `Orders-Fulfilment#${HERE}#${shardOf('o-1')}`, input: '{"name":"o-1"}' }),
        entry(PEER, 'FAILED'),
      );
      await sweep();
      expect(updates()).toMatchObject([{ set: { status: 'STARTED' }, condition: 'status = "RESOLVED" AND dueAt = 0 AND NOT forbidden = true' }]);
      expect(calls('StartExecution')).toEqual([{ stateMachineArn: STATE_MACHINE_ARN, name: 'o-1', input: '{"name":"o-1"}' }]);
      expect(metrics()).toMatchObject({ Takeovers: 1, SweepLatenessSeconds: 0 });
    });

    test('leaves it alone without one, wherever it is in the index', async () => {
      items.push(entry(HERE, 'RESOLVED', { dueAt: 0, openIn: `Orders-Fulfilment#${HERE}#${shardOf('o-1')}` }), entry(PEER, 'FAILED'));
      await sweep();
      expect(updates()).toEqual([]);
    });
  });

  test('tells how late it is', async () => {
    items.push(entry(HERE, 'WITNESSED', { dueAt: now - 7 * MINUTE }), entry(HERE, 'WITNESSED', { name: 'o-2', dueAt: now - MINUTE }));
    await sweep();
    expect(metrics().SweepLatenessSeconds).toBeGreaterThanOrEqual(420);
    expect(metrics().SweepLatenessSeconds).toBeLessThan(440);
  });

  describe('looks at what its region has started', () => {
    const own = (ago: number) => entry(HERE, 'STARTED', { origin: HERE, startedAt: now - ago });

    test('and records an end that nobody has recorded', async () => {
      items.push(own(5 * MINUTE));
      executions['o-1'] = execution('TIMED_OUT', 1700000000);
      await sweep();
      expect(calls('DescribeExecution').map(({ executionArn }) => executionArn)).toContain('arn:aws:states:us-west-2:111122223333:execution:Orders-Fulfilment:o-1');
      expect(updates()).toEqual([{
        pk: 'Orders-Fulfilment#o-1',
        region: HERE,
        set: { status: 'TIMED_OUT', endedAt: 1700000000000, expiresAt },
        remove: CLOSED,
        condition: `status = "STARTED" AND dueAt = ${now - 1}`,
      }]);
    });

    test('and waits while it runs', async () => {
      items.push(own(20 * MINUTE));
      executions['o-1'] = execution('RUNNING');
      await sweep();
      const [{ set }] = updates();
      expect(Math.abs(set.dueAt - (now + 20 * MINUTE))).toBeLessThan(20 * SECOND);
      expect(metrics()).toMatchObject({ OldestUnresolvedSeconds: 0 });
    });

    test('and starts it if its start failed', async () => {
      items.push(own(MINUTE));
      await sweep();
      expect(updates()).toMatchObject([{ set: { dueAt: expect.any(Number) }, remove: [] }]);
      expect(calls('StartExecution')).toEqual([{ stateMachineArn: STATE_MACHINE_ARN, name: 'o-1', input: '{"name":"o-1"}' }]);
      expect(metrics()).toMatchObject({ Takeovers: 0, OldestUnresolvedSeconds: 0 });
    });

    test('and gives it back if it never was', async () => {
      items.push(own(5 * MINUTE));
      await sweep();
      const [{ set, remove }] = updates();
      expect(set).toEqual({ status: 'WITNESSED', dueAt: expect.any(Number), expiresAt });
      expect(remove).toEqual(['startedAt', 'cycle']);
      expect(calls('StartExecution')).toEqual([]);
      expect(metrics().OldestUnresolvedSeconds).toBeGreaterThanOrEqual(300);
    });
  });

  test('goes on when one entry fails, and tells of it without its event', async () => {
    items.push(entry(HERE, 'WITNESSED', { name: 'bad' }), entry(HERE, 'WITNESSED', { name: 'good' }));
    special = ({ operation, input }) => (operation === 'StartExecution' && input.name === 'bad' ? { status: 400, type: 'InvalidArn', body: {} } : undefined);
    await sweep();
    expect(metrics()).toMatchObject({ Takeovers: 1, OldestUnresolvedSeconds: expect.any(Number) });
    expect(metrics().OldestUnresolvedSeconds).toBeGreaterThanOrEqual(300);
    expect(log.of('ERROR')).toEqual([{ message: 'not looked at', execution: 'bad', error: { name: 'InvalidArn', message: expect.any(String) } }]);
  });

  describe('of executions that it may describe', () => {
    const own = (name: string) => entry(HERE, 'STARTED', { name, origin: HERE, startedAt: now - 20 * MINUTE });
    // time enough to do it alone, however slow the machine is
    const HEARTBEATS = 10 * MINUTE;
    const sweepAlone = () => sweep(undefined, { CONTROL_TABLE_NAME: 'Control', BEAT_SECONDS: String(HEARTBEATS / SECOND) });
    const looks = () => calls('DescribeExecution').filter(({ executionArn }) => !executionArn.endsWith(':beat'));

    test('looks at 120 in a run, and at the others some minutes later', async () => {
      for (let i = 0; i < 150; i++) {
        items.push(own(`o-${i}`));
        executions[`o-${i}`] = execution('RUNNING');
      }
      await sweepAlone();
      expect(looks()).toHaveLength(120);
      expect(updates()).toHaveLength(150);
      const later = updates().filter(({ pk }) => !looks().some(({ executionArn }) => executionArn.endsWith(`:${pk.split('#')[1]}`)));
      expect(later).toHaveLength(30);
      later.forEach(({ set }) => expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]).toContain(Math.round((set.dueAt - now) / HEARTBEATS)));
    });

    test('looks at no more once one is refused, and takes nothing for missing', async () => {
      for (let i = 0; i < 100; i++) items.push(own(`o-${i}`));
      special = ({ operation, input }) => (operation === 'DescribeExecution' && !input.executionArn.endsWith(':beat') ? { status: 400, type: 'ThrottlingException', body: {} } : undefined);
      await sweepAlone();
      // of those that are looked at side by side, each once
      const names = looks().map(({ executionArn }) => executionArn);
      expect(new Set(names).size).toBe(names.length);
      expect(updates()).toHaveLength(100);
      updates().forEach(({ set }) => expect(Object.keys(set)).toEqual(['dueAt', 'expiresAt']));
      expect(calls('StartExecution')).toEqual([]);
      expect(log.of('ERROR')).toEqual([]);
    });

    test('comes to what others have left, however many it cannot look at', async () => {
      for (let i = 0; i < 130; i++) items.push(own(`o-${i}`));
      items.push(entry(HERE, 'WITNESSED', { name: 'left', publishedAt: now - 10 * MINUTE }));
      special = ({ operation, input }) => (operation === 'DescribeExecution' && !input.executionArn.endsWith(':beat') ? { status: 400, type: 'ThrottlingException', body: {} } : undefined);
      await sweepAlone();
      expect(calls('StartExecution')).toMatchObject([{ name: 'left' }]);
    });
  });

  describe('with more than one run gets done', () => {
    beforeEach(() => {
      for (let i = 0; i < 60; i++) items.push(entry(HERE, 'WITNESSED', { name: `o-${i}` }));
    });
    const helpers = () => endpoint.calls.filter(({ operation }) => operation.includes('/invocations'));

    test('does all that it can alone', async () => {
      await sweep();
      expect(calls('StartExecution')).toHaveLength(60);
      expect(helpers()).toEqual([]);
    });

    test('calls a helper for each shard once it is behind, after its heartbeat', async () => {
      // a sixth of a heartbeat's interval is over before the first page
      await sweep(undefined, { CONTROL_TABLE_NAME: 'Control', BEAT_SECONDS: '0.001', MARGIN_SECONDS: '0.001' });
      expect(helpers().map(({ operation }) => operation)).toEqual(Array.from({ length: 8 }, () => `POST /2015-03-31/functions/${ARN}/invocations`));
      expect(helpers().map(({ input }) => input).sort((a, b) => a.shard - b.shard)).toEqual(Array.from({ length: 8 }, (_, shard) => ({ shard })));
      expect(calls('PutItem')).toHaveLength(1);
    });

    test('no more than its reserved concurrency has room for', () => expect(SHARDS).toBe(SWEEPER_HELPERS));

    test('and does not fail if it cannot call them', async () => {
      special = call => (call.operation.includes('/invocations') ? { status: 429, type: 'TooManyRequestsException', body: {} } : undefined);
      await expect(sweep(undefined, { CONTROL_TABLE_NAME: 'Control', BEAT_SECONDS: '0.001', MARGIN_SECONDS: '0.001' })).resolves.toBeUndefined();
      expect(log.of('ERROR').filter(({ message }) => message === 'no helper')).toHaveLength(8);
    });

    describe('a helper', () => {
      const help = (remaining?: () => number) => sweep(remaining, { CONTROL_TABLE_NAME: 'Control' }, { shard: 3 });

      test('looks at its shard only, and sends no heartbeat', async () => {
        items[0] = heartbeat(HERE, SECOND);
        await help();
        const names = items.filter(({ openIn }) => String(openIn).endsWith('#3')).map(({ pk }) => String(pk).split('#')[1]);
        expect(names.length).toBeGreaterThan(0);
        expect(calls('StartExecution').map(({ name }) => name).sort()).toEqual(names.sort());
        expect(calls('PutItem')).toEqual([]);
      });

      test('takes over nothing if its region has sent no heartbeat a moment ago', async () => {
        items[0] = heartbeat(HERE, MINUTE + SECOND);
        await help();
        expect(calls('StartExecution')).toEqual([]);
      });

      test('stops in time, and calls no further helpers', async () => {
        items[0] = heartbeat(HERE, SECOND);
        await help(() => 0);
        expect(calls('StartExecution')).toEqual([]);
        expect(helpers()).toEqual([]);
      });
    });
  });

  describe('with a region evacuated', () => {
    beforeEach(() => {
      items.push(entry(HERE, 'WITNESSED', { publishedAt: now - 4 * MINUTE, dueAt: now + MINUTE }));
    });

    test('takes over what that has left before its turn', async () => {
      marks = [PEER];
      await sweep();
      expect(calls('BatchGetItem')).toEqual([{
        RequestItems: {
          Control: { Keys: [{ pk: { S: `evacuation#${HERE}` } }, { pk: { S: `evacuation#${PEER}` } }], ProjectionExpression: 'pk', ConsistentRead: true },
        },
      }]);
      expect(calls('StartExecution')).toHaveLength(1);
    });

    test('puts off nothing that is not due yet', async () => {
      marks = [PEER];
      items.push(entry(PEER, 'STARTED', { startedAt: now }));
      await sweep();
      expect(calls('UpdateItem')).toEqual([]);
    });

    test.each<[string, Record<string, string>]>([['cannot tell', { CONTROL_TABLE_NAME: 'Control' }], ['has no control table', {}]])('waits for its turn if it %s', async (_, environment) => {
      special = ({ operation }) => (operation === 'BatchGetItem' ? { status: 400, type: 'AccessDeniedException', body: {} } : undefined);
      await sweep(undefined, environment);
      expect(calls('StartExecution')).toEqual([]);
      expect(calls('PutItem')).toHaveLength(1);
    });
  });
});
