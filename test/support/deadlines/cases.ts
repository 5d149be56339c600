import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { Asked, Given } from './aws-stand-in';
import { shardOf } from '../../../src/replicated-workflow/ledger-schema';
import { messageTaken } from '../local-endpoint';
import { SigningKey } from '../token-issuer';

interface Urls {
  readonly url: string;
  readonly httpsUrl: string;
}

/** A handler, by what it is configured with and called with. */
export interface HandlerCase {
  readonly environment?: (urls: Urls, event: string) => Record<string, string>;
  /** Events that make it ask for all that it may ask for, by what they are. */
  readonly events: Record<string, (urls: Urls) => unknown>;
  /** The result when all is well. */
  readonly result?: unknown;
  /** The other request that it sends when all is well. */
  readonly asks?: string;
  /** The time that Lambda says is left when it begins, for one that makes use of all its time. By default that is the function's timeout. */
  readonly remainingMillis?: number;
  /** The time after which nobody waits for its answer any more, if that is less than Lambda's. */
  readonly awaitedMillis?: number;
}

const HERE = 'us-west-2';
const PEER = 'ap-southeast-2';
const ARN = `${HERE}:111122223333`;
const STATE_MACHINE_ARN = `arn:aws:states:${ARN}:stateMachine:Orders-Fulfilment`;
const QUEUE = ({ url }: Urls) => `${url}/111122223333/Queue`;
const ISSUER = 'https://issuer.example/';
const LEDGER = { LEDGER_TABLE_NAME: 'Ledger', WORKFLOW_REGIONS: `${HERE},${PEER}`, TAKEOVER_AFTER_SECONDS: '300', BEAT_SECONDS: '60', MARGIN_SECONDS: '30' };
const key = new SigningKey('rsa-1');

const letter = (target: string) => ({
  messageId: target,
  body: JSON.stringify({ 'source': 'orders', 'detail-type': 'OrderPlaced', 'time': '2026-11-22T10:00:00Z', 'region': HERE, 'resources': [], 'detail': {} }),
  messageAttributes: { TARGET_ARN: { stringValue: target, dataType: 'String' } },
});

const job = (question: object) => () => ({
  'CodePipeline.job': {
    id: 'job', data: { actionConfiguration: { configuration: { UserParameters: JSON.stringify({ lost: 'none', unhealthy: 'none', targets: [HERE], ...question }) } } },
  },
});

const asking = () => ({
  PIPELINE_NAME: 'Pipeline',
  SYSTEM_REGIONS: `${PEER},${HERE}`,
  KNOWN_REGIONS: `${PEER},${HERE}`,
  ALARM_NAMES: JSON.stringify({ [PEER]: ['one'], [HERE]: ['two'] }),
  ROLE_ARNS: JSON.stringify({ [PEER]: 'arn:aws:iam::999988887777:role/reading' }),
  CONTROL_TABLE_NAME: 'Control',
  DEPLOYING_STAGES: '["Orders"]',
});

const lostWrite = {
  eventID: 'e-1',
  dynamodb: {
    SequenceNumber: '1', Keys: { pk: { S: 'c' } }, OldImage: { region: { S: HERE } }, NewImage: { region: { S: PEER } },
  },
};

function token(): string {
  const now = Math.floor(Date.now() / 1000);
  return key.token({ iss: ISSUER, sub: 'u-1', aud: 'orders', iat: now, exp: now + 300, scope: 'orders:read', client_id: 'web' });
}

/** The library's handlers, by their path under `src`. */
export const LIBRARY: Record<string, HandlerCase> = {
  'dead-letters/redriver': {
    events: { letters: () => ({ Records: [`arn:aws:lambda:${ARN}:function:F`, `arn:aws:sqs:${ARN}:Queue`, 'arn:aws:events:eu-west-1:111122223333:event-bus/shop'].map(letter) }) },
    result: { batchItemFailures: [] },
  },
  'evacuation-switch/evacuation': {
    environment: () => ({ CONTROL_TABLE_NAME: 'Control', REGIONS: `${HERE},${PEER}` }),
    events: { probe: () => ({ pathParameters: { region: PEER } }) },
    result: { statusCode: 404 },
    // Route 53's: see docs/AWS.md
    awaitedMillis: 2_000,
  },
  'global-table/detect-conflicts': {
    environment: urls => ({ TABLE_NAME: 'Orders-Table', REGION_ATTRIBUTE_NAME: 'region', LOSING_IMAGES_URL: QUEUE(urls) }),
    events: { change: () => ({ Records: [lostWrite] }) },
    result: { batchItemFailures: [] },
  },
  'global-table/stream-arn': {
    events: {
      creation: ({ url }) => ({
        RequestType: 'Create', ResponseURL: `${url}/answer`, StackId: 's', RequestId: 'r', LogicalResourceId: 'l', ResourceProperties: { TableName: 'Orders-Table' },
      }),
    },
    asks: 'https PUT /answer',
    remainingMillis: 20_000,
  },
  'multi-region-api/health': { events: { probe: () => ({}) }, result: { statusCode: 200 }, awaitedMillis: 2_000 },
  'multi-region-api/jwt-authorizer': {
    environment: ({ httpsUrl }) => ({ JWT_ISSUER: ISSUER, JWT_AUDIENCE: '["orders"]', JWKS_URI: `${httpsUrl}/jwks.json`, ROUTE_SCOPES: '{}' }),
    events: {
      request: () => ({
        type: 'REQUEST', methodArn: `arn:aws:execute-api:${ARN}:a1b2c3d4e5/live/GET/orders`, httpMethod: 'GET', resource: '/orders', headers: { Authorization: `Bearer ${token()}` }, requestContext: {},
      }),
    },
    result: { principalId: expect.any(String) },
    asks: 'https GET /jwks.json',
  },
  'multi-region-pipeline/bake': {
    environment: asking, events: { question: job({ stage: 'Orders', targets: [HERE, PEER], minutes: 5, named: false }) }, asks: 'codepipeline PutJobSuccessResult',
  },
  'multi-region-pipeline/deployment-gate': { environment: asking, events: { question: job({ stage: 'Orders' }) }, asks: 'codepipeline PutJobSuccessResult' },
  'replicated-workflow/recorder': {
    environment: () => ({ STATE_MACHINE_ARN, LEDGER_TABLE_NAME: 'Ledger' }),
    events: {
      end: () => ({ 'region': HERE, 'source': 'aws.states', 'detail-type': 'Step Functions Execution Status Change', 'detail': { name: 'o-1', status: 'SUCCEEDED', stopDate: 1795305600500 } }),
    },
    asks: 'dynamodb UpdateItem',
  },
  'replicated-workflow/starter': {
    environment: urls => ({ STATE_MACHINE_ARN, IDEMPOTENCY_KEY_PATH: '$.detail.orderId', DEAD_LETTER_QUEUE_URL: QUEUE(urls), EVENT_QUEUE_URL: QUEUE(urls), ...LEDGER }),
    events: {
      messages: () => ({
        Records: [...[HERE, PEER].map(region => ({ region, time: new Date().toISOString(), detail: { orderId: `o-${region}` } })), 'not an event']
          .map((body, i) => ({ messageId: `m-${i}`, body: JSON.stringify(body), attributes: { SentTimestamp: String(Date.now()) } })),
      }),
    },
    result: { batchItemFailures: [] },
  },
  'replicated-workflow/sweeper': {
    // one that has no time calls helpers
    environment: (_, event) => ({ STATE_MACHINE_ARN, CONTROL_TABLE_NAME: 'Control', ...LEDGER, ...(event === 'hurry' && { BEAT_SECONDS: '0.001' }) }),
    events: { run: () => ({}), hurry: () => ({}), helper: () => ({ shard: shardOf('w-1') }) },
    asks: 'dynamodb Query',
  },
};

const order = (orderId: string) => ({ orderId, customerId: 'c-1', items: [{ sku: 'book', quantity: 2, unitPriceCents: 1999 }] });
const post = (orderId: string) => () => ({ body: JSON.stringify(order(orderId)), isBase64Encoded: false, headers: {}, requestContext: { requestId: 'r-1' } });
const placed = (orderId: string) => () => {
  const detail = { ...order(orderId), totalCents: 3998, correlationId: 'r-1' };
  return { region: HERE, detail: { ...detail, dynamodb: { NewImage: marshall({ ...detail, region: HERE }) } } };
};
/** Of an order that is new, and of one that the table has. */
const step = { events: { first: placed('o-new'), again: placed('o-1') } };

/** The example-app's functions, by their name. */
export const EXAMPLE: Record<string, HandlerCase> = {
  PlaceOrder: { events: { first: post('o-new'), again: post('o-1') }, asks: 'dynamodb PutItem' },
  GetOrder: { events: { request: () => ({ pathParameters: { id: 'o-1' } }) }, result: { statusCode: 200 } },
  IndexOrder: step,
  Notify: {
    events: Object.fromEntries(['o-new', 'o-1'].map(orderId => [orderId, () => ({
      detail: { dynamodb: { NewImage: marshall({ orderId, customerId: 'c-1', status: 'SHIPPED' }) } },
    })])),
  },
  Charge: step,
  Reserve: step,
  Ship: step,
  Release: step,
  Refund: step,
};

/** Returns the answer of all services when all is well. */
export function wellAnswer({ operation, input }: Asked, url: string): Given {
  switch (operation) {
    case 'PutItem': return input.Item.pk.S === 'o-1' ? { status: 400, type: 'ConditionalCheckFailedException', body: { message: 'The conditional request failed' } } : { body: {} };
    case 'GetItem': return { body: input.Key.pk.S === 'o-1' ? { Item: marshall({ pk: 'o-1', sk: input.Key.sk.S, ...order('o-1'), region: HERE }) } : {} };
    case 'UpdateItem': return { body: input.ReturnValues === 'ALL_NEW' ? { Attributes: { input: { S: '{}' } } } : {} };
    case 'BatchGetItem': return { body: { Responses: { Control: [] } } };
    case 'Query': return { body: { Items: ledgerItems(unmarshall(input.ExpressionAttributeValues)).map(item => marshall(item)) } };
    case 'DescribeTable': return { body: { Table: { LatestStreamArn: 'arn' } } };
    case 'StartExecution': return { body: { executionArn: 'arn', startDate: 1 } };
    case 'DescribeExecution': return { status: 400, type: 'ExecutionDoesNotExist', body: { message: 'Execution Does Not Exist' } };
    case 'SendMessage': return messageTaken(input.MessageBody);
    case 'SendMessageBatch': return { body: { Successful: input.Entries.map(({ Id, MessageBody }: any) => ({ Id, ...messageTaken(MessageBody).body })), Failed: [] } };
    case 'GetQueueUrl': return { body: { QueueUrl: `${url}/111122223333/Queue` } };
    case 'PutEvents': return { body: { FailedEntryCount: 0, Entries: input.Entries.map(() => ({ EventId: '1' })) } };
    case 'GetPipelineState': return { body: { stageStates: [] } };
    case 'DescribeAlarms': return { body: { MetricAlarms: [], CompositeAlarms: [] } };
    case 'AssumeRole': return {
      body: '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>OTHER</AccessKeyId><SecretAccessKey>s</SecretAccessKey>'
        + '<SessionToken>t</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>',
    };
    case 'GET /jwks.json': return { body: { keys: [key.jwk] } };
    default: return { body: {} };
  }
}

/** Returns a ledger of a region whose peer is silent: one entry is to be taken over from it, and the execution of another is to be looked for. */
function ledgerItems(values: Record<string, unknown>): object[] {
  const now = Date.now();
  const dueAt = now - 1000;
  const entry = (name: string, rest: object) => ({
    pk: `Orders-Fulfilment#${name}`, region: HERE, publishedAt: now - 5 * 60_000, dueAt, openIn: `Orders-Fulfilment#${HERE}#${shardOf(name)}`, input: '{}', ...rest,
  });
  const items: any[] = [
    { pk: 'Orders-Fulfilment#beat#', region: HERE, beatAt: now - 30_000, upSince: 0 },
    { pk: 'Orders-Fulfilment#beat#', region: PEER, beatAt: now - 8 * 60_000, upSince: 0 },
    entry('w-1', { status: 'WITNESSED', origin: PEER }),
    entry('s-1', { status: 'STARTED', origin: HERE, startedAt: now - 60_000 }),
  ];
  return items.filter(item => (':key' in values ? item.pk === values[':key'] : item.openIn === values[':openIn']));
}
