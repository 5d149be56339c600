import { Stack } from 'aws-cdk-lib';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { DeadLetterQueue } from '../private/dead-letter-queue';

const ID = 'FunctionDeadLetters';

/** The queue of a region's failed asynchronous invocations: one for all functions, since each message names its own. */
export function deadLettersOf(stack: Stack): IQueue {
  const existing = stack.node.tryFindChild(ID) as DeadLetterQueue | undefined;
  return (existing ?? new DeadLetterQueue(stack, ID, {
    holds: 'asynchronous invocations that failed after Lambda\'s own retries',
  })).queue;
}
