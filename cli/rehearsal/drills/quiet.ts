import { DrillRegion } from './drill-region';
import { Stage } from './stage';
import { until } from './until';

/** A starter that was frozen is at the end of its time when it goes on: its events are visible again after a minute, unless it is a peer's turn before. */
const QUIET_MS = 200_000;
const POLL_MS = 1000;
/** Statuses of a ledger's entry in which something is left to do: see `ledger-entry.ts`. */
const OPEN = new Set(['WITNESSED', 'STARTED']);

/**
 * Waits until nothing is under way any more: rows and events between regions, workflows, messages in queues.
 *
 * @param redriven the regions whose dead letters are sent again
 */
export async function untilQuiet(stage: Stage<DrillRegion>, redriven: readonly string[] = []): Promise<void> {
  let seen = '';
  const look = async () => {
    seen = (await Promise.all(stage.regions.map(async region => underWay(stage, region, redriven.includes(region.name))))).flat().join(', ');
    return seen === '';
  };
  try {
    await until(stage, { what: 'an end of all that is under way', withinMs: QUIET_MS, pollMs: POLL_MS }, async () => {
      if (!await look()) return undefined;
      // what is between two of these is seen nowhere for an instant
      await stage.lag.sleep(1000 + 3000 * stage.replicationLag, stage.signal);
      return await look() ? true : undefined;
    });
  } catch (error) {
    if (stage.signal.aborted || seen === '') throw error;
    (error as Error).message += `: ${seen}`;
    throw error;
  }
}

/** Returns, in words, what a region still has to do. */
async function underWay({ system }: Stage<DrillRegion>, region: DrillRegion, redrives: boolean): Promise<string[]> {
  const [sending, executions, waiting, open, letters] = await Promise.all([
    region.sending?.(), region.executions(), region.waitingMessages(), openEntries(system.workflows, region), redrives ? region.deadLetters() : [],
  ]);
  if (letters.length > 0) await region.redrive?.();
  return [
    [sending?.queued ?? 0, 'rows and events on their way to others'],
    [executions.filter(({ status }) => status === 'RUNNING').length, 'workflows that run'],
    [waiting, 'messages in queues'],
    [open, 'open entries of ledgers'],
    [letters.length, 'dead letters'],
  ].filter(([count]) => count as number > 0).map(([count, what]) => `${count} ${what} in ${region.name}`);
}

async function openEntries(workflows: Stage['system']['workflows'], region: DrillRegion): Promise<number> {
  const ledgers = [...new Set(workflows.flatMap(({ ledger }) => ledger ?? []))];
  const entries = await Promise.all(ledgers.map(async ledger => region.items(ledger)));
  return entries.flat().filter(entry => entry.region === region.name && OPEN.has(String(entry.status))).length;
}
