import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { RegionClients } from './region-clients';
import { isMissing } from '../operate/problem';
import { SystemDescription } from '../system/system-description';

export interface QueueLength {
  readonly queue: string;
  readonly messages: number;
}

export interface DeadLetters {
  /** The dead-letter queues that are not empty. */
  readonly dead: readonly QueueLength[];
  /** The queues of what is sent again, as far as that is not done. */
  readonly redriven: readonly QueueLength[];
}

/** Counts the messages that nobody has processed, and those that are sent again. The counts are approximate, and eventually right. */
export async function deadLettersIn(description: SystemDescription, clients: RegionClients): Promise<DeadLetters> {
  const { dead, redriven } = queuesOf(description);
  const sqs = await clients.of(SQSClient);
  const lengths = (queues: readonly string[]) => Promise.all(queues.map(queue => lengthOf(sqs, queue)));
  const [deadLengths, redrivenLengths] = await Promise.all([lengths(dead), lengths(redriven)]);
  return { dead: filled(deadLengths), redriven: filled(redrivenLengths) };
}

export function queuesOf({ deadLetters, workflows, queues }: Pick<SystemDescription, 'deadLetters' | 'workflows' | 'queues'>): { dead: string[]; redriven: string[] } {
  return {
    dead: [...new Set([
      ...deadLetters.map(({ queue }) => queue),
      ...workflows.flatMap(({ trigger }) => trigger?.deadLetterQueue ?? []),
      ...queues.map(({ deadLetterQueue }) => deadLetterQueue),
    ])],
    redriven: [...new Set(deadLetters.map(({ redriveQueue }) => redriveQueue))],
  };
}

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
async function lengthOf(sqs: SQSClient, queue: string): Promise<QueueLength> {
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] }));
    return { queue, messages: Number(Attributes?.ApproximateNumberOfMessages ?? 0) + Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0) };
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new Error(`there is no queue ${queue}: it is not deployed there`, { cause: error });
  }
}

const filled = (lengths: readonly QueueLength[]) => lengths.filter(({ messages }) => messages > 0);
