import { AskedWorkflow, askedWorkflow } from './asked-workflow';
import { entryOf, othersThatMay, reasonAgainst, regionsWith, risksOf, silentHolders } from './decisions';
import { ATTRIBUTE, undoFor, updateFor, Word } from './entry-update';
import { LedgerReplica } from './ledger-replica';
import { describeNextSweep } from './next-sweep';
import { Views, viewsOf } from './replica-views';
import { describeViews, timeOf, viewsDocument } from './views-table';
import { settledWithin, isProblem, valueOf } from '../operate/answers';
import { AskedSystem, requireRegion } from '../operate/asked-system';
import { choose, confirm } from '../operate/confirm';
import { RegionAccess } from '../operate/region-access';
import { NothingDone } from '../operate/requirements';
import { Output } from '../output';

/** The execution, the regions and the decision that are asked for. */
export interface TakeoverProps {
  readonly key: string;
  readonly workflow?: string;
  readonly region?: string;
  readonly undo: boolean;
  readonly really: boolean;
  readonly yes: boolean;
  readonly json: boolean;
  readonly timeout: number;
}

/** One question about one execution. */
interface Case {
  readonly workflow: AskedWorkflow;
  readonly views: Views;
  readonly accesses: readonly RegionAccess[];
  readonly props: TakeoverProps;
}

/** Shows what every region knows of a key. */
export async function show(system: AskedSystem, accesses: readonly RegionAccess[], props: TakeoverProps, { out }: Output): Promise<void> {
  const { workflow, views } = await ask(system, accesses, props);
  out(props.json ? `${JSON.stringify(viewsDocument(workflow.name, views))}\n` : describeViews(workflow.name, views));
  if (views.regions.every(({ entries }) => (valueOf(entries) ?? []).length === 0)) {
    throw new Error(`no region that answers has looked at ${props.key}: the region where it was published does so at once, the others 3 minutes later, if its workflow has not ended by then`);
  }
}

/** Says that a region takes over, or must not. */
export async function say(word: Word, system: AskedSystem, accesses: readonly RegionAccess[], props: TakeoverProps, output: Output): Promise<void> {
  if (props.region !== undefined) requireRegion(system, props.region);
  const asked = await ask(system, accesses, props);
  return props.undo ? takeBack(word, asked, output) : write(word, asked, output);
}

async function ask(system: AskedSystem, accesses: readonly RegionAccess[], props: TakeoverProps): Promise<Case> {
  const workflow = askedWorkflow(system, props.workflow);
  return { workflow, views: await viewsOf(system, workflow, props.key, accesses, props.timeout), accesses, props };
}

async function write(word: Word, asked: Case, { out, err }: Output): Promise<void> {
  const { views, workflow, props: { key, yes, really, json } } = asked;
  const region = await regionFor(word, asked);
  const entry = entryOf(region, views)!;
  const next = nextAfter(word, region, asked);
  const told = (changed: boolean, verb: string) => out(json
    ? `${JSON.stringify({ workflow: workflow.name, execution: views.execution, region, [ATTRIBUTE[word]]: true, changed, next })}\n`
    : `${region} ${verb} to take ${key} over. ${next}\n`);
  if (entry[ATTRIBUTE[word]] && (word === 'forbid' || entry.dueAt === 0)) return told(false, `is ${ATTRIBUTE[word]} already`);

  if (word === 'force') {
    const risks = risksOf(region, views);
    if (risks.length > 0 && !really) throw new NothingDone(`${key} would run twice, so nothing was changed: ${risks.join('; ')}; --really forces it all the same`);
    risks.forEach(risk => err(`warning: ${key} may run twice: ${risk}\n`));
    silentHolders(region, views).forEach(holder => err(`warning: ${holder}, which does not answer, has started ${key}: what it has begun goes on when it returns\n`));
  } else if (othersThatMay(region, views).length === 0) {
    err(`warning: no other region that is known to have ${key} may take it over: nobody runs it until this is taken back\n`);
  }
  if (!yes) await confirm(`${region} ${word === 'force' ? 'runs' : 'must not run'} ${key}, an execution of ${workflow.name}. ${next}`, region);
  if (!await update(region, asked, updateFor(word))) throw new NothingDone(`the entry of ${region} is gone: nothing was changed`);
  told(true, `is ${ATTRIBUTE[word]}`);
}

async function takeBack(word: Word, asked: Case, { out }: Output): Promise<void> {
  const { views, workflow, props: { key, region: named, json } } = asked;
  const said = regionsWith(word, views).filter(region => named === undefined || region === named);
  const told = (region: string | undefined, changed: boolean, text: string) => out(json
    ? `${JSON.stringify({ workflow: workflow.name, execution: views.execution, region, [ATTRIBUTE[word]]: false, changed })}\n`
    : `${text}\n`);
  if (said.length === 0) {
    const silent = views.regions.flatMap(({ region, entries }) => (isProblem(entries) && (named === undefined || region === named) ? [`${region} ${entries.problem}`] : []));
    if (silent.length > 0) throw new NothingDone(`nothing was changed: ${silent.join('; ')}`);
    return told(named, false, `${named ?? 'No region'} is not ${ATTRIBUTE[word]} to take ${key} over.`);
  }
  const region = said.length === 1 ? said[0] : await choose(`Several regions are ${ATTRIBUTE[word]} to take ${key} over.`, said, `name one of ${said.join(', ')} by --region`);
  const { status, dueAt } = entryOf(region, views)!;
  if (!await update(region, asked, undoFor(word, { status, dueAt }))) throw new NothingDone(`the entry of ${region} has changed meanwhile, and was left as it is: look at it by "takeover show"`);
  const next = status === 'STARTED' ? 'It has started it, and goes on.' : word === 'force' || dueAt === undefined ? '' : `It looks at it again by ${timeOf(dueAt)}.`;
  told(region, true, `${region} is not ${ATTRIBUTE[word]} to take ${key} over any more. ${next}`.trim());
}

/** Returns the region that is named, or the only one for which the word means something. */
async function regionFor(word: Word, { views, props: { region, key } }: Case): Promise<string> {
  const reasons = views.regions.map(view => [view.region, reasonAgainst(word, view.region, views)] as const);
  if (region !== undefined) {
    const reason = reasons.find(([name]) => name === region)![1];
    if (reason !== undefined) throw new NothingDone(`nothing was changed: ${region} ${reason}`);
    return region;
  }
  const possible = reasons.filter(([, reason]) => reason === undefined).map(([name]) => name);
  if (possible.length === 0) throw new NothingDone(`nothing was changed: ${reasons.map(([name, reason]) => `${name} ${reason}`).join('; ')}`);
  if (possible.length === 1) return possible[0];
  return choose(`Which region is ${ATTRIBUTE[word]} to take ${key} over?`, possible, `name one of ${possible.join(', ')} by --region`);
}

/** Says what happens next, and when. */
function nextAfter(word: Word, region: string, { views }: Case): string {
  const { status } = entryOf(region, views)!;
  if (word === 'forbid') return status === 'STARTED' ? 'What it has started goes on.' : 'It looks at it now and then, and starts nothing until that is taken back by --undo.';
  const when = describeNextSweep(valueOf(views.regions.find(view => view.region === region)!.heartbeats)?.get(region), Date.now());
  return status === 'STARTED' ? `It has claimed it, and starts what is not there ${when}.` : `It starts it ${when}.`;
}

async function update(region: string, { accesses, workflow, views, props: { timeout } }: Case, change: Parameters<LedgerReplica['update']>[1]): Promise<boolean> {
  const access = accesses.find(one => one.region === region)!;
  const answer = await settledWithin(timeout, new LedgerReplica(access, workflow).update(views.execution, change));
  if (isProblem(answer)) throw new Error(`${region}: ${answer.problem}${answer.isSilent ? ', so it may be written or not: look at it by "takeover show"' : ''}`);
  return answer.value;
}
