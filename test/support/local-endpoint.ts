import { createHash } from 'crypto';
import { LoopbackServer } from './loopback-server';

/** A request as the real AWS SDK sent it. */
export interface Call {
  /** The name of the operation; of a REST service, method and path. */
  readonly operation: string;
  readonly input: any;
}

export type Answer = { status?: number; body: object; type?: string };

/** Returns the answer of SQS to a message that it takes; the SDK checks the digest. */
export function messageTaken(body: string): { readonly body: { readonly MessageId: string; readonly MD5OfMessageBody: string } } {
  return { body: { MessageId: '1', MD5OfMessageBody: createHash('md5').update(body).digest('hex') } };
}

/**
 * An endpoint on loopback that the real AWS SDK talks to, over HTTP and signed, instead of AWS. What AWS would answer is the test's to say;
 * the rehearsal runs the same handlers against an emulator.
 */
export class LocalEndpoint extends LoopbackServer {
  public static async start(answer: (call: Call) => Answer | Promise<Answer>): Promise<LocalEndpoint> {
    return new LocalEndpoint(answer).start();
  }

  public readonly calls: Call[] = [];
  /** The trace that each of them came by. */
  public readonly traces: unknown[] = [];

  private constructor(answer: (call: Call) => Answer | Promise<Answer>) {
    super(async (request, text, response) => {
      const target = request.headers['x-amz-target'];
      const call = {
        operation: typeof target === 'string' ? target.split('.').pop()! : `${request.method} ${decodeURIComponent(request.url!)}`,
        input: JSON.parse(text || '{}'),
      };
      this.calls.push(call);
      this.traces.push(request.headers['x-amzn-trace-id']);
      const { status = 200, body, type } = await answer(call);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...(type && { 'x-amzn-errortype': type }) });
      response.end(JSON.stringify(type ? { __type: type, ...body } : body));
    });
  }
}

/** Loads a handler afresh, with the environment that Lambda would give it, until the end of the test. */
export function loadHandler<T>(path: string, environment: Record<string, string>): T {
  for (const [name, value] of Object.entries({ ...LAMBDA, ...environment })) {
    changed.set(name, changed.has(name) ? changed.get(name) : process.env[name]);
    process.env[name] = value;
  }
  let loaded: T;
  jest.isolateModules(() => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would not load it afresh
    loaded = require(path);
  });
  return loaded!;
}

const LAMBDA = { AWS_REGION: 'us-west-2', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_MAX_ATTEMPTS: '1' };
const changed = new Map<string, string | undefined>();

afterEach(() => {
  for (const [name, value] of changed) {
    if (value === undefined) delete process.env[name]; else process.env[name] = value;
  }
  changed.clear();
});
