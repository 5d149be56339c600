import { LambdaClient, paginateListEventSourceMappings } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, GetQueueUrlCommand, Message, ReceiveMessageCommand, SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { clientOf, LocalRegion } from './local-region';
import { SystemDescription } from '../../system/system-description';


/** A queue of dead letters, and where they are sent to again; nowhere in particular means the queue that they came from. */
interface DeadLetterQueue {
  readonly queue: string;
  readonly redriveQueue?: string;
}

/** The queues of a system in one region. */
export class RegionQueues {
  private readonly sqs: SQSClient;
  private readonly lambda: LambdaClient;

  constructor(private readonly local: LocalRegion, private readonly system: SystemDescription) {
    this.sqs = new SQSClient(clientOf(local));
    this.lambda = new LambdaClient(clientOf(local));
  }

  /** What a queue holds: at most 10 messages of it, which stay there. */
  public async peek(queue: string): Promise<Message[]> {
    const { Messages = [] } = await this.sqs.send(new ReceiveMessageCommand({
      QueueUrl: await this.urlOf(queue), MaxNumberOfMessages: 10, VisibilityTimeout: 0, MessageAttributeNames: ['All'],
    }));
    return Messages;
  }

  public async deadLetters(): Promise<Message[]> {
    return (await Promise.all(deadLetterQueues(this.system).map(async ({ queue }) => this.peek(queue)))).flat();
  }

  /** How many messages wait, or are in somebody's hands, in queues that a function takes them from. */
  public async waiting(): Promise<number> {
    const arns = new Set<string>();
    for await (const { EventSourceMappings = [] } of paginateListEventSourceMappings({ client: this.lambda }, {})) {
      EventSourceMappings.filter(({ EventSourceArn }) => EventSourceArn?.startsWith('arn:aws:sqs:')).forEach(({ EventSourceArn }) => arns.add(EventSourceArn!));
    }
    const counts = await Promise.all([...arns].map(async arn => {
      const { Attributes = {} } = await this.sqs.send(new GetQueueAttributesCommand({
        QueueUrl: await this.urlOf(arn.split(':').at(-1)!), AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }));
      return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
    }));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  public async redrive(): Promise<void> {
    for (const { queue, redriveQueue } of deadLetterQueues(this.system)) {
      if ((await this.peek(queue)).length === 0) continue;
      await this.sqs.send(new StartMessageMoveTaskCommand({
        SourceArn: this.arnOf(queue), ...redriveQueue === undefined ? {} : { DestinationArn: this.arnOf(redriveQueue) },
      }));
    }
  }

  private arnOf(queue: string): string {
    return `arn:aws:sqs:${this.local.name}:${this.local.accountId}:${queue}`;
  }

  private async urlOf(queue: string): Promise<string> {
    return (await this.sqs.send(new GetQueueUrlCommand({ QueueName: queue }))).QueueUrl!;
  }
}

/** All queues of a system that keep what could not be handled. */
export function deadLetterQueues({ deadLetters, queues }: Pick<SystemDescription, 'deadLetters' | 'queues'>): DeadLetterQueue[] {
  const own = queues.flatMap(({ deadLetterQueue }) => (deadLetterQueue === undefined ? [] : [{ queue: deadLetterQueue }]));
  return [...deadLetters, ...own.filter(({ queue }) => deadLetters.every(other => other.queue !== queue))];
}
