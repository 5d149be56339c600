import { createServer, IncomingMessage, Server, ServerResponse } from 'http';
import { AddressInfo } from 'net';

/** A server on loopback that reads each request whole before it answers, or never does. */
export class LoopbackServer {
  private readonly server: Server;

  constructor(answer: (request: IncomingMessage, body: string, response: ServerResponse) => unknown) {
    const gone = () => { /* the client has given up */ };
    this.server = createServer((request, response) => void bodyOf(request).then(body => answer(request, body, response), gone));
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async start(): Promise<this> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8'); // a character may be split between chunks
  for await (const chunk of request) text += chunk;
  return text;
}
