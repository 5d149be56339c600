import { SendMessageBatchCommand, SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';

/**
 * The number of messages that SQS takes in one request. A batch may have as many bytes as a message; this is what either had before SQS took more.
 */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;

/** The attribute of a message that was deferred: when it first came into the queue. The events of EventBridge have no attributes. */
const FIRST_SENT_AT = 'FIRST_SENT_AT';

interface Waiting {
  readonly entry: Omit<SendMessageBatchRequestEntry, 'Id'>;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** Returns whether a message has been deferred. */
export function isDeferred({ messageAttributes }: SQSRecord): boolean {
  return messageAttributes?.[FIRST_SENT_AT] !== undefined;
}

/** Returns the time at which a message first came into the queue. */
export function sentAt({ attributes, messageAttributes }: SQSRecord): number {
  return Number(messageAttributes?.[FIRST_SENT_AT]?.stringValue ?? attributes.SentTimestamp);
}

/**
 * The queue that events come by, as a place to leave them for later. A message is sent again with a delay rather than left invisible: of invisible messages a queue holds 120,000, of delayed ones any number.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html
 */
export class StartQueue {
  private waiting: Waiting[] = [];

  constructor(private readonly client: SQSClient, private readonly url: string) {}

  /** Sends a message again, with a delay. What is deferred at the same moment goes in one request. */
  public async defer(record: SQSRecord, delay: number): Promise<void> {
    const trace = record.attributes.AWSTraceHeader;
    const entry = {
      MessageBody: record.body,
      DelaySeconds: Math.ceil(delay / 1000),
      MessageAttributes: { [FIRST_SENT_AT]: { DataType: 'Number', StringValue: String(sentAt(record)) } },
      ...(trace && { MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: trace } } }),
    };
    if (this.waiting.length === 0) queueMicrotask(() => this.sendAll());
    return new Promise((done, failed) => this.waiting.push({ entry, done, failed }));
  }

  private sendAll(): void {
    const batches: Waiting[][] = [];
    let bytes = Infinity;
    for (const one of this.waiting) {
      const size = Buffer.byteLength(one.entry.MessageBody!) + 1024;
      if (bytes + size > MAX_BYTES || batches.at(-1)!.length === MAX_ENTRIES) {
        batches.push([]);
        bytes = 0;
      }
      batches.at(-1)!.push(one);
      bytes += size;
    }
    this.waiting = [];
    batches.forEach(batch => void this.send(batch));
  }

  /** Sends a batch, of which SQS may take a part. */
  private async send(batch: readonly Waiting[]): Promise<void> {
    try {
      const Entries = batch.map(({ entry }, i) => ({ ...entry, Id: String(i) }));
      const { Failed = [] } = await this.client.send(new SendMessageBatchCommand({ QueueUrl: this.url, Entries }));
      const refused = new Map(Failed.map(({ Id, Code }) => [Id, Code]));
      batch.forEach(({ done, failed }, i) => {
        const code = refused.get(String(i));
        if (code === undefined) done(); else failed(new Error(`not deferred: ${code}`));
      });
    } catch (error) {
      batch.forEach(({ failed }) => failed(error));
    }
  }
}
