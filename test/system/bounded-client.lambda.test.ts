import { createServer, IncomingMessage, Server, ServerResponse } from 'http';
import { AddressInfo, Socket } from 'net';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { bounded, clientSettings } from '../../example-app/handlers/clients';
import { boundedClient, CallLimits } from '../../src/system/bounded-client.lambda';

const LIMITS: CallLimits = { attempts: 3, attemptMillis: 200, callMillis: 500 };
const credentials = { accessKeyId: 'a', secretAccessKey: 's' };
const command = () => new GetItemCommand({ TableName: 'Table', Key: { pk: { S: 'x' } } });

describe('a call of a bounded client', () => {
  let server: Server;
  let answer: (response: ServerResponse, request: IncomingMessage) => void;
  let requests: number;
  let open: Set<Socket>;
  const before = process.env.AWS_ENDPOINT_URL;

  beforeEach(async () => {
    requests = 0;
    const sockets = open = new Set<Socket>();
    server = createServer((request, response) => {
      requests++;
      request.resume().on('end', () => answer(response, request));
    }).on('connection', socket => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    if (before === undefined) delete process.env.AWS_ENDPOINT_URL; else process.env.AWS_ENDPOINT_URL = before;
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });

  const client = (settings: object = {}) => boundedClient(DynamoDBClient, LIMITS, { region: 'us-west-2', credentials, ...settings });
  const well = (response: ServerResponse) => response.end('{"Item":{"pk":{"S":"x"}}}');

  /** What a call ends with, and after how long. */
  async function timed(call: Promise<unknown>): Promise<{ error?: Error; took: number }> {
    const begin = Date.now();
    const error = await call.then(() => undefined, thrown => thrown);
    return { error, took: Date.now() - begin };
  }

  test('is tried again when an attempt is not answered, or its answer stops in the middle', async () => {
    answer = response => {
      if (requests === 2) response.writeHead(200, { 'content-length': 100 }).write('{"It');
      if (requests === 3) well(response);
    };
    expect(await boundedClient(DynamoDBClient, { ...LIMITS, callMillis: 5_000 }, { region: 'us-west-2', credentials }).send(command())).toMatchObject({ Item: { pk: { S: 'x' } } });
    expect(requests).toBe(3);
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['is not answered', () => {}],
    ['is answered drop by drop', response => {
      const timer = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(timer));
    }],
    ['is to be tried again later than there is time', response => response.writeHead(503, { 'x-amz-retry-after': '4000' }).end('{}')],
  ])('ends with a name when its time is up, and leaves nothing behind, if it %s', async (_, manner) => {
    answer = manner;
    const { error, took } = await timed(client().send(command()));
    expect(error).toMatchObject({ name: 'TimeoutError', message: 'GetItemCommand had no result within 500 ms' });
    expect(took).toBeGreaterThanOrEqual(490);
    expect(took).toBeLessThan(2_000);
    const sent = requests;
    await new Promise(resolve => setTimeout(resolve, 300));
    expect(requests).toBe(sent);
    expect(open.size).toBe(manner.toString().includes('503') ? 1 : 0);
  });

  test('ends even if what hangs does not heed the signal', async () => {
    const { error, took } = await timed(client({ credentials: () => new Promise(() => {}) }).send(command()));
    expect(error).toMatchObject({ name: 'TimeoutError' });
    expect(took).toBeLessThan(2_000);
  });

  test('ends when its sender aborts it', async () => {
    answer = () => {};
    const { error, took } = await timed(client().send(command(), { abortSignal: AbortSignal.timeout(100) }));
    expect(error).toMatchObject({ name: 'AbortError' });
    expect(took).toBeLessThan(400);
    expect((await timed(client().send(command(), { abortSignal: AbortSignal.abort() }))).error).toMatchObject({ name: 'AbortError' });
  });

  test('keeps its connection for the next call', async () => {
    answer = well;
    const one = client();
    await one.send(command());
    await new Promise(resolve => setTimeout(resolve, LIMITS.callMillis + 200));
    await one.send(command());
    expect([requests, open.size]).toEqual([2, 1]);
  });

  test('ends in the example-app as well', async () => {
    answer = () => {};
    const { error, took } = await timed(bounded(new DynamoDBClient({ ...clientSettings, region: 'us-west-2', credentials })).send(command()));
    expect(error).toMatchObject({ name: 'TimeoutError' });
    expect(took).toBeLessThan(4_000);
    const aborted = bounded(new DynamoDBClient({ ...clientSettings, region: 'us-west-2', credentials })).send(command(), { abortSignal: AbortSignal.timeout(100) });
    expect((await timed(aborted)).error).toMatchObject({ name: 'AbortError' });
  });
});
