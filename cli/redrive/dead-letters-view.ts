import { SQSClient } from '@aws-sdk/client-sqs';
import { DeadLetterQueue } from './dead-letter-queues';
import { isUnderWay, QueueAccess } from './queue-access';
import { Reason, reasonsOf } from './reasons';
import { Answer, settledWithin } from '../operate/answers';
import { AskedSystem } from '../operate/asked-system';
import { isMissing } from '../operate/problem';
import { RegionAccess } from '../operate/region-access';
import { requireAccount } from '../operate/requirements';

/** The content of a dead-letter queue of one region. */
export interface QueueView extends DeadLetterQueue {
  /** About how many messages. */
  readonly messages: number;
  /** The number of messages that were looked at for reasons. */
  readonly sampled: number;
  readonly reasons: readonly Reason[];
  /** The time at which the last task began that moved messages from here, if there was any. */
  readonly lastMove?: number;
  /** Indicates whether it has not come to its end. */
  readonly isMoving: boolean;
}

/** The content of the dead-letter queues of one region. */
export interface RegionDeadLetters {
  readonly region: string;
  readonly queues: Answer<readonly QueueView[]>;
}

/** The time that SQS may take to find messages on all its servers, in seconds. */
const PEEK_SECONDS = 1;

/** Asks regions side by side what their dead-letter queues hold. */
export async function deadLettersOf(
  system: AskedSystem, accesses: readonly RegionAccess[], asked: ReadonlyMap<string, readonly DeadLetterQueue[]>, seconds: number,
): Promise<RegionDeadLetters[]> {
  return Promise.all(accesses.map(async access => {
    const { region } = access;
    const look = async () => {
      const queues = new QueueAccess(await access.client(SQSClient));
      return Promise.all(asked.get(region)!.map(async queue => viewOf(system, queues, queue)));
    };
    return { region, queues: await settledWithin(seconds, look()) };
  }));
}

async function viewOf({ name, accountId }: AskedSystem, access: QueueAccess, queue: DeadLetterQueue): Promise<QueueView> {
  try {
    const [arn, messages, last] = await Promise.all([access.arnOf(queue.queue), access.count(queue.queue), access.latestMove(queue.queue)]);
    const owner = arn.split(':')[4];
    requireAccount({ name, accountId }, owner);
    const sample = messages > 0 ? await access.peek(queue.queue, PEEK_SECONDS) : [];
    return { ...queue, messages, sampled: sample.length, reasons: reasonsOf(sample), lastMove: last?.StartedTimestamp, isMoving: isUnderWay(last) };
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new Error(`${name} is not deployed there, or not all of it: there is no queue ${queue.queue}`, { cause: error });
  }
}
