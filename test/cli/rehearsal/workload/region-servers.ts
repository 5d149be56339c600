import { createServer, Server } from 'http';
import { AddressInfo } from 'net';
import { Target } from '../../../../cli/rehearsal/workload/target';
import { defineWorkload, Workload } from '../../../../cli/rehearsal/workload/workload';

export const HOST = 'api.example.com';

/** A region that keeps what it is sent, and answers as it is told to. */
export interface RegionServer extends Target {
  readonly items: Map<string, unknown>;
  readonly asked: { readonly method: string; readonly path: string; readonly host?: string; readonly headers: NodeJS.Dict<string | string[]> }[];
  /** What it answers to writes and reads alike; 0 for nothing at all. */
  status?: number;
  /** For how long it thinks. */
  delayMs?: number;
  /** The most connections that were open at once. */
  mostOpen: number;
}

const servers: Server[] = [];

/** Starts a region on this machine. */
export async function startRegion(name: string, basePath = ''): Promise<RegionServer> {
  let open = 0;
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', chunk => { text += chunk; }).on('end', () => {
      const { method = '', url = '', headers } = request;
      region.asked.push({ method, path: url, host: headers.host, headers });
      const { status } = region;
      if (status === 0) return;
      const isRead = method === 'GET';
      const id = method === 'POST' ? (JSON.parse(text) as { orderId: string }).orderId : url.split('/').at(-1)!;
      if (status === undefined && !isRead) region.items.set(id, JSON.parse(text));
      const found = region.items.get(id);
      const answered = status ?? (isRead ? found === undefined ? 404 : 200 : 201);
      response.writeHead(answered, { 'content-type': 'application/json', 'x-region': name });
      setTimeout(() => response.end(JSON.stringify(found ?? {})), region.delayMs ?? 0);
    });
  });
  server.on('connection', socket => {
    open++;
    region.mostOpen = Math.max(region.mostOpen, open);
    socket.on('close', () => open--);
  });
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const region: RegionServer = { name, address, basePath, host: `${name}.${HOST}`, aws: { region: name, endpoint: address, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }, items: new Map(), asked: [], mostOpen: 0 };
  return region;
}

/** Stops all regions. */
export async function stopRegions(): Promise<void> {
  await Promise.all(servers.splice(0).map(async server => {
    server.closeAllConnections();
    return new Promise(resolve => server.close(resolve));
  }));
}

/** Customers who put something of their own, and read what was put last, in turn. */
export function things(changes: Partial<Workload> = {}): Workload {
  return defineWorkload({
    rate: 50,
    timeoutMs: 500,
    generator: ({ customer, number, acknowledged }) => {
      if (number % 2 === 0) return { kind: 'put', action: 'write', key: `${customer}-${number}`, value: { number } };
      const key = acknowledged.at(-1);
      return key === undefined ? { kind: 'put', action: 'write', key: `${customer}-${number}`, value: { number } } : { kind: 'get', action: 'read', key };
    },
    client: async ({ action, key, value }, { request }) => {
      const { status, body } = await request(action === 'write' ? 'PUT' : 'GET', `/things/${key}`, { body: value });
      // another region may not have it yet
      if (status === 201 || status === 200 || (action === 'read' && status === 404)) return { type: 'ok', value: body };
      return { type: action === 'write' ? 'unknown' : 'fail', told: String(status) };
    },
    readBack: ({ key }) => ({ kind: 'get back', action: 'read', key }),
    ...changes,
  });
}
