import { DrillRequest } from './drill-names';
import { ALL_NEMESES } from './nemeses/all-nemeses';
import { DrillPlan, Nemesis, PlannedFault, PlannedStage } from './nemesis';
import { pick } from './targets';

/** Milliseconds of steady load before a fault, and for which it lasts at least. */
const AFTER_MS = 2000;
const FOR_MS = 5000;
const RANDOM_AFTER_MS = { least: 1000, most: 5000 };
const RANDOM_FOR_MS = { least: 2000, most: 10_000 };
const MOST_AT_ONCE = 3;

/** The drills that are to be done, and those that are not. */
export interface Plans {
  readonly plans: readonly DrillPlan[];
  readonly skipped: readonly Skipped[];
}

/** A drill that a system cannot be tried with. */
export interface Skipped {
  readonly name: string;
  /** The reason, as a sentence without its end: what is lacking. */
  readonly reason: string;
  /** Indicates whether it was asked for by its name, so that leaving it out is a failure. */
  readonly isByName: boolean;
}

/** Decides which regions drills hit and when. The same random numbers give the same plans. */
export function planDrills(requests: readonly DrillRequest[], stage: PlannedStage): Plans {
  const plans: DrillPlan[] = [];
  const skipped: Skipped[] = [];
  for (const request of requests) {
    if (request.kind === 'random') {
      const { drawn, reason } = drawDrills(request.count, stage);
      plans.push(...drawn);
      if (reason !== undefined) skipped.push({ name: `random:${request.count}`, reason, isByName: true });
      continue;
    }
    const { nemeses, isByName } = request;
    const name = nameOf(nemeses);
    try {
      plans.push({ name, faults: place(nemeses, stage, () => ({ afterMs: AFTER_MS, forMs: FOR_MS })) });
    } catch (error) {
      if (!(error instanceof DoesNotFit)) throw error;
      skipped.push({ name, reason: error.message, isByName });
    }
  }
  return { plans, skipped };
}

class DoesNotFit extends Error {}

/** Draws drills of one nemesis to three at once. */
function drawDrills(count: number, stage: PlannedStage): { readonly drawn: DrillPlan[]; readonly reason?: string } {
  const possible = ALL_NEMESES.filter(nemesis => lackOf(nemesis, stage) === undefined);
  if (possible.length === 0) return { drawn: [], reason: 'the system has nothing that could fail' };
  return { drawn: Array.from({ length: count }, () => drawDrill(possible, stage)) };
}

function drawDrill(possible: readonly Nemesis[], stage: PlannedStage): DrillPlan {
  const { random } = stage;
  const wanted = 1 + Math.floor(random() * MOST_AT_ONCE);
  let chosen: Nemesis[] = [];
  let left = possible;
  while (chosen.length < wanted && left.length > 0) {
    const next = pick(left, random);
    left = left.filter(other => other !== next);
    if (leavesOneRegion([...chosen, next], stage)) chosen = [...chosen, next];
  }
  const times = () => ({ afterMs: between(RANDOM_AFTER_MS, random), forMs: between(RANDOM_FOR_MS, random) });
  return { name: nameOf(chosen), faults: place(chosen, stage, times) };
}

/** Chooses the regions that nemeses hit at the same time: those that take a region away first, each another one, and nothing else hits these. */
function place(nemeses: readonly Nemesis[], stage: PlannedStage, times: () => Pick<PlannedFault, 'afterMs' | 'forMs'>): PlannedFault[] {
  const { regions, random } = stage;
  for (const nemesis of nemeses) {
    const lack = lackOf(nemesis, stage);
    if (lack !== undefined) throw new DoesNotFit(lack);
  }
  if (!leavesOneRegion(nemeses, stage)) throw new DoesNotFit(`it would take all ${regions.length} regions away at once`);
  const away = new Set<string>();
  const placed = new Map<Nemesis, PlannedFault>();
  for (const nemesis of [...nemeses].sort((a, b) => Number(b.leaves) - Number(a.leaves))) {
    const targets = nemesis.targets({ ...stage, regions: regions.filter(({ name }) => !away.has(name)) }, random);
    if (nemesis.leaves) targets.forEach(target => away.add(target));
    placed.set(nemesis, { nemesis, targets, ...times() });
  }
  return nemeses.map(nemesis => placed.get(nemesis)!);
}

/** Returns whether a region is left: each nemesis that takes regions away takes one. */
function leavesOneRegion(nemeses: readonly Nemesis[], { regions }: PlannedStage): boolean {
  return nemeses.filter(({ leaves }) => leaves).length < regions.length;
}

function lackOf(nemesis: Nemesis, stage: PlannedStage): string | undefined {
  return nemesis.lacks?.(stage);
}

function nameOf(nemeses: readonly Nemesis[]): string {
  return nemeses.map(({ name }) => name).join('+');
}

function between({ least, most }: { readonly least: number; readonly most: number }, random: () => number): number {
  return Math.round(least + random() * (most - least));
}
