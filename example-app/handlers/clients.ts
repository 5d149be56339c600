/** Tried again as long as the call has time, after pauses of up to a second and more when a service throttles. */
const ATTEMPTS = 3;
/** The time of one attempt until its answer begins, and of any silence within the answer. */
const ATTEMPT_MS = 1_500;
/** The time of a call with all its attempts. A handler makes up to four calls, one after the other, and ends after 10 seconds. */
const CALL_MS = 2_200;

/** The settings of a client. Of itself the SDK waits for as long as it takes, and `requestTimeout` only warns unless it is set to throw. */
export const clientSettings = {
  maxAttempts: ATTEMPTS,
  requestHandler: { connectionTimeout: ATTEMPT_MS / 2, requestTimeout: ATTEMPT_MS, throwOnRequestTimeout: true, socketTimeout: ATTEMPT_MS },
};

interface Options {
  readonly abortSignal?: AbortSignal;
}

interface Client {
  send(command: object, options?: Options): Promise<unknown>;
}

/**
 * Aborts each call of a client whose time is up, which the settings cannot do: they count neither an answer that comes drop by drop nor the pauses between attempts.
 *
 * A handler that waits for as long as Lambda lets it cannot say what went wrong, and meanwhile uses up the account's concurrency. The call ends with a `TimeoutError`, as one does whose last attempt
 * was not answered. The workflow takes a step again that failed by it.
 */
export function bounded<T>(client: T): T {
  const sender = client as T & Client;
  const send = sender.send.bind(sender);
  sender.send = async (command: object, options: Options = {}) => {
    const timeUp = AbortSignal.timeout(CALL_MS);
    try {
      return await send(command, { ...options, abortSignal: options.abortSignal ? AbortSignal.any([timeUp, options.abortSignal]) : timeUp });
    } catch (error) {
      if (!timeUp.aborted) throw error;
      throw Object.assign(new Error(`${command.constructor.name} had no result within ${CALL_MS} ms`), { name: 'TimeoutError' });
    }
  };
  return client;
}
