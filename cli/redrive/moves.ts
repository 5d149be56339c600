import { setTimeout as sleep } from 'timers/promises';
import { ListMessageMoveTasksResultEntry, SQSClient } from '@aws-sdk/client-sqs';
import { QueueView } from './dead-letters-view';
import { isUnderWay, QueueAccess } from './queue-access';
import { Answer, isProblem, settledWithin, valueOf } from '../operate/answers';
import { RegionAccess } from '../operate/region-access';

const POLL_SECONDS = 1;

/** The outcome for the messages of a dead-letter queue. */
export interface Outcome {
  readonly region: string;
  readonly queue: string;
  readonly destination: string;
  /** The number of messages that were there before. */
  readonly messages: number;
  /** Indicates whether this command began to move them; if not, and nothing went wrong, somebody else had. */
  readonly isStarted: boolean;
  /** The status of the task in SQS; nothing before it is seen. */
  readonly status?: string;
  readonly failureReason?: string;
  readonly moved?: number;
  /** About how many the destination still holds, which may come back. */
  readonly waiting?: number;
  /** About how many are in the dead-letter queue now. */
  readonly back?: number;
  /** The reason why it could not be begun, or is not known to have ended. */
  readonly problem?: string;
}

/** Messages of a dead-letter queue that are on their way. */
export class Move {
  private outcome: Outcome;
  private queues?: QueueAccess;

  constructor(private readonly access: RegionAccess, private readonly view: QueueView, private readonly seconds: number) {
    const { queue, destination, messages } = view;
    this.outcome = { region: access.region, queue, destination, messages, isStarted: false };
  }

  /** Begins to move them, unless a task does already. */
  public async start(perSecond?: number): Promise<void> {
    const { queue, destination, isMoving } = this.view;
    const begin = async () => (await this.client()).startMove(queue, destination, perSecond);
    const answer: Answer<boolean> = isMoving ? { value: false } : await settledWithin(this.seconds, begin());
    this.outcome = isProblem(answer)
      ? { ...this.outcome, problem: answer.isSilent ? `${answer.problem}: whether anything is moved is not known` : answer.problem }
      : { ...this.outcome, isStarted: answer.value };
  }

  /** Asks what has become of them, until nothing can change any more or the time is up. A region that does not answer for a moment is asked again. */
  public async follow(until: number): Promise<Outcome> {
    if (this.outcome.problem !== undefined) return this.outcome;
    for (;;) {
      const answer = await settledWithin(this.seconds, this.look());
      const { problem, ...before } = this.outcome;
      this.outcome = isProblem(answer) ? { ...before, problem: answer.problem } : { ...before, ...valueOf(answer) };
      const left = until - performance.now();
      if (hasEnded(this.outcome) || left <= 0) return this.outcome;
      await sleep(Math.min(1000 * POLL_SECONDS, left));
    }
  }

  private async look(): Promise<Partial<Outcome>> {
    const { queue, destination, lastMove, isMoving } = this.view;
    const queues = await this.client();
    const task = await queues.latestMove(queue);
    // in this order: what leaves the one queue for the other is counted rather twice than never
    const waiting = await queues.count(destination);
    return { ...(isMoving || task?.StartedTimestamp !== lastMove) && statusOf(task), waiting, back: await queues.count(queue) };
  }

  private async client(): Promise<QueueAccess> {
    this.queues ??= new QueueAccess(await this.access.client(SQSClient));
    return this.queues;
  }
}

/** Returns whether a task goes on, or what it has moved has not been consumed: then messages may come back. */
export function isOnTheWay({ status, waiting = 0 }: Outcome): boolean {
  return status === undefined || isUnderWay({ Status: status }) || waiting > 0;
}

/**
 * Returns whether all is known. What seems to be back may be a number from before: SQS is a minute late, so that is believed only when the time is
 * up.
 */
function hasEnded(outcome: Outcome): boolean {
  return outcome.problem === undefined && (outcome.status === 'FAILED' || (!isOnTheWay(outcome) && outcome.back === 0));
}

function statusOf(task: ListMessageMoveTasksResultEntry | undefined): Partial<Outcome> {
  return { status: task?.Status, failureReason: task?.FailureReason, moved: task?.ApproximateNumberOfMessagesMoved };
}
