import { createServer, IncomingMessage, Server } from 'http';
import { AddressInfo } from 'net';
import { text } from 'stream/consumers';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CodePipelineClient, GetPipelineExecutionCommand, GetPipelineStateCommand, ListPipelinesCommand } from '@aws-sdk/client-codepipeline';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { NAME, pipelines, refusal, stage, template } from './support';

const under = pipelines();
const ONE = template([stage('Source')]);
let servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.map(async server => {
    server.closeAllConnections();
    return new Promise(resolve => server.close(resolve));
  }));
  servers = [];
});

/** A region that answers what it was sent. */
async function region(answers = true): Promise<{ url: string; requests: { path: string; headers: IncomingMessage['headers']; body: string }[] }> {
  const requests: { path: string; headers: IncomingMessage['headers']; body: string }[] = [];
  const server = createServer((incoming, outgoing) => {
    void text(incoming).then(body => {
      requests.push({ path: incoming.url!, headers: incoming.headers, body });
      if (answers) outgoing.writeHead(200, { 'x-from': 'region' }).end('{"Item":{"pk":{"S":"x"}}}');
    });
  });
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const get = new GetItemCommand({ TableName: 'T', Key: { pk: { S: 'x' } } });

describe('the address of all of AWS', () => {
  test('hands a request on as it is to the region that it is signed for', async () => {
    const west = await region();
    const { pipeline } = await under.start(ONE, { regions: new Map([['us-west-2', west.url]]) });
    expect((await new DynamoDBClient({ ...pipeline.client, region: 'us-west-2' }).send(get)).Item).toEqual({ pk: { S: 'x' } });
    expect(west.requests).toMatchObject([{ path: '/', headers: { 'x-amz-target': 'DynamoDB_20120810.GetItem', 'host': new URL(pipeline.endpoint).host }, body: '{"TableName":"T","Key":{"pk":{"S":"x"}}}' }]);
  });

  test('hands on requests that are signed in their address', async () => {
    const west = await region();
    const { pipeline } = await under.start(ONE, { regions: new Map([['us-west-2', west.url]]) });
    const path = '/bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%2F20300101%2Fus-west-2%2Fs3%2Faws4_request';
    expect((await fetch(`${pipeline.endpoint}${path}`)).headers.get('x-from')).toBe('region');
    expect(west.requests[0].path).toBe(path);
  });

  test('breaks the connection to a region that is lost, from then on', async () => {
    const west = await region();
    const regions = new Map([['us-west-2', west.url]]);
    const { pipeline } = await under.start(ONE, { regions });
    const client = new DynamoDBClient({ ...pipeline.client, region: 'us-west-2', maxAttempts: 1 });
    await client.send(get);
    regions.delete('us-west-2');
    await expect(client.send(get)).rejects.toThrow(/socket hang up|ECONNRESET/);
    await expect(new CloudWatchClient({ ...pipeline.client, region: 'eu-west-1', maxAttempts: 1 }).send(new DescribeAlarmsCommand({}))).rejects.toThrow(/socket hang up|ECONNRESET/);
  });

  test('breaks the connection when the region does not listen, and waits when it is frozen', async () => {
    const frozen = await region(false);
    const { pipeline } = await under.start(ONE, { regions: new Map([['us-west-2', 'http://127.0.0.1:1'], ['eu-west-1', frozen.url]]) });
    await expect(new DynamoDBClient({ ...pipeline.client, region: 'us-west-2', maxAttempts: 1 }).send(get)).rejects.toThrow(/socket hang up|ECONNRESET/);
    const impatient = { requestTimeout: 200, throwOnRequestTimeout: true };
    await expect(new DynamoDBClient({ ...pipeline.client, region: 'eu-west-1', maxAttempts: 1, requestHandler: impatient }).send(get)).rejects.toThrow(/timeout|timed out|exceeded/i);
  });

  test('refuses what is not signed', async () => {
    const { pipeline } = await under.start(ONE);
    expect((await fetch(pipeline.endpoint, { method: 'POST', body: '{}' })).status).toBe(403);
  });

  test('is CodePipeline in the pipeline\'s region only', async () => {
    const { pipeline, client } = await under.start(ONE);
    expect((await client.send(new GetPipelineStateCommand({ name: NAME }))).pipelineName).toBe(NAME);
    const elsewhere = new CodePipelineClient({ ...pipeline.client, region: 'us-west-2', maxAttempts: 1 });
    await expect(elsewhere.send(new GetPipelineStateCommand({ name: NAME }))).rejects.toThrow(/socket hang up|ECONNRESET/);
  });

  test('refuses with the codes of CodePipeline', async () => {
    const { client } = await under.start(ONE);
    expect(await refusal(client.send(new GetPipelineStateCommand({ name: 'Other' })))).toBe('PipelineNotFoundException');
    expect(await refusal(client.send(new GetPipelineExecutionCommand({ pipelineName: NAME, pipelineExecutionId: 'x' })))).toBe('PipelineExecutionNotFoundException');
    expect(await refusal(client.send(new ListPipelinesCommand({})))).toBe('UnknownOperationException');
  });
});
