/**
 * What becomes of an order that a region has stored and not published, by the real handlers over HTTP and the synthesized pipes: every region that stores it must start its workflow or keep it for a takeover.
 */
import type { APIGatewayProxyEvent, APIGatewayProxyResult, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { matchesPattern } from '../support/event-pattern';
import { Answer, Call, LocalEndpoint, loadHandler, messageTaken } from '../support/local-endpoint';
import { LogLines } from '../support/log-lines';
import { orderSystem } from '../support/order-system';
import { pipeMessage, resources, templates, testApp } from '../support/synth';

const [A, B] = ['us-west-2', 'ap-southeast-2'];
const all = templates(orderSystem(testApp(), 2));
const order = { orderId: 'o-1', customerId: 'c-1', items: [{ sku: 'book', quantity: 2, unitPriceCents: 1999 }] };

type PutEvents = (entries: any[]) => Answer | Promise<Answer>;
const accepted: PutEvents = entries => ({ body: { FailedEntryCount: 0, Entries: entries.map(() => ({ EventId: '1' })) } });

/** What EventBridge may do to a request, other than taking it. */
const FAILURES: Record<string, PutEvents> = {
  'throttles it': () => ({ status: 400, type: 'ThrottlingException', body: { message: 'Rate exceeded' } }),
  'refuses an entry': entries => ({ body: { FailedEntryCount: 1, Entries: entries.map(() => ({ ErrorCode: 'InternalFailure' })) } }),
  'denies it': () => ({ status: 400, type: 'AccessDeniedException', body: { message: 'not authorized' } }),
  'fails': () => ({ status: 500, type: 'InternalException', body: {} }),
  'is silent': () => new Promise(() => {}),
};

const filtersOf = (pipe: any): any[] => pipe.Properties.SourceParameters.FilterCriteria.Filters.map(({ Pattern }: any) => JSON.parse(Pattern));

describe('an order that is stored, while EventBridge', () => {
  /** The replica of every region, by key. */
  let stored: Map<string, any>;
  let started: Call[];
  let ledger: any[];
  /** The messages that the starter has left in its queue for later. */
  let deferred: any[];
  let published: any[];
  let putEvents: PutEvents;
  let endpoint: LocalEndpoint;
  let log: LogLines;

  beforeEach(async () => {
    [stored, started, ledger, deferred, published, putEvents] = [new Map(), [], [], [], [], accepted];
    log = new LogLines();
    endpoint = await LocalEndpoint.start(call => answer(call));
  });
  afterEach(async () => {
    await endpoint.stop();
    log.restore();
  });

  async function answer(call: Call): Promise<Answer> {
    const { operation, input } = call;
    switch (operation) {
      case 'PutItem': {
        if (input.TableName !== 'Orders-OrdersTable') {
          ledger.push(input.Item);
          return { body: {} };
        }
        const key = `${input.Item.pk.S}/${input.Item.sk.S}`;
        if (stored.has(key)) return { status: 400, type: 'ConditionalCheckFailedException', body: {} };
        stored.set(key, input.Item);
        return { body: {} };
      }
      case 'Query': return { body: { Items: ledger.filter(({ pk }) => pk.S === input.ExpressionAttributeValues[':key'].S) } };
      case 'SendMessageBatch':
        deferred.push(...input.Entries);
        return { body: { Successful: input.Entries.map((one: any) => ({ Id: one.Id, ...messageTaken(one.MessageBody).body })), Failed: [] } };
      case 'GetItem': return { body: { Item: stored.get(`${input.Key.pk.S}/${input.Key.sk.S}`) } };
      case 'PutEvents':
        published.push(input.Entries);
        return putEvents(input.Entries);
      case 'StartExecution':
        started.push(call);
        return { body: { executionArn: 'arn', startDate: 1 } };
      default: throw new Error(operation);
    }
  }

  function post(region: string): Promise<APIGatewayProxyResult> {
    const { handler } = loadHandler<{ handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> }>(
      '../../example-app/handlers/place-order', { AWS_ENDPOINT_URL: endpoint.url, AWS_REGION: region, TABLE_NAME: 'Orders-OrdersTable', BUS_NAME: 'Orders-Bus', AWS_MAX_ATTEMPTS: '3' });
    return handler({ body: JSON.stringify(order), isBase64Encoded: false, headers: {}, requestContext: { requestId: 'r-1' } } as APIGatewayProxyEvent);
  }

  /** Has a region's pipes send what its stream has of an item, and its starter take that. */
  async function follow(region: string, item: any): Promise<void> {
    const dynamodb = { ApproximateCreationDateTime: 1763800000, Keys: { pk: item.pk, sk: item.sk }, NewImage: item, SequenceNumber: '1' };
    const record = { eventID: `event-in-${region}`, eventName: 'INSERT', dynamodb };
    const bodies = resources(all[region], 'AWS::Pipes::Pipe')
      .filter(({ Properties: { Target } }) => /^FulfilmentEvents/.test(Target['Fn::GetAtt'][0]))
      .filter(pipe => filtersOf(pipe).some(filter => matchesPattern(filter, record)))
      .map(pipe => pipeMessage(pipe, record));
    const [starter] = resources(all[region], 'AWS::Lambda::Function').filter(({ Properties }) => Properties.FunctionName === 'Orders-Fulfilment-Starter');
    const { Variables } = starter.Properties.Environment;
    const literal = Object.fromEntries(Object.entries<any>(Variables).filter(([, value]) => typeof value === 'string'));
    type Handler = (event: SQSEvent) => Promise<SQSBatchResponse>;
    const { handler } = loadHandler<{ handler: Handler }>('../../src/replicated-workflow/starter.lambda', {
      ...literal,
      AWS_ENDPOINT_URL: endpoint.url,
      AWS_REGION: region,
      STATE_MACHINE_ARN: `arn:aws:states:${region}:111122223333:stateMachine:Orders-Fulfilment:live`,
      DEAD_LETTER_QUEUE_URL: `${endpoint.url}/111122223333/Orders-Fulfilment-unstarted`,
      EVENT_QUEUE_URL: `${endpoint.url}/111122223333/Orders-Fulfilment-events`,
    });
    const deliver = async (messages: { body: string; firstSentAt?: string }[]) => {
      const Records = messages.map(({ body, firstSentAt }, i) => ({
        messageId: `m-${i}`,
        body,
        attributes: { SentTimestamp: String(Date.now()) },
        messageAttributes: firstSentAt === undefined ? {} : { FIRST_SENT_AT: { dataType: 'Number', stringValue: firstSentAt } },
      }));
      expect(await handler({ Records } as unknown as SQSEvent)).toEqual({ batchItemFailures: [] });
    };
    await deliver(bodies.map(body => ({ body })));
    // what a peer has left in its queue comes again
    const again = deferred.splice(0);
    await deliver(again.map(({ MessageBody: body, MessageAttributes }) => ({ body, firstSentAt: MessageAttributes.FIRST_SENT_AT.StringValue })));
    expect(deferred).toEqual([]);
  }

  test.each(Object.keys(FAILURES))('%s, is answered with 201 soon, and its workflow starts where it was taken', async failure => {
    putEvents = FAILURES[failure];
    const begun = performance.now();
    expect((await post(A)).statusCode).toBe(201);
    expect(performance.now() - begun).toBeLessThan(3000);
    expect(published.length).toBeGreaterThan(0);
    expect(log.of('WARN')).toEqual([expect.objectContaining({ message: 'order not published', order_id: 'o-1' })]);

    await follow(A, stored.get('o-1/order'));
    expect(started.map(({ input }) => input.name)).toEqual(['o-1']);
    expect(JSON.parse(started[0].input.input)).toMatchObject({
      'source': 'orders', 'detail-type': 'OrderPlaced', 'region': A, 'time': stored.get('o-1/order').placedAt.S, 'detail': { ...order, totalCents: 3998, correlationId: 'r-1' },
    });
  });

  test.each(Object.keys(FAILURES))('%s, and that is sent to another region then, is answered with 200 there, published by nobody, and kept there for a takeover', async failure => {
    putEvents = FAILURES[failure];
    await post(A).catch(() => {}); // whatever became of the first region, its client has no answer
    putEvents = accepted;
    published = [];
    expect((await post(B)).statusCode).toBe(200);
    expect(published).toEqual([]);

    await follow(B, stored.get('o-1/order'));
    expect(started).toEqual([]);
    expect(ledger).toEqual([expect.objectContaining({ pk: { S: 'Orders-Fulfilment#o-1' }, region: { S: B }, status: { S: 'WITNESSED' }, origin: { S: A } })]);
    expect(JSON.parse(ledger[0].input.S).detail).toMatchObject({ ...order, totalCents: 3998, correlationId: 'r-1' });
  });

  test('works, is published once, whichever region it is sent to again', async () => {
    const answers = [await post(A), await post(A), await post(B)];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 200, 200]);
    expect(published).toHaveLength(1);
  });

  test('works, starts nothing when its outcome or anything else of it is stored', async () => {
    for (const sk of ['outcome', 'charge', 'notification']) await follow(A, { pk: { S: 'o-1' }, sk: { S: sk }, region: { S: A }, orderId: { S: 'o-1' } });
    expect([started, ledger]).toEqual([[], []]);
  });
});
