/** The reason why an event cannot start a workflow, however often it is tried. */
export type UnstartableCode = 'MISSING_IDEMPOTENCY_KEY' | 'MALFORMED_EVENT' | 'EVENT_TOO_LARGE' | 'INVALID_NAME' | 'INVALID_EXECUTION_INPUT' | 'INVALID_REQUEST';

/** An event that cannot start a workflow, however often it is tried. The message says why, without the event's content. */
export class Unstartable extends Error {
  public constructor(public readonly code: UnstartableCode, message: string) {
    super(message);
  }
}

/**
 * The errors of StartExecution that are about the event alone: it has the same name and the same input with every try.
 *
 * All others may pass by themselves, or by a deployment, and are retried: ExecutionLimitExceeded, throttling, errors of the service and of the network, but also AccessDeniedException, InvalidArn, StateMachineDoesNotExist,
 * StateMachineDeleting and those of KMS, which a deployment in flight, or somebody's mistake with a role or a key, causes for all events alike.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
const CODES: { readonly [name: string]: UnstartableCode | undefined } = {
  InvalidName: 'INVALID_NAME',
  InvalidExecutionInput: 'INVALID_EXECUTION_INPUT',
  ValidationException: 'INVALID_REQUEST',
};

/**
 * Returns an `Unstartable` in place of an error of StartExecution that no retry can help, and any other error as it is.
 *
 * A ValidationException that has a reason is about the state machine, its alias or its routing, so it is retried.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidationException.html
 */
export function startErrorOf(error: unknown): unknown {
  if (!(error instanceof Error) || 'reason' in error && error.reason !== undefined) return error;
  const code = Object.hasOwn(CODES, error.name) ? CODES[error.name] : undefined;
  // the message of AWS may quote the input
  return code === undefined ? error : new Unstartable(code, `Step Functions refuses to start an execution with this event: ${error.name}`);
}
