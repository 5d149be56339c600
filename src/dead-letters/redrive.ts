import { HEARTBEAT_SOURCE } from './constants';

/** The target for which a dead letter was meant. */
export type Redrive =
  | { readonly to: 'function'; readonly functionArn: string; readonly payload: string }
  | { readonly to: 'queue'; readonly queueArn: string; readonly body: string }
  | { readonly to: 'nowhere' }
  | { readonly to: 'bus'; readonly busArn: string; readonly event: DeadEvent };

/** An event as EventBridge leaves it in a dead-letter queue. */
export interface DeadEvent {
  readonly 'source': string;
  readonly 'detail-type': string;
  readonly 'time': string;
  readonly 'resources': string[];
  readonly 'detail': unknown;
}

export interface DeadLetter {
  readonly body: string;
  readonly messageAttributes: { readonly [name: string]: { readonly stringValue?: string } | undefined };
}

/**
 * Returns the destination of a dead letter: EventBridge names the target in an attribute, Lambda names the function in the record. A heartbeat goes
 * nowhere, because it is late.
 *
 * Throws if it is neither, or if there is no way to send it again.
 */
export function redriveOf({ body, messageAttributes }: DeadLetter): Redrive {
  const target = messageAttributes.TARGET_ARN?.stringValue;
  if (target !== undefined) {
    return toTarget(target, body);
  }
  const record = JSON.parse(body);
  const functionArn = record?.requestContext?.functionArn;
  if (typeof functionArn !== 'string' || !('requestPayload' in record)) {
    throw new Error('neither an event that EventBridge could not deliver to a target nor a failed asynchronous invocation');
  }
  return { to: 'function', functionArn, payload: JSON.stringify(record.requestPayload) };
}

function toTarget(arn: string, body: string): Redrive {
  if (isEncrypted(body)) {
    throw new Error('EventBridge could not decrypt the event: see to its key, decrypt what the message holds, then publish it again');
  }
  const service = arn.split(':')[2];
  switch (service) {
    case 'lambda': return { to: 'function', functionArn: arn, payload: body };
    case 'sqs': return { to: 'queue', queueArn: arn, body };
    case 'events': {
      const event: DeadEvent = JSON.parse(body);
      return event.source === HEARTBEAT_SOURCE ? { to: 'nowhere' } : { to: 'bus', busArn: arn, event };
    }
    default: throw new Error(`a target of ${service} is not one that this can send to`);
  }
}

/**
 * Returns whether a message holds an event that EventBridge could not decrypt, in an envelope of its own.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-dlq-decrypt.html
 */
function isEncrypted(body: string): boolean {
  try {
    const event = JSON.parse(body);
    return event?.source === 'aws.events' && event['detail-type'] === 'Encrypted Events';
  } catch {
    return false;
  }
}
