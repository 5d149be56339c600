import { createServer as createHttpServer, RequestListener } from 'http';
import { AddressInfo, Server } from 'net';
import { HttpRequest, send } from '../../../../cli/rehearsal/regions/http-request';

let server: Server;
afterEach(async () => {
  (server as { closeAllConnections?(): void }).closeAllConnections?.();
  await new Promise(resolve => server.close(resolve));
});

async function serve(listener: RequestListener): Promise<HttpRequest> {
  server = createHttpServer(listener);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    host: 'orders.example.com',
    method: 'GET',
    path: '/orders',
    connectTimeoutMs: 1000,
    answerTimeoutMs: 1000,
    signal: new AbortController().signal,
  };
}

describe('send', () => {
  test('asks an address for a name', async () => {
    const request = await serve((asked, answer) => answer.writeHead(201).end(`${asked.method} ${asked.headers.host}${asked.url}`));
    expect(await send(request)).toMatchObject({ status: 201, text: 'GET orders.example.com/orders' });
  });

  test('sends headers, and returns those of the answer', async () => {
    const request = await serve((asked, answer) => answer.setHeader('set-cookie', ['a=1', 'b=2']).end(`${asked.headers['x-trace']} ${asked.headers.host}`));
    expect(await send({ ...request, headers: { 'x-trace': '7', 'host': 'elsewhere' } })).toMatchObject({
      headers: { 'set-cookie': 'a=1, b=2' }, text: '7 orders.example.com',
    });
  });

  test('sends a body with its type and length', async () => {
    const request = await serve((asked, answer) => {
      let body = '';
      asked.on('data', chunk => { body += chunk; }).on('end', () => answer.end([asked.headers['content-type'], asked.headers['content-length'], body].join(' ')));
    });
    expect((await send({ ...request, method: 'POST', body: 'tée', contentType: 'text/plain' })).text).toBe('text/plain 4 tée');
  });

  test('uses a connection of its own', async () => {
    const connections = new Set();
    const request = await serve((asked, answer) => {
      connections.add(asked.socket.remotePort);
      answer.end();
    });
    await send(request);
    await send(request);
    expect(connections.size).toBe(2);
  });

  test('gives up on an answer that does not come, or not to its end', async () => {
    const request = await serve((asked, answer) => { if (asked.url === '/half') answer.writeHead(200).write('half'); });
    await expect(send({ ...request, answerTimeoutMs: 50 })).rejects.toThrow('no answer within 0.05 s');
    await expect(send({ ...request, answerTimeoutMs: 50, path: '/half' })).rejects.toThrow();
  });

  test('does not give up for the time that its machine was away', async () => {
    const request = await serve((_, answer) => { setTimeout(() => answer.end('late'), 150); });
    const clock = { elapsed: (start: number) => (performance.now() - start) / 10 };
    expect((await send({ ...request, answerTimeoutMs: 50, clock })).text).toBe('late');
    const start = performance.now();
    await expect(send({ ...request, answerTimeoutMs: 10, clock })).rejects.toThrow('no answer within 0.01 s');
    expect(performance.now() - start).toBeGreaterThan(85);
  });

  test('fails if nobody listens', async () => {
    const request = await serve(() => {});
    await new Promise(resolve => server.close(resolve));
    await expect(send(request)).rejects.toThrow('ECONNREFUSED');
  });

  test('is stopped by its signal', async () => {
    const request = await serve(() => {});
    const controller = new AbortController();
    const answer = send({ ...request, signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await expect(answer).rejects.toThrow('aborted');
  });
});
