import { userInfo } from 'os';
import { setTimeout as sleep } from 'timers/promises';
import { Command } from 'commander';
import { Evacuation } from '../../src/evacuation-switch/constants';
import { isProblem, settledWithin, valueOf } from '../operate/answers';
import { AskedSystem, askedSystem, requireRegion, SystemOptions, withSystem } from '../operate/asked-system';
import { confirm } from '../operate/confirm';
import { ControlTable, describeEvacuation } from '../operate/control-table';
import { RegionAccess } from '../operate/region-access';
import { RegionView, requireViews, viewsOf } from '../operate/region-views';
import { NothingDone } from '../operate/requirements';
import { evacuationOf, reasonNotToServe } from '../operate/serving';
import { Output } from '../output';

const EVACUATE_EXAMPLES = `
Examples:
  # customers leave us-west-2; who did it, when and why is written down
  cdk-multi-region evacuate us-west-2 --reason 'payments fail'

  # without the app, as on a machine that has nothing but this command
  cdk-multi-region evacuate us-west-2 --reason 'payments fail' --system Orders --regions ap-southeast-2,us-west-2

It needs dynamodb:BatchGetItem and dynamodb:PutItem on the table <system>-Control-Table, as EvacuationSwitch.grantEvacuate gives them, and needs no answer of the region that is left.
Only data planes take part: DynamoDB's in another region, and Route 53's, whose health checks ask that region.`;

const RESTORE_EXAMPLES = `
Examples:
  # customers come back to us-west-2
  cdk-multi-region restore us-west-2

It needs dynamodb:BatchGetItem, dynamodb:GetItem and dynamodb:DeleteItem on the table <system>-Control-Table, as EvacuationSwitch.grantEvacuate gives them.`;

/** The time that the region that is left may take to say what it knows. */
const LEFT_SECONDS = 1.5;
const POLL_MS = 200;

interface EvacuateOptions extends SystemOptions {
  readonly reason?: string;
  readonly by?: string;
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Adds the command that takes a region out of service. */
export function addEvacuate(program: Command, output: Output): Command {
  return withSystem(program.command('evacuate'))
    .description('Takes a region out of service, by one write in another one: its customers are led to the other regions. What is under way there goes on.')
    .argument('<region>', 'the region to leave')
    .option('--reason <text>', 'why, for whoever looks later')
    .option('--by <name>', 'who does it (default: whom the credentials are of)')
    .option('--force', 'even if no other region serves customers')
    .option('--yes', 'do not ask')
    .option('--json', 'write what was done as JSON')
    .addHelpText('after', EVACUATE_EXAMPLES)
    .action(async (region: string, options: EvacuateOptions) => evacuate(region, options, output));
}

/** Adds the command that takes that back. */
export function addRestore(program: Command, output: Output): Command {
  return withSystem(program.command('restore'))
    .description('Takes the evacuation of a region back: customers are led to it again as soon as its health checks are content.')
    .argument('<region>', 'the region to come back to')
    .option('--json', 'write what was done as JSON')
    .addHelpText('after', RESTORE_EXAMPLES)
    .action(async (region: string, options: EvacuateOptions) => restore(region, options, output));
}

async function evacuate(region: string, options: EvacuateOptions, { out, err }: Output): Promise<void> {
  const { system, peers } = await asked(region, options);
  // the region may know of another's evacuation what has not reached its peers yet; it need not answer
  const own = new RegionAccess(region, { ...options, timeout: Math.min(options.timeout, LEFT_SECONDS) });
  const [views, [left]] = await Promise.all([viewsOf(system, peers, options.timeout), viewsOf(system, [own], LEFT_SECONDS)]);
  requireViews(system, views);
  const told = (what: object, text: string) => out(options.json ? `${JSON.stringify({ region, evacuated: true, ...what })}\n` : `${text}\n`);

  const existing = evacuationOf(region, views);
  if (existing) return told({ ...detailsOf(existing), changed: false }, `${region} is evacuated already, ${describeEvacuation(existing)}.`);
  const idle = views.map(view => [view.region, reasonNotToServe(view, [...views, left])] as const);
  if (idle.every(([, reason]) => reason !== undefined)) {
    const all = idle.map(([peer, reason]) => `${peer} ${reason}`).join('; ') || 'it is the only one';
    if (!options.force) throw new NothingDone(`no other region serves customers, so ${region} stays: ${all}; --force evacuates it all the same`);
    err(`warning: no other region serves customers: ${all}\n`);
  }
  const serving = idle.filter(([, reason]) => reason === undefined).map(([peer]) => peer).join(', ');
  if (!options.yes) await confirm(`Customers of ${system.name} leave ${region}${serving ? `, for ${serving}` : ''}.`, region);

  const details = { by: options.by ?? callerOf(views), at: new Date().toISOString(), reason: options.reason ?? 'no reason was given' };
  const written = await inOneOf(peers, views, access => ControlTable.in(access, system.controlTable).evacuate(region, details), options.timeout);
  const [verb, kept] = written.value ? ['is evacuated already', written.value] : ['is evacuated', details];
  told({ ...detailsOf(kept), writtenIn: written.region, changed: !written.value }, `${region} ${verb}, as written in ${written.region}, ${describeEvacuation(kept as Evacuation)}.`);
}

async function restore(region: string, options: EvacuateOptions, { out, err }: Output): Promise<void> {
  const { system, peers } = await asked(region, options);
  const accesses = [...peers, new RegionAccess(region, options)];
  const views = await viewsOf(system, accesses, options.timeout);
  requireViews(system, views);
  const told = (what: object, text: string) => out(options.json ? `${JSON.stringify({ region, evacuated: false, ...what })}\n` : `${text}\n`);

  // where it is known first: a deletion of what has not arrived yet would be earlier than that
  const knows = (view: RegionView) => !isProblem(view.evacuations) && view.evacuations.value.has(region);
  const known = [...views].sort((a, b) => Number(knows(b)) - Number(knows(a)));
  if (!known.some(knows)) return told({ changed: false }, `${region} is not evacuated, as ${views.filter(view => !isProblem(view.evacuations)).map(view => view.region).join(', ')} can tell.`);
  const before = await inOneOf(known.map(view => accesses.find(access => access.region === view.region)!), known, access => (
    ControlTable.in(access, system.controlTable).restore(region)), options.timeout);
  told({ writtenIn: before.region, changed: true }, `${region} is not evacuated any more, as written in ${before.region}${before.value ? `; it was ${describeEvacuation(before.value)}` : ''}.`);
  // whoever was silent keeps nobody away
  const answering = accesses.filter(access => views.some(view => view.region === access.region && !isProblem(view.evacuations)));
  const late = await stillEvacuated(system, answering, region, options.timeout);
  if (late.length > 0) err(`warning: ${late.join(', ')} has not heard of that yet, and keeps customers away from ${region} until it has\n`);
  const own = views.find(view => view.region === region)!.isHealthy;
  if (own !== undefined && valueOf(own) !== true) err(`warning: ${region} gets customers only when its health check is content, which now ${isProblem(own) ? own.problem : 'fails'}\n`);
}

async function asked(region: string, options: EvacuateOptions): Promise<{ system: AskedSystem; peers: RegionAccess[] }> {
  const system = askedSystem(options);
  requireRegion(system, region);
  if (system.description && system.description.controlTable === undefined) {
    throw new Error(`${system.name} has no evacuation switch: nothing of it asks whether a region is evacuated`);
  }
  if (system.regions.length === 1) throw new NothingDone(`${region} is the only region of ${system.name}`);
  return { system, peers: system.regions.filter(peer => peer !== region).map(peer => new RegionAccess(peer, options)) };
}

/** Returns the regions that still say that a region is evacuated, after as long as they are given to hear of the opposite. */
async function stillEvacuated(system: AskedSystem, accesses: readonly RegionAccess[], region: string, seconds: number): Promise<string[]> {
  const deadline = Date.now() + seconds * 1000;
  let late = accesses;
  for (;;) {
    const tables = late.map(access => ControlTable.in(access, system.controlTable));
    const answers = await Promise.all(tables.map(async table => settledWithin(seconds, table.evacuationOf(region))));
    late = late.filter((_, i) => valueOf(answers[i]) !== undefined);
    if (late.length === 0 || Date.now() > deadline) return late.map(access => access.region);
    await sleep(POLL_MS);
  }
}

/** Does something in the first region that does it. Throws if none does: what was asked for may have been done all the same where there was no answer. */
async function inOneOf<T>(
  accesses: readonly RegionAccess[], views: readonly RegionView[], does: (access: RegionAccess) => Promise<T>, seconds: number,
): Promise<{ region: string; value: T }> {
  const problems: string[] = [];
  for (const access of accesses) {
    const view = views.find(({ region }) => region === access.region)!;
    const answer = isProblem(view.evacuations) ? view.evacuations : await settledWithin(seconds, does(access));
    if (!isProblem(answer)) return { region: access.region, value: answer.value as T };
    problems.push(`${access.region}: ${answer.problem}`);
  }
  throw new Error(`no region has taken the write: ${problems.join('; ')}`);
}

/** The principal that the credentials are of; the user who is signed in on this machine if no region says so. */
const callerOf = (views: readonly RegionView[]): string => views.flatMap(({ identity }) => valueOf(identity)?.arn ?? [])[0] ?? userInfo().username;

const detailsOf = ({ by, at, reason }: Pick<Evacuation, 'by' | 'at' | 'reason'>) => ({ by, at, reason });
