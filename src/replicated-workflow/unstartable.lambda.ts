import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

/** An event that cannot start a workflow, however often it is tried. The message says why, without the event's content. */
export class Unstartable extends Error {
  public constructor(public readonly code: 'MISSING_IDEMPOTENCY_KEY' | 'MALFORMED_EVENT' | 'EVENT_TOO_LARGE', message: string) {
    super(message);
  }
}

/** The starter's dead-letter queue. SQS moves a message there only after all retries, and without a reason. */
export class DeadLetterQueue {
  constructor(private readonly client: SQSClient, private readonly url: string) {}

  /** Puts an event there, with the attributes that EventBridge gives to its own dead letters. */
  public async put(body: string, { code, message }: Unstartable): Promise<void> {
    await this.client.send(new SendMessageCommand({
      QueueUrl: this.url,
      MessageBody: body,
      MessageAttributes: {
        ERROR_CODE: { DataType: 'String', StringValue: code },
        ERROR_MESSAGE: { DataType: 'String', StringValue: message },
      },
    }));
  }
}
