import { EventPattern } from 'aws-cdk-lib/aws-events';
import { GlobalEventBus } from '../global-event-bus/global-event-bus';

/** The events that start a workflow. */
export interface WorkflowTrigger {
  /** The bus that the events come by. */
  readonly bus: GlobalEventBus;

  /**
   * Events that start the workflow. Do not match on `region`; set `ownership` instead.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
   */
  readonly eventPattern: EventPattern;

  /**
   * The path of the idempotency key in the event, such as `$.detail.orderId`: a string, or a whole number from -(2^53 - 1) to 2^53 - 1 in digits only. A string and a number with the same digits are two
   * keys. An event without such a key goes to the dead-letter queue at once, with the reason as the attribute `ERROR_MESSAGE`; larger numbers, such as 64-bit ids, belong into strings.
   *
   * Events of the same key that are redelivered, or published again in the same region, are one workflow, for the 90 days that Step Functions remembers a name. Where peers take over, so are those that
   * are published in another region, unless both regions claim the key before either sees the other's claim in the ledger, which usually takes less than a second.
   */
  readonly idempotencyKeyPath: string;

  /**
   * Path of the id that all log lines about one request have in common, such as `$.detail.correlationId`. The log lines about a start, in whichever region,
   * then have it as `correlation_id`. Up to 128 printable characters without spaces; anything else is left out, and the workflow is started all the same.
   *
   * @default - none
   */
  readonly correlationIdPath?: string;
}
