import { ATTRIBUTE, Word } from './entry-update';
import { KnownEntry } from './ledger-replica';
import { ReplicaView, Views } from './replica-views';
import { isFinal } from '../../src/replicated-workflow/ledger-entry';
import { isProblem, valueOf } from '../operate/answers';

/** Returns a region's own entry: as the region has it, or as another one knows it if the region does not answer. */
export function entryOf(region: string, { regions }: Views): KnownEntry | undefined {
  const own = regions.find(view => view.region === region);
  const asked = own !== undefined && !isProblem(own.entries) ? [own] : regions;
  return asked.flatMap(view => valueOf(view.entries) ?? []).filter(entry => entry.region === region).at(-1);
}

/** Returns why an operator's word for a region would come to nothing, or do harm; nothing if it may be said. */
export function reasonAgainst(word: Word, region: string, views: Views): string | undefined {
  const view = views.regions.find(one => one.region === region)!;
  if (isProblem(view.entries)) return view.entries.problem;
  const entry = view.entries.value.find(one => one.region === region);
  if (entry?.status === undefined) return 'has not looked at it yet: a region leaves an event of another one alone for 3 minutes, and one that it has not seen at all it cannot run';
  if (isFinal(entry.status)) return `has brought it to its end, ${entry.status}${entry.status === 'SUCCEEDED' ? '' : ': run it again by "aws stepfunctions redrive-execution"'}`;
  return word === 'force' ? reasonAgainstForce(entry, view) : entry.status === 'RESOLVED' ? 'has seen its end elsewhere: there is nothing to forbid' : undefined;
}

function reasonAgainstForce({ status, forbidden, keepsEvent, region }: KnownEntry, { entries, execution }: ReplicaView): string | undefined {
  const succeeded = (valueOf(entries) ?? []).find(one => one.region !== region && one.status === 'SUCCEEDED');
  if (succeeded) return `knows that it has succeeded in ${succeeded.region}: no region runs it again`;
  if (status === 'RESOLVED' && !keepsEvent) return 'has seen its end elsewhere, and has not kept the event';
  if (forbidden) return 'is forbidden to take it over: take that back first, by "takeover forbid --undo"';
  if (valueOf(execution) !== 'NONE' && !isProblem(execution)) return `has an execution of it, which is ${execution.value}`;
  return undefined;
}

/** Returns why it may run twice if a region is forced to run it, as far as the regions that answer can tell. */
export function risksOf(region: string, views: Views): string[] {
  return views.regions.filter(view => view.region !== region).flatMap(({ region: other, entries, execution }) => {
    const status = isProblem(execution) ? undefined : execution.value;
    if (status === 'SUCCEEDED' || entryOf(other, views)?.status === 'SUCCEEDED') return [`it has succeeded in ${other}`];
    if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return [`it runs in ${other}`];
    const mayRun = isProblem(execution) && !isProblem(entries) && entryOf(other, views)?.status === 'STARTED';
    return mayRun ? [`${other} has started it, and cannot tell whether it runs: ${execution.problem}`] : [];
  });
}

/** Returns the regions that are silent and have started it: what they have begun goes on when they return. */
export function silentHolders(region: string, views: Views): string[] {
  const silent = views.regions.filter(({ entries }) => isProblem(entries)).map(view => view.region);
  return silent.filter(other => other !== region && entryOf(other, views)?.status === 'STARTED');
}

/** Returns the regions of which an operator's word may be taken back. */
export function regionsWith(word: Word, views: Views): string[] {
  const isSaidOf = ({ region, entries }: ReplicaView) => valueOf(entries)?.some(entry => entry.region === region && entry[ATTRIBUTE[word]]);
  return views.regions.filter(isSaidOf).map(({ region }) => region);
}

/** Returns the regions that may still take it over if one must not. */
export function othersThatMay(region: string, views: Views): string[] {
  return views.regions.map(view => view.region).filter(other => {
    const { status, forbidden } = entryOf(other, views) ?? {};
    return other !== region && (status === 'STARTED' || (status === 'WITNESSED' && !forbidden && reasonAgainst('forbid', other, views) === undefined));
  });
}
