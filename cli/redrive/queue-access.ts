import {
  GetQueueAttributesCommand, GetQueueUrlCommand, ListMessageMoveTasksCommand, ListMessageMoveTasksResultEntry, Message, QueueAttributeName,
  ReceiveMessageCommand, SQSClient, SQSServiceException, StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';

/** The number of messages that SQS gives at once, at most. */
const MOST_MESSAGES = 10;

/** All that a queue holds: what can be received, what somebody has received, and what was sent with a delay. */
const COUNTS: QueueAttributeName[] = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'];

/** Queues of one region, by their names. */
export class QueueAccess {
  private readonly urls = new Map<string, Promise<string>>();

  constructor(private readonly sqs: SQSClient) {}

  /**
   * Returns at most 10 messages of a queue, which stay there.
   *
   * @param seconds how long to wait for them: SQS asks all of its servers only if it may wait, https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
   */
  public async peek(queue: string, seconds = 0): Promise<Message[]> {
    const { Messages = [] } = await this.sqs.send(new ReceiveMessageCommand({
      QueueUrl: await this.urlOf(queue), MaxNumberOfMessages: MOST_MESSAGES, VisibilityTimeout: 0, WaitTimeSeconds: seconds, MessageAttributeNames: ['All'],
    }));
    return Messages;
  }

  /** Returns about how many messages a queue holds, whether or not somebody is at work on them. */
  public async count(queue: string): Promise<number> {
    const { Attributes = {} } = await this.sqs.send(new GetQueueAttributesCommand({ QueueUrl: await this.urlOf(queue), AttributeNames: COUNTS }));
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  }

  public async arnOf(queue: string): Promise<string> {
    const { Attributes } = await this.sqs.send(new GetQueueAttributesCommand({ QueueUrl: await this.urlOf(queue), AttributeNames: ['QueueArn'] }));
    return Attributes!.QueueArn!;
  }

  /**
   * Begins to move all messages of a dead-letter queue to another queue; returns false if a task moves them already, because SQS runs one for a queue at a time.
   *
   * The error of SQS for that differs by source, and is its error for any wrong parameter as well. So the task itself is looked for.
   *
   * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
   * @see https://github.com/floci-io/floci/pull/910
   */
  public async startMove(queue: string, destination: string, perSecond?: number): Promise<boolean> {
    const [SourceArn, DestinationArn] = await Promise.all([this.arnOf(queue), this.arnOf(destination)]);
    try {
      await this.sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: perSecond }));
      return true;
    } catch (error) {
      const isRefused = error instanceof SQSServiceException && error.$fault === 'client';
      if (isRefused && isUnderWay(await this.latestMove(queue))) return false;
      throw error;
    }
  }

  /** Returns the last task that moved messages of a queue, if there was any. */
  public async latestMove(queue: string): Promise<ListMessageMoveTasksResultEntry | undefined> {
    const { Results = [] } = await this.sqs.send(new ListMessageMoveTasksCommand({ SourceArn: await this.arnOf(queue), MaxResults: 1 }));
    return Results[0];
  }

  private async urlOf(queue: string): Promise<string> {
    const known = this.urls.get(queue);
    if (known) return known;
    const url = this.sqs.send(new GetQueueUrlCommand({ QueueName: queue })).then(({ QueueUrl }) => QueueUrl!);
    this.urls.set(queue, url);
    // what failed is asked for again
    url.catch(() => this.urls.delete(queue));
    return url;
  }
}

/** Returns whether a task has not come to its end. */
export function isUnderWay(task: ListMessageMoveTasksResultEntry | undefined): boolean {
  return task?.Status === 'RUNNING' || task?.Status === 'CANCELLING';
}
