import { userInfo } from 'os';
import { ArchiveAccess } from './archive-access';
import { ArchiveView, RegionalReplay, ReplayOutcome } from './regional-replay';
import { planOf, ReplayPlan, replayName, rulesIn } from './replay-plan';
import { describeFailure, describePlan, describeReplay, describeRest } from './replay-text';
import { isOlderThan, TimeRange } from './times';
import { isProblem, settledWithin, valueOf } from '../operate/answers';
import { AskedSystem, askedSystem, requireRegion, SystemOptions } from '../operate/asked-system';
import { confirm } from '../operate/confirm';
import { RegionAccess } from '../operate/region-access';
import { NothingDone, requireAccount } from '../operate/requirements';
import { Output } from '../output';

/** The options of the command. */
export interface ReplayOptions extends SystemOptions {
  readonly bus?: string;
  readonly region?: string;
  readonly rule?: readonly string[];
  readonly wait: number;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** An event is in the archive some time after it was published. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html */
const ARCHIVED_AFTER_MS = 10 * 60_000;

/** Gives archived events to the rules of their bus once more. */
export async function replay(range: TimeRange, now: Date, options: ReplayOptions, { out, err }: Output): Promise<void> {
  const { system, regions } = askedRegions(options);
  const plan = planOf(system, range, options);
  const views = await Promise.all(regions.map(async access => viewOf(system, plan, access, options.timeout)));
  requireArchives(plan, views, now);
  if (range.to.getTime() > now.getTime() - ARCHIVED_AFTER_MS) err('warning: events of the last ten minutes may not be in the archive yet\n');
  if (!options.json) out(`${describePlan(plan, views)}\n`);
  else if (!options.yes) err(`${describePlan(plan, views)}\n`);
  if (!options.yes) await confirm('Consumers that are not prepared to see an event twice will do their work twice.', 'replay');

  const replays = views.flatMap(({ region, archive }) => (isProblem(archive) || rulesIn(region, plan)?.length === 0 ? [] : [{
    archive: archive.value,
    replay: new RegionalReplay(new ArchiveAccess(regions.find(access => access.region === region)!), region, replayName(now), options.timeout),
  }]));
  await Promise.all(replays.map(async one => one.replay.start(plan, one.archive, `by ${userInfo().username}, with cdk-multi-region replay`)));
  const { outcomes, isInterrupted } = await followAll(replays.map(one => one.replay), options.wait);
  const rest = describeRest(outcomes);
  if (options.json) {
    out(`${JSON.stringify({ system: system.name, bus: plan.bus, archive: plan.archive, ...range, rules: plan.rules, consumers: plan.consumers, regions: views.map(view => asJson(view, outcomes)) })}\n`);
    if (rest !== undefined) err(`${rest}\n`);
  } else {
    out([...outcomes.map(describeReplay), ...rest === undefined ? [] : [rest]].map(line => `${line}\n`).join(''));
  }
  if (isInterrupted && rest !== undefined) throw new Error('nobody looks at it any more');
  const failure = describeFailure(views, outcomes);
  if (failure !== undefined) throw new Error(failure);
}

/** Cancels a replay wherever it runs. What it has given to rules stays with them. */
export async function cancel(name: string, options: ReplayOptions, { out }: Output): Promise<void> {
  const answers = await Promise.all(askedRegions(options).regions.map(async access => ({
    region: access.region, answer: await settledWithin(options.timeout, new ArchiveAccess(access).cancel(name)),
  })));
  if (options.json) {
    out(`${JSON.stringify({ name, regions: answers.map(({ region, answer }) => ({ region, ...isProblem(answer) ? { problem: answer.problem } : { state: answer.value } })) })}\n`);
  } else {
    answers.forEach(({ region, answer }) => out(`${region}: ${isProblem(answer) ? answer.problem : answer.value ? `${name} is ${answer.value}` : `has no replay ${name}`}\n`));
  }
  const unasked = answers.filter(({ answer }) => isProblem(answer)).map(({ region }) => region);
  if (unasked.length > 0) throw new Error(`whether ${name} runs is not known in ${unasked.join(', ')}`);
  if (answers.every(({ answer }) => valueOf(answer) === undefined)) throw new Error(`there is no replay ${name}`);
}

function askedRegions(options: ReplayOptions): { system: AskedSystem; regions: RegionAccess[] } {
  const system = askedSystem(options);
  if (options.region !== undefined) requireRegion(system, options.region);
  const regions = system.regions.filter(region => (options.region ?? region) === region);
  return { system, regions: regions.map(region => new RegionAccess(region, options)) };
}

async function viewOf({ name, accountId }: AskedSystem, { archive }: ReplayPlan, access: RegionAccess, seconds: number): Promise<ArchiveView> {
  const archives = new ArchiveAccess(access);
  const look = async () => {
    const found = await archives.find(archive);
    if (!found) throw new Error(`${name} is not deployed there: there is no archive ${archive}`);
    const owner = found.arn.split(':')[4];
    requireAccount({ name, accountId }, owner);
    return { found, running: await archives.running(found) };
  };
  return { region: access.region, archive: await settledWithin(seconds, look()) };
}

/** Throws one line if no region can be asked, if the credentials are at fault, or if an archive does not reach back so far. */
function requireArchives({ archive, range }: ReplayPlan, views: readonly ArchiveView[], now: Date): void {
  const problems = views.flatMap(view => (isProblem(view.archive) ? [{ region: view.region, ...view.archive }] : []));
  const refused = problems.find(({ isOfCredentials }) => isOfCredentials);
  if (refused) throw new NothingDone(refused.problem);
  if (problems.length === views.length) throw new NothingDone(`no region can be asked: ${problems.map(({ region, problem }) => `${region}: ${problem}`).join('; ')}`);
  for (const { region, archive: answer } of views) {
    const days = isProblem(answer) ? 0 : answer.value.found.retentionDays;
    if (isOlderThan(days, range, now)) throw new NothingDone(`the archive ${archive} keeps events for ${days} days in ${region}, and --from ${range.from.toISOString()} is longer ago`);
  }
}

/** Follows all until they have ended, the time is up or somebody presses Ctrl-C, which ends nothing else. */
async function followAll(replays: readonly RegionalReplay[], wait: number): Promise<{ outcomes: ReplayOutcome[]; isInterrupted: boolean }> {
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  process.once('SIGINT', interrupt);
  try {
    const until = performance.now() + 1000 * wait;
    const outcomes = await Promise.all(replays.map(async one => one.follow(until, controller.signal)));
    return { outcomes, isInterrupted: controller.signal.aborted };
  } finally {
    process.off('SIGINT', interrupt);
  }
}

function asJson({ region, archive }: ArchiveView, outcomes: readonly ReplayOutcome[]): object {
  return isProblem(archive) ? { region, problem: archive.problem } : outcomes.find(outcome => outcome.region === region) ?? { region };
}
