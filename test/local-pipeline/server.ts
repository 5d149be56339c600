import { createServer, IncomingMessage, request, Server, ServerResponse } from 'http';
import { AddressInfo } from 'net';
import { CodePipelineApi } from './api';
import { Refusal } from './errors';
import { HOST } from '../../cli/rehearsal/machine/free-ports';

const TARGET = 'CodePipeline_20150709.';

export interface ServerProps {
  readonly api: CodePipelineApi;
  /** The pipeline's region. */
  readonly region: string;
  /** The URLs of the regions that answer, by their names. May change at any time. */
  readonly regions: ReadonlyMap<string, string>;
}

/**
 * All of AWS at one address. It answers for CodePipeline in the pipeline's region itself, and hands on every other request, as it is, to the region that it was signed for. A region that is not there
 * does not answer: the connection breaks.
 */
export class AwsServer {
  public static async start(props: ServerProps): Promise<AwsServer> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen({ host: HOST, port: 0 }, resolve);
    });
    return new AwsServer(server, props);
  }

  public readonly endpoint: string;

  private constructor(private readonly server: Server, private readonly props: ServerProps) {
    this.endpoint = `http://${HOST}:${(server.address() as AddressInfo).port}`;
    server.on('request', (incoming, outgoing) => this.answer(incoming, outgoing));
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }

  private answer(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { region, service } = scopeOf(incoming) ?? {};
    if (!region) {
      send(outgoing, 403, { __type: 'MissingAuthenticationTokenException', message: 'the request is not signed' });
    } else if (service === 'codepipeline' && region === this.props.region) {
      void this.call(incoming, outgoing);
    } else {
      forward(incoming, outgoing, this.props.regions.get(region));
    }
  }

  private async call(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk);
      const operation = String(incoming.headers['x-amz-target']).replace(TARGET, '');
      send(outgoing, 200, this.props.api.call(operation, JSON.parse(Buffer.concat(chunks).toString() || '{}')));
    } catch (error) {
      const refused = error instanceof Refusal;
      send(outgoing, refused ? 400 : 500, { __type: refused ? error.code : 'InternalFailure', message: (error as Error).message });
    }
  }
}

/**
 * The region and the service that a request was signed for: in its header, or in the address of one that was signed for somebody else.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
function scopeOf({ headers, url }: IncomingMessage): { readonly region: string; readonly service: string } | undefined {
  const signed = headers.authorization ?? decodeURIComponent(url!.replaceAll('+', ' '));
  const [, region, service] = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(signed) ?? [];
  return region ? { region, service } : undefined;
}

function send(outgoing: ServerResponse, status: number, content: object | void): void {
  outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(content && JSON.stringify(content));
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, endpoint: string | undefined): void {
  if (!endpoint) {
    incoming.socket.destroy();
    return;
  }
  const { hostname, port } = new URL(endpoint);
  const onward = request({ hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers, agent: false }, answer => {
    outgoing.writeHead(answer.statusCode!, answer.headers);
    answer.pipe(outgoing);
    answer.on('error', () => outgoing.destroy());
  });
  onward.on('error', () => incoming.socket.destroy());
  outgoing.on('close', () => onward.destroy());
  incoming.pipe(onward);
}
