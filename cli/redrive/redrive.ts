import { askedQueues } from './dead-letter-queues';
import { deadLettersOf, RegionDeadLetters } from './dead-letters-view';
import { Move, Outcome } from './moves';
import { describeDeadLetters, describeFailure, describeOutcome, describeRest } from './redrive-text';
import { isProblem } from '../operate/answers';
import { askedSystem, requireRegion, SystemOptions } from '../operate/asked-system';
import { confirm } from '../operate/confirm';
import { RegionAccess } from '../operate/region-access';
import { requireAnswers } from '../operate/requirements';
import { Output } from '../output';

/** The options of the command. */
export interface RedriveOptions extends SystemOptions {
  readonly region?: string;
  readonly maxPerSecond?: number;
  readonly wait: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Sends the dead letters of a system again. */
export async function redrive(queue: string | undefined, options: RedriveOptions, { out, err }: Output): Promise<void> {
  const system = askedSystem(options);
  if (options.region !== undefined) requireRegion(system, options.region);
  const queues = askedQueues(system, queue);
  const regions = system.regions.filter(region => (options.region ?? region) === region);
  const accesses = regions.map(region => new RegionAccess(region, options));
  const views = await deadLettersOf(system, accesses, queues, options.timeout);
  requireAnswers(system, views.map(view => ({ region: view.region, answer: view.queues })));

  const tell = (outcomes: readonly Outcome[]) => {
    if (options.json) return out(`${JSON.stringify({ system: system.name, dryRun: options.dryRun ?? false, regions: views.map(view => asJson(view, outcomes)) })}\n`);
    outcomes.forEach(outcome => out(`${describeOutcome(outcome)}\n`));
    const rest = describeRest(outcomes);
    if (rest !== undefined) out(`${rest}\n`);
  };
  const moves = views.flatMap(({ queues: found }, i) => (isProblem(found) ? [] : found.value.filter(({ messages }) => messages > 0)
    .map(view => new Move(accesses[i], view, options.timeout))));
  if (!options.json) out(`${describeDeadLetters(views)}\n`);
  else if (!options.yes && !options.dryRun) err(`${describeDeadLetters(views)}\n`);
  const outcomes = options.dryRun ? [] : await moveAll(moves, options);
  tell(outcomes);
  const failure = describeFailure(views, outcomes);
  if (failure !== undefined) throw new Error(failure);
}

/** Asks first, then moves all at once. */
async function moveAll(moves: readonly Move[], { yes, maxPerSecond, wait }: RedriveOptions): Promise<Outcome[]> {
  if (moves.length === 0) return [];
  if (!yes) await confirm('All of them are sent again. What fails again comes back.', 'redrive');
  await Promise.all(moves.map(async move => move.start(maxPerSecond)));
  const until = performance.now() + 1000 * wait;
  return Promise.all(moves.map(async move => move.follow(until)));
}

function asJson({ region, queues }: RegionDeadLetters, outcomes: readonly Outcome[]): object {
  if (isProblem(queues)) return { region, problem: queues.problem };
  return {
    region,
    queues: queues.value.map(({ lastMove, ...view }) => {
      const { region: _, ...outcome }: Partial<Outcome> = outcomes.find(other => other.region === region && other.queue === view.queue) ?? {};
      return { ...view, ...outcome };
    }),
  };
}
