import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Unstartable } from './start-errors';

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
