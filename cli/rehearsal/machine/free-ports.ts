import { AddressInfo, createServer, Server } from 'net';

/** The only address that anything here listens on. */
export const HOST = '127.0.0.1';

/** Ports that are free at this moment. All are held until the last is found, so that no two are equal. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map(server => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(async server => new Promise(resolve => server.close(resolve))));
  return ports;
}

async function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen({ host: HOST, port: 0 }, () => resolve(server));
  });
}
