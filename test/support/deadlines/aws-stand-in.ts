import { createServer as createHttpServer, IncomingMessage, Server, ServerResponse } from 'http';
import { createServer as createHttpsServer } from 'https';
import { AddressInfo } from 'net';
import { certificate } from './certificate';

/** A request of a handler. */
export interface Asked {
  /** The service, as the signature has it; `https` of one that is not signed. */
  readonly service: string;
  readonly operation: string;
  readonly input: any;
}

/** The answer of a service. */
export interface Given {
  readonly status?: number;
  readonly body: object | string;
  readonly type?: string;
}

/**
 * The manner in which an answer is given: as it should be; never; by half; drop by drop; not at the first attempt; or only after the service was
 * busy.
 */
export type Manner = 'well' | 'silent' | 'half' | 'drops' | 'second' | 'busy';

/** A stand-in for all services that one run of a handler asks, over HTTP and HTTPS on loopback. */
export class AwsStandIn {
  public static async start(answer: (asked: Asked, url: string) => Given, mannerOf: (call: string) => Manner): Promise<AwsStandIn> {
    const standIn = new AwsStandIn(answer, mannerOf);
    await Promise.all(standIn.servers.map(server => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))));
    return standIn;
  }

  /** The operations that were asked for, by `service operation`, in order and once each. */
  public readonly calls = new Set<string>();
  private readonly servers: Server[];
  private readonly dripping = new Set<NodeJS.Timeout>();

  private constructor(private readonly answer: (asked: Asked, url: string) => Given, private readonly mannerOf: (call: string) => Manner) {
    const listener = (request: IncomingMessage, response: ServerResponse) => void this.serve(request, response);
    this.servers = [createHttpServer(listener), createHttpsServer(certificate, listener)];
  }

  public get url(): string {
    return `http://127.0.0.1:${this.portOf(0)}`;
  }

  public get httpsUrl(): string {
    return `https://127.0.0.1:${this.portOf(1)}`;
  }

  public async stop(): Promise<void> {
    this.dripping.forEach(timer => clearInterval(timer));
    await Promise.all(this.servers.map(server => {
      server.closeAllConnections();
      return new Promise(resolve => server.close(resolve));
    }));
  }

  private portOf(server: number): number {
    return (this.servers[server].address() as AddressInfo).port;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    request.setEncoding('utf8');
    try {
      for await (const chunk of request) text += chunk;
    } catch {
      return; // the handler has given up
    }
    const asked = askedOf(request, text);
    const call = `${asked.service} ${asked.operation}`;
    this.calls.add(call);
    const isFirst = /attempt=1;/.test(String(request.headers['amz-sdk-request']));
    const manner = this.mannerOf(call);
    if (manner === 'silent' || (manner === 'second' && isFirst)) return;
    const given = manner === 'busy' && isFirst ? busy(asked) : this.answer(asked, this.url);
    const body = typeof given.body === 'string' ? given.body : JSON.stringify(given.type ? { __type: given.type, ...given.body } : given.body);
    response.writeHead(given.status ?? 200, {
      'content-type': body.startsWith('<') ? 'text/xml' : 'application/x-amz-json-1.0',
      'content-length': Buffer.byteLength(body) + (manner === 'drops' ? 1_000_000 : manner === 'half' ? 2 : 0),
      ...(given.type && { 'x-amzn-errortype': given.type }),
    });
    if (manner === 'half') {
      response.write(body.slice(0, Math.ceil(body.length / 2)));
    } else if (manner === 'drops') {
      const timer = setInterval(() => response.write(' '), 200);
      this.dripping.add(timer);
      response.on('close', () => clearInterval(timer));
    } else {
      response.end(body);
    }
  }
}

function busy({ service }: Asked): Given {
  return service === 'sts'
    ? { status: 400, body: '<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>' }
    : { status: 429, type: 'ThrottlingException', body: { message: 'Rate exceeded' } };
}

function askedOf({ headers, method, url }: IncomingMessage, text: string): Asked {
  const [, service = 'https'] = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const target = headers['x-amz-target'];
  const form = /form/.test(String(headers['content-type'])) ? new URLSearchParams(text) : undefined;
  return {
    service,
    operation: typeof target === 'string' ? target.split('.').pop()! : form?.get('Action') ?? `${method} ${url!.split('?')[0]}`,
    input: form ? Object.fromEntries(form) : JSON.parse(text || '{}'),
  };
}
