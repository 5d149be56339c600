import { AskedSystem } from '../operate/asked-system';
import { SystemDescription } from '../system/system-description';

/** A dead-letter queue, and the queue that its messages are moved to so that they are tried again. */
export interface DeadLetterQueue {
  readonly queue: string;
  readonly destination: string;
}

/** The parts of a system that have dead letters. */
export type DeadLetterSources = Pick<SystemDescription, 'regions' | 'deadLetters' | 'queues' | 'workflows'>;

/**
 * Returns all dead-letter queues of a system in one region: those of the library, whose messages a function sends to what they were meant for, those of workflows, and those of the application's queues.
 *
 * Each has an explicit destination, because SQS knows the origin only of what it moved itself: the starter of a workflow, and a consumer that puts a message aside, send to the dead-letter queue.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
export function deadLetterQueuesIn(region: string, { regions, deadLetters, queues, workflows }: DeadLetterSources): DeadLetterQueue[] {
  const [primary] = regions;
  const all = [
    ...deadLetters.map(({ queue, redriveQueue }) => ({ queue, destination: redriveQueue })),
    ...workflows.flatMap(({ trigger, ownership }) => (trigger && (ownership !== 'PRIMARY_REGION' || region === primary)
      ? [{ queue: trigger.deadLetterQueue, destination: trigger.queue }] : [])),
    ...queues.map(({ name, deadLetterQueue }) => ({ queue: deadLetterQueue, destination: name })),
  ];
  return all.filter(({ queue }, i) => all.findIndex(other => other.queue === queue) === i);
}

/**
 * Returns the dead-letter queues that somebody asks for, by region: all, or one by its own name or by that of the queue that it belongs to. Without an assembly, those of the library are known by the system's name.
 *
 * Throws if no region has a queue of that name.
 */
export function askedQueues({ name, regions, description }: AskedSystem, asked?: string): ReadonlyMap<string, readonly DeadLetterQueue[]> {
  const named = description ?? { regions, workflows: [], queues: [], deadLetters: [{ path: name, queue: `${name}-DeadLetters`, redriveQueue: `${name}-DeadLetters-redrive` }] };
  const all = new Map(regions.map(region => [region, deadLetterQueuesIn(region, named)]));
  const found = new Map([...all].map(([region, queues]) => [
    region, queues.filter(({ queue, destination }) => asked === undefined || queue === asked || destination === asked),
  ]));
  if ([...found.values()].some(queues => queues.length > 0)) return found;
  const known = [...new Set([...all.values()].flat().map(({ queue }) => queue))].join(', ');
  if (asked === undefined) throw new Error(`${name} has no dead-letter queue`);
  throw new Error(`${asked} is not a dead-letter queue of ${name}, whose are ${known}${description ? '' : '; name the assembly by --assembly to reach the others'}`);
}
