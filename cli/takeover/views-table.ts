import { entryOf } from './decisions';
import { KnownEntry } from './ledger-replica';
import { ReplicaView, Views } from './replica-views';
import { isProblem, valueOf } from '../operate/answers';

const HEADINGS = ['region', 'as known in', 'status', 'origin', 'published', 'started', 'due', 'operator', 'execution there'];

/** Writes what every region's replica knows of an execution, as a table: a line for each entry, or several if replicas differ. */
export function describeViews(workflow: string, views: Views): string {
  const rows = views.regions.flatMap(view => rowsOf(view, views));
  const silent = views.regions.flatMap(({ region, entries }) => (isProblem(entries) ? [`${region}: ${entries.problem}`] : []));
  return [`${workflow}, execution ${views.execution}`, '', ...columns([HEADINGS, ...rows]), ...(silent.length > 0 ? ['', ...silent] : []), ''].join('\n');
}

/** Returns the same for programs. */
export function viewsDocument(workflow: string, { execution, regions }: Views): object {
  return {
    workflow,
    execution,
    regions: regions.map(view => ({
      region: view.region,
      execution: valueOf(view.execution),
      entries: valueOf(view.entries),
      heartbeats: isProblem(view.heartbeats) ? undefined : Object.fromEntries(view.heartbeats.value),
      problems: [view.entries, view.heartbeats, view.execution].filter(isProblem).map(({ problem }) => problem),
    })),
  };
}

function rowsOf({ region, execution }: ReplicaView, { regions, ...others }: Views): string[][] {
  const known = new Map<string, { readonly cells: string[]; readonly by: string[] }>();
  for (const view of regions) {
    if (isProblem(view.entries)) continue;
    const entry = view.entries.value.find(one => one.region === region);
    const cells = cellsOf(entry);
    const same = known.get(cells.join()) ?? { cells, by: [] };
    known.set(cells.join(), { cells, by: [...same.by, view.region] });
  }
  const answering = regions.filter(({ entries }) => !isProblem(entries)).length;
  const there = isProblem(execution) ? entryOf(region, { regions, ...others }) === undefined ? '?' : `? (${execution.problem})` : execution.value === 'NONE' ? '-' : execution.value;
  return [...known.values()].map(({ cells, by }, i) => [region, by.length === answering && answering > 1 ? 'all that answer' : by.join(', '), ...cells, i === 0 ? there : '']);
}

function cellsOf(entry: KnownEntry | undefined): string[] {
  if (entry === undefined) return ['-', '-', '-', '-', '-', '-'];
  const { status = 'no entry', origin = '-', publishedAt, startedAt, dueAt, forced, forbidden } = entry;
  return [status, origin, timeOf(publishedAt), timeOf(startedAt), dueAt === 0 ? 'now' : timeOf(dueAt), [forced ? 'forced' : [], forbidden ? 'forbidden' : []].flat().join(', ') || '-'];
}

/** Returns a moment in UTC, to the second. */
export function timeOf(millis: number | undefined): string {
  return millis === undefined ? '-' : new Date(millis).toISOString().replace(/\.\d+Z$/, 'Z');
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)));
  return rows.map(row => row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd());
}
