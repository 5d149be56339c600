import { EventPattern } from 'aws-cdk-lib/aws-events';
import { WorkflowTableTrigger } from './workflow-table-trigger';
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
   * Path of the idempotency key in the event, such as `$.detail.orderId`: a string or a number. An event without its key goes to the dead-letter queue, with the reason as the
   * attribute `ERROR_MESSAGE`.
   *
   * Events of the same key that are redelivered, or published again in the same region, are one workflow, for the 90 days that Step Functions remembers a name. Where peers take over, so are those that
   * are published in another region, once the first event has reached that region, usually well within a second; before, each of the two regions starts it.
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
   * message and, where peers take over, one more write to the ledger, which is refused. AWS advises one reader for the stream of a global table, so a
   * second one gives a warning. Where the table is in another `SystemUnit`, the pipe is in the mesh stacks of the table's unit. A table that exists already begins with the items of up to 24 hours that
   * its stream still has: those whose workflow has been started before are known by their key. An execution that an item has started does not continue the trace of the request that stored it.
   *
   * @default - events only
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-dynamodb.html
   */
  readonly table?: WorkflowTableTrigger;
}
