import { hasEnded } from './archive-access';
import { ArchiveView, ReplayOutcome } from './regional-replay';
import { ReplayPlan, rulesIn } from './replay-plan';
import { isProblem } from '../operate/answers';

/** Says what is about to be replayed, and to whom. */
export function describePlan({ bus, range, rules, consumers, ...plan }: ReplayPlan, views: readonly ArchiveView[]): string {
  const head = `${bus}: all archived events from ${range.from.toISOString()} to ${range.to.toISOString()}; how many those are, EventBridge does not say.`;
  const rest = consumers ? 'Rules that the assembly does not describe get them as well.' : 'Who gets them, only the assembly says.';
  return [
    head,
    ...views.flatMap(view => describeRegion({ bus, range, rules, consumers, ...plan }, view)),
    rules ? `Other rules than ${rules.join(', ')} get none.` : rest,
  ].join('\n');
}

function describeRegion(plan: ReplayPlan, { region, archive }: ArchiveView): string[] {
  if (isProblem(archive)) return [`${region}: ${archive.problem}`];
  const consumers = (plan.consumers ?? []).filter(({ regions }) => regions.includes(region));
  const isLeftOut = rulesIn(region, plan)?.length === 0;
  return [
    `${region}: ${isLeftOut ? 'has none of these rules' : `the archive ${plan.archive}`}`,
    ...consumers.map(({ rule, kind, target, everyRegion }) => `  ${rule}: ${kind} ${target}, events that were published in ${everyRegion ? 'any region' : region}`),
  ];
}

/** Says what has become of a replay. */
export function describeReplay({ region, name, isStarted, state, stateReason, lastReplayed, problem }: ReplayOutcome): string {
  if (problem !== undefined) return `${region}: ${problem}`;
  const what = isStarted ? name : `${name}, which was running already,`;
  const reached = lastReplayed ? `, at events of ${lastReplayed.toISOString()}` : '';
  return `${region}: ${what} ${hasEnded(state!) ? 'has ended as' : 'is'} ${state}${stateReason ? ` (${stateReason})` : ''}${hasEnded(state!) ? '' : reached}`;
}

/** Says in one line why not all is well; nothing if it is. */
export function describeFailure(views: readonly ArchiveView[], outcomes: readonly ReplayOutcome[]): string | undefined {
  const failed = [
    ...views.filter(({ archive }) => isProblem(archive)),
    ...outcomes.filter(({ problem, state }) => problem !== undefined || state === 'FAILED' || state === 'CANCELLED'),
  ].map(({ region }) => region);
  return failed.length > 0 ? `not all was replayed in ${failed.join(', ')}` : undefined;
}

/** Says how to end what goes on; nothing if all has ended. */
export function describeRest(outcomes: readonly ReplayOutcome[]): string | undefined {
  const names = new Set(outcomes.filter(({ problem, state }) => problem === undefined && !hasEnded(state!)).map(({ name }) => name));
  return names.size === 0 ? undefined : [...names].map(name => `${name} goes on: "replay --cancel ${name}" ends it.`).join('\n');
}
