import { LambdaClient, paginateListEventSourceMappings } from '@aws-sdk/client-lambda';
import { Message, SQSClient } from '@aws-sdk/client-sqs';
import { clientOf, LocalRegion } from './local-region';
import { DeadLetterQueue, deadLetterQueuesIn } from '../../redrive/dead-letter-queues';
import { QueueAccess } from '../../redrive/queue-access';
import { SystemDescription } from '../../system/system-description';

/** A message in a dead-letter queue. */
export interface DeadLetter extends Message {
  /** The name of the queue. */
  readonly queue: string;
}

/** The queues of a system in one region. */
export class RegionQueues {
  private readonly queues: QueueAccess;
  private readonly lambda: LambdaClient;
  private readonly deadLetterQueues: readonly DeadLetterQueue[];

  constructor(local: LocalRegion, system: SystemDescription) {
    this.queues = new QueueAccess(new SQSClient(clientOf(local)));
    this.lambda = new LambdaClient(clientOf(local));
    // what no try can start is set aside by a workflow's starter, and stays so however often it is sent again
    this.deadLetterQueues = deadLetterQueuesIn(local.name, { ...system, workflows: [] });
  }

  /** Returns the messages in a queue: at most 10 of them, which stay there. */
  public async peek(queue: string): Promise<Message[]> {
    return this.queues.peek(queue);
  }

  public async deadLetters(): Promise<DeadLetter[]> {
    return (await Promise.all(this.deadLetterQueues.map(async ({ queue }) => (
      (await this.peek(queue)).map(message => ({ ...message, queue }))
    )))).flat();
  }

  /** Returns the number of messages that wait, or are in somebody's hands, in queues that a function takes them from. */
  public async waiting(): Promise<number> {
    const arns = new Set<string>();
    for await (const { EventSourceMappings = [] } of paginateListEventSourceMappings({ client: this.lambda }, {})) {
      EventSourceMappings.filter(({ EventSourceArn }) => EventSourceArn?.startsWith('arn:aws:sqs:')).forEach(({ EventSourceArn }) => arns.add(EventSourceArn!));
    }
    const counts = await Promise.all([...arns].map(async arn => this.queues.count(arn.split(':').at(-1)!)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  public async redrive(): Promise<void> {
    for (const { queue, destination } of this.deadLetterQueues) {
      if ((await this.peek(queue)).length > 0) await this.queues.startMove(queue, destination);
    }
  }
}
