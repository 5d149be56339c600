import { EventPattern } from 'aws-cdk-lib/aws-events';
import { WorkflowTableTrigger } from './workflow-table-trigger';
import { IGlobalEventBus } from '../global-event-bus/i-global-event-bus';

/** The events that start a workflow. */
export interface WorkflowTrigger {
  /** The bus that the events come by. Where peers take over, its events must reach them: see `GlobalEventBus.fromEventBusName` for one that something else made. */
  readonly bus: IGlobalEventBus;

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

  /**
   * The number of batches of up to 10 events that each region's starter takes at the same time, from 2 to 1000. With ownership by the region of origin, each region's starter takes the events of all regions.
   *
   * The default is 2,000 events a second while a batch takes 100 ms, and still more than Step Functions starts by default, 150 a second in most regions, while one takes a second. It is low so that a backlog leaves
   * the account's concurrency to other functions. What is above waits in the queue.
   *
   * @default 20
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
   */
  readonly maxConcurrency?: number;

  /**
   * Items whose insertion into a table starts the workflow as well, from every region's own replica, whether or not anybody publishes an event. For an execution it is as if EventBridge had delivered the
   * event that the item stands for: `detail` is the item as plain JSON, `time` and `region` are the item's own. The idempotency key is at the same path, so that an item and its event are one
   * workflow.
   *
   * In each region, an EventBridge pipe reads the stream of the region's replica, and sends what is inserted to the workflow's queue. It depends on the ownership who acts on it: where peers take
   * over, every region sees every item; with `takeover: false`, the region that wrote it; with `primaryRegion()`, the primary region; with `everyRegion()`, each for itself.
   *
   * An item whose time is more than 14 days before its insertion is a copy, as of a restored table, and starts nothing. One that is deleted and inserted again has the key that it had, and is not started
   * again for 90 days.
   *
   * Sets become lists, binary data is base64. What cannot start a workflow goes to the dead-letter queue with the reason: an item without its time or region, one with a number that JSON cannot hold
   * exactly, and one that is more than 256 KiB as an event. A message that SQS does not take holds up those behind it in its shard until its retries are used up; the region's `DeadLetters` then get its
   * place in the stream.
   *
   * Per region: a pipe, billed by the items that it sends, its log, and two alarms of about 0.10 USD a month each, which are the table's. An item whose event arrives as well costs each region one more
   * message and one more read of the ledger. AWS advises one reader for the stream of a global table, so a
   * second one gives a warning. Where the table is in another `SystemUnit`, the pipe is in the mesh stacks of the table's unit. A table that exists already begins with the items of up to 24 hours that
   * its stream still has: those whose workflow has been started before are known by their key. An execution that an item has started does not continue the trace of the request that stored it.
   *
   * @default - events only
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-dynamodb.html
   */
  readonly table?: WorkflowTableTrigger;
}
