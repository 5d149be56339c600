import { QueueView, RegionDeadLetters } from './dead-letters-view';
import { isOnTheWay, Outcome } from './moves';
import { isUnderWay } from './queue-access';
import { describeReason } from './reasons';
import { isProblem } from '../operate/answers';

/** Says what the dead-letter queues of all regions hold. */
export function describeDeadLetters(views: readonly RegionDeadLetters[]): string {
  return views.map(({ region, queues }) => {
    if (isProblem(queues)) return `${region}: ${queues.problem}`;
    const held = queues.value.filter(({ messages }) => messages > 0);
    return held.length === 0 ? `${region}: no dead letters` : held.map(view => describeQueue(region, view)).join('\n');
  }).join('\n');
}

/** Says what has become of the messages of a queue. */
export function describeOutcome(outcome: Outcome): string {
  const { region, queue, destination, isStarted, status, failureReason, moved = 0, waiting = 0, back = 0, problem } = outcome;
  const begin = `${region}: ${queue}: `;
  if (problem !== undefined) return begin + problem;
  const task = isStarted ? '' : ', by a task that was running already';
  if (status === undefined) return `${begin}SQS does not list the task yet${task}`;
  if (isUnderWay({ Status: status })) return `${begin}${moved} moved to ${destination} until now${task}; it goes on`;
  const facts = [
    status === 'COMPLETED' ? '' : `the task has ended as ${status}${failureReason ? ` (${failureReason})` : ''}`,
    `${moved} moved to ${destination}${task}`,
    waiting > 0 ? `${waiting} still wait there, and may come back` : '',
    back > 0 ? `${back} are in the dead-letter queue again` : 'none are back',
  ];
  return begin + facts.filter(Boolean).join('; ');
}

/** Says in one line why not all is well; nothing if it is. */
export function describeFailure(views: readonly RegionDeadLetters[], outcomes: readonly Outcome[]): string | undefined {
  const unasked = views.filter(({ queues }) => isProblem(queues)).map(({ region }) => region);
  const failed = outcomes.filter(({ problem, status }) => problem !== undefined || status === 'FAILED').map(({ region, queue }) => `${queue} in ${region}`);
  const back = outcomes.filter(isBack).map(({ region, queue }) => `${queue} in ${region}`);
  const facts = [
    unasked.length > 0 ? `nothing is known of ${unasked.join(', ')}` : '',
    failed.length > 0 ? `not all was moved from ${failed.join(', ')}` : '',
    back.length > 0 ? `messages are in ${back.join(', ')}` : '',
  ].filter(Boolean);
  return facts.length > 0 ? facts.join('; ') : undefined;
}

/** Returns whether a task has moved messages, and there are some again. */
const isBack = (outcome: Outcome) => outcome.status !== undefined && !isUnderWay({ Status: outcome.status }) && (outcome.back ?? 0) > 0;

/** Says what may happen after the end of this command; nothing if nothing may. */
export function describeRest(outcomes: readonly Outcome[]): string | undefined {
  return outcomes.some(outcome => outcome.problem === undefined && outcome.status !== 'FAILED' && isOnTheWay(outcome))
    ? 'The time of --wait is up, and not all has ended: "redrive --dry-run" shows what comes back.' : undefined;
}

function describeQueue(region: string, { queue, destination, messages, sampled, reasons, isMoving }: QueueView): string {
  const head = `${region}: ${queue}: ${messages} to ${destination}${isMoving ? ', a task moves them already' : ''}`;
  const lines = reasons.map(({ messages: count, ...reason }) => `  ${count} ${describeReason(reason, region)}`);
  return [head, ...lines, ...sampled < messages && sampled > 0 ? [`  these are ${sampled} that were looked at`] : []].join('\n');
}
