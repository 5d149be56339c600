/** The handler as it is, with the real AWS SDK, against an endpoint on loopback that answers for all regions. */
import { createServer, IncomingMessage, Server } from 'http';
import { AddressInfo } from 'net';
import { loadHandler } from '../support/local-endpoint';
import { LogLines } from '../support/log-lines';

type Handler = (event: object) => Promise<void>;

/** What a service was asked, and by which region's endpoint: the signature tells. */
interface Call {
  readonly service: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly operation: string;
  readonly body: string;
}

interface World {
  /** The items of the control table, by region. */
  readonly evacuated?: Record<string, string[]>;
  readonly unhealthyAlarms?: Record<string, string[]>;
  readonly without?: string[];
  readonly withoutTable?: boolean;
  /** The states of the pipeline's stages. */
  readonly stageStates?: object[];
  readonly broken?: string;
}

const STAGE = 'Orders-us-west-2';
const ENVIRONMENT = {
  PIPELINE_NAME: 'Deployment-Pipeline',
  SYSTEM_REGIONS: 'ap-southeast-2,us-west-2',
  CONTROL_TABLE_NAME: 'Orders-Control-Table',
  ALARM_NAMES: '{"ap-southeast-2":["home-unhealthy"],"us-west-2":["west-unhealthy"]}',
  ROLE_ARNS: '{}',
};

let server: Server;
let calls: Call[];
let world: World;

beforeEach(async () => {
  calls = [];
  world = {};
  server = createServer((request, response) => {
    void read(request).then(body => {
      const [, accessKeyId, region, service] = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(request.headers.authorization!)!;
      const operation = String(request.headers['x-amz-target'] ?? new URLSearchParams(body.toString()).get('Action') ?? request.url).split(/[./]/).pop()!;
      calls.push({ service, region, accessKeyId, operation, body: body.toString() });
      const { status = 200, type = 'application/x-amz-json-1.0', text } = answer({ service, region, accessKeyId, operation, body: body.toString() });
      response.writeHead(status, { 'content-type': type });
      response.end(text);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

function answer({ service, region, operation, body }: Call): { status?: number; type?: string; text: string } {
  const json = (value: object, status = 200) => ({ status, text: JSON.stringify(value) });
  if (world.without?.includes(region) && service !== 'codepipeline') return json({ __type: 'InternalServerError' }, 500);
  if (world.broken === operation) return json({ __type: 'AccessDeniedException', message: 'no' }, 400);
  switch (operation) {
    case 'GetPipelineState': return json({ stageStates: world.stageStates ?? [] });
    case 'GetItem': {
      if (world.withoutTable) return json({ __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message: 'no table' }, 400);
      const key = JSON.parse(body).Key.pk.S;
      return json((world.evacuated?.[region] ?? []).some(name => key === `evacuation#${name}`) ? { Item: { pk: { S: key } } } : {});
    }
    case 'DescribeAlarms': {
      const inAlarm = (world.unhealthyAlarms?.[region] ?? []).map(name => ({ AlarmName: name, StateValue: 'ALARM' }));
      return json({ CompositeAlarms: inAlarm, MetricAlarms: [] });
    }
    case 'AssumeRole': return {
      type: 'text/xml',
      text: '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>OTHER</AccessKeyId>'
        + '<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>',
    };
    default: return json({});
  }
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Asks, and returns what was answered: nothing, or the reasons of a refusal. */
async function ask(question: object = {}, environment: object = {}, event?: object): Promise<string | undefined> {
  const log = new LogLines();
  const { handler } = loadHandler<{ handler: Handler }>(require.resolve('../../src/multi-region-pipeline/deployment-gate.lambda'), {
    ...ENVIRONMENT, ...environment, AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  try {
    await handler(event ?? jobWith({ stage: STAGE, targets: ['us-west-2'], lost: 'none', ...question }));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    expect(log.text).not.toContain('SECRET');
    log.restore();
  }
}

const jobWith = (question: object) => ({
  'CodePipeline.job': {
    id: 'job-1',
    data: { actionConfiguration: { configuration: { FunctionName: 'gate', UserParameters: JSON.stringify(question) } }, artifactCredentials: { secretAccessKey: 'SECRET' } },
  },
});
const answered = () => calls.filter(({ operation }) => operation.startsWith('PutJob'));

describe('the handler of the deployment gate', () => {
  test('lets in when all regions are well, and tells CodePipeline', async () => {
    expect(await ask()).toBeUndefined();
    expect(answered().map(({ operation, body }) => [operation, JSON.parse(body).jobId])).toEqual([['PutJobSuccessResult', 'job-1']]);
  });

  test('asks each region by its own endpoint, for every region\'s evacuation and for its own alarms', async () => {
    await ask();
    expect(calls.filter(({ operation }) => operation === 'GetItem').map(({ region, body }) => `${region} ${JSON.parse(body).TableName} ${JSON.parse(body).Key.pk.S}`).sort()).toEqual([
      'ap-southeast-2 Orders-Control-Table evacuation#ap-southeast-2', 'ap-southeast-2 Orders-Control-Table evacuation#us-west-2',
      'us-west-2 Orders-Control-Table evacuation#ap-southeast-2', 'us-west-2 Orders-Control-Table evacuation#us-west-2',
    ]);
    const asked = calls.filter(({ operation }) => operation === 'DescribeAlarms');
    expect(asked.map(({ region }) => region).sort()).toEqual(['ap-southeast-2', 'us-west-2']);
    for (const { region, body } of asked) {
      expect(body).toContain(region === 'us-west-2' ? 'west-unhealthy' : 'home-unhealthy');
      expect(body).toContain('CompositeAlarm');
    }
  });

  test.each<[string, World, string]>([
    ['a peer is evacuated', { evacuated: { 'us-west-2': ['ap-southeast-2'] } }, 'ap-southeast-2 is evacuated, says us-west-2: us-west-2 may be all that serves'],
    ['a peer is evacuated, which only it knows', { evacuated: { 'ap-southeast-2': ['ap-southeast-2'] } }, 'ap-southeast-2 is evacuated, says ap-southeast-2'],
    ['the region\'s alarm is in ALARM', { unhealthyAlarms: { 'us-west-2': ['west-unhealthy'] } }, 'west-unhealthy is in ALARM in us-west-2'],
    ['a peer\'s alarm is in ALARM', { unhealthyAlarms: { 'ap-southeast-2': ['home-unhealthy'] } }, 'home-unhealthy is in ALARM in ap-southeast-2'],
    ['a peer does not answer', { without: ['ap-southeast-2'] }, 'ap-southeast-2 does not answer (InternalServerError)'],
    ['the region itself does not answer', { without: ['us-west-2'] }, 'us-west-2 does not answer (InternalServerError)'],
    ['it may not look', { broken: 'DescribeAlarms' }, 'does not answer (AccessDeniedException)'],
    ['it does not know what is going on in the pipeline', { broken: 'GetPipelineState' }, 'the gate itself failed (AccessDeniedException: no)'],
  ])('refuses when %s, with the reason', async (_, state, reason) => {
    world = state;
    expect(await ask()).toContain(reason);
    const [{ operation, body }, ...more] = answered();
    expect(more).toEqual([]);
    expect(operation).toBe('PutJobFailureResult');
    expect(JSON.parse(body)).toMatchObject({ jobId: 'job-1', failureDetails: { type: 'JobFailed', message: expect.stringContaining(reason) } });
  });

  test('lets in when only the region itself is evacuated', async () => {
    world = { evacuated: { 'ap-southeast-2': ['us-west-2'], 'us-west-2': ['us-west-2'] } };
    expect(await ask()).toBeUndefined();
  });

  test('lets in the first deployment, when there is no table yet', async () => {
    world = { withoutTable: true };
    expect(await ask()).toBeUndefined();
  });

  test('asks nothing of a region that is named as lost, nor minds that it is evacuated', async () => {
    world = { without: ['ap-southeast-2'], evacuated: { 'us-west-2': ['ap-southeast-2'] } };
    expect(await ask({ lost: 'ap-southeast-2' })).toBeUndefined();
    expect(calls.filter(({ region, service }) => region === 'ap-southeast-2' && service !== 'codepipeline')).toEqual([]);
  });

  test.each([
    [{ latestExecution: { pipelineExecutionId: 'e', status: 'InProgress', type: 'ROLLBACK' } }],
    [{ inboundExecutions: [{ pipelineExecutionId: 'e', status: 'InProgress', type: 'ROLLBACK' }] }],
  ])('lets a rollback in, whatever is in ALARM: %j', async state => {
    world = { unhealthyAlarms: { 'us-west-2': ['west-unhealthy'] }, stageStates: [{ stageName: STAGE, ...state }] };
    expect(await ask()).toBeUndefined();
  });

  test.each([
    [{ stageName: STAGE, latestExecution: { pipelineExecutionId: 'e', status: 'Succeeded', type: 'ROLLBACK' } }],
    [{ stageName: STAGE, latestExecution: { pipelineExecutionId: 'e', status: 'InProgress', type: 'STANDARD' } }],
    [{ stageName: 'Orders-eu-west-1', latestExecution: { pipelineExecutionId: 'e', status: 'InProgress', type: 'ROLLBACK' } }],
  ])('takes nothing else for a rollback: %j', async state => {
    world = { unhealthyAlarms: { 'us-west-2': ['west-unhealthy'] }, stageStates: [state] };
    expect(await ask()).toContain('west-unhealthy is in ALARM');
  });

  test('reads another account by its role', async () => {
    const arn = 'arn:aws:iam::999988887777:role/cdk-hnb659fds-lookup-role-999988887777-us-west-2';
    expect(await ask({}, { ROLE_ARNS: JSON.stringify({ 'us-west-2': arn }) })).toBeUndefined();
    const assumed = calls.filter(({ operation }) => operation === 'AssumeRole');
    expect(assumed.map(({ body }) => new URLSearchParams(body).get('RoleArn'))).toEqual([arn]);
    for (const { region, accessKeyId } of calls.filter(({ service }) => ['dynamodb', 'monitoring'].includes(service))) {
      expect([region, accessKeyId]).toEqual([region, region === 'us-west-2' ? 'OTHER' : 'test']);
    }
  });

  test('refuses a question that it does not understand', async () => {
    expect(await ask({}, {}, { 'CodePipeline.job': { id: 'job-1', data: {} } })).toContain('no UserParameters');
    expect(answered().map(({ operation }) => operation)).toEqual(['PutJobFailureResult']);
  });

  test('answers whoever asks without a job, by failing or not', async () => {
    const event = { ruleConfiguration: { UserParameters: JSON.stringify({ stage: STAGE, targets: ['us-west-2'], lost: 'none' }) } };
    expect(await ask({}, {}, event)).toBeUndefined();
    world = { unhealthyAlarms: { 'us-west-2': ['west-unhealthy'] } };
    expect(await ask({}, {}, event)).toContain('west-unhealthy is in ALARM');
    expect(answered()).toEqual([]);
  });
});
