/** The time that the calls of a client may take, in milliseconds. */
export interface CallLimits {
  /** The number of attempts, with a growing pause between them that is longer when a service throttles. */
  readonly attempts: number;
  /** The time of one attempt until its answer begins, and of any silence within the answer. */
  readonly attemptMillis: number;
  /** The time from the call to its result, with all attempts and the pauses between them. Whatever goes on then is aborted. */
  readonly callMillis: number;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The settings in which clients may differ. */
export interface ClientSettings {
  readonly region?: string;
  /** The credentials, or a function that finds them. */
  readonly credentials?: Credentials | (() => Promise<Credentials>);
  /**
   * The endpoint of the service.
   *
   * @default - as the SDK finds it
   */
  readonly endpoint?: string;
  /**
   * The profile that credentials are taken from.
   *
   * @default - as the SDK finds it
   */
  readonly profile?: string;
}

interface Abortable {
  readonly abortSignal?: AbortSignal;
}

interface Client {
  send(command: object, options?: Abortable): Promise<unknown>;
}

/**
 * Makes a client of the AWS SDK, each of whose calls ends in time. Every handler makes its clients here, because the SDK's own settings do not suffice: `requestTimeout` only warns unless
 * `throwOnRequestTimeout` is set, ends when an answer begins, and, like `socketTimeout`, counts neither a body that comes drop by drop nor the pauses between attempts. An `abortSignal` ends all of these.
 *
 * Only `send` with a promise is limited, so commands must be sent by the client itself, not by another one that was made from it.
 *
 * @see https://github.com/smithy-lang/smithy-typescript/blob/main/packages/types/src/http/httpHandlerInitialization.ts
 * @see https://aws.amazon.com/blogs/developer/abortcontroller-in-modular-aws-sdk-for-javascript/
 */
export function boundedClient<T>(ClientClass: new (configuration: any) => T, limits: CallLimits, settings: ClientSettings = {}): T {
  const { attempts, attemptMillis, callMillis } = limits;
  const client = new ClientClass({
    ...settings,
    maxAttempts: attempts,
    retryMode: 'standard',
    requestHandler: {
      connectionTimeout: attemptMillis / 2, requestTimeout: attemptMillis, throwOnRequestTimeout: true, socketTimeout: attemptMillis,
    },
  }) as T & Client;
  const send = client.send.bind(client);
  client.send = (command: object, options?: Abortable) => within(callMillis, command, options, limited => send(command, limited));
  return client;
}

/** Aborts a call when its time is up, or when whoever sent it aborts it; it ends then even if it does not heed the signal. */
async function within<T>(millis: number, command: object, options: Abortable | undefined, call: (options: Abortable) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const { signal } = controller;
  const abort = () => controller.abort();
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(Object.assign(new Error(`${command.constructor.name} had no result within ${millis} ms`), { name: 'TimeoutError' }));
      abort();
    }, millis);
  });
  if (options?.abortSignal?.aborted) abort();
  options?.abortSignal?.addEventListener('abort', abort);
  try {
    return await Promise.race([timeUp, call({ ...options, abortSignal: signal })]);
  } finally {
    clearTimeout(timer);
    options?.abortSignal?.removeEventListener('abort', abort);
  }
}
