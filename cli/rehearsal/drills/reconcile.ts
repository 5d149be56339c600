import { collectRun } from './collect-run';
import { DrillRegion } from './drill-region';
import { DrillTools } from './drill-tools';
import { DrillPlan } from './nemesis';
import { untilQuiet } from './quiet';
import { Stage } from './stage';
import { bearableMs } from './timing';
import { TooSlow } from '../lag/too-slow';
import { Checker, Fault, Run } from '../workload/workload';

/** The number of examples in the report of a claim that does not hold. */
const EXAMPLES = 3;

/** The result that a drill left. */
export interface Reconciled<Read> {
  readonly run: Run;
  readonly reads?: readonly Read[];
  /** Examples of what speaks against claims. */
  readonly details: ReadonlyMap<string, readonly string[]>;
}

/** The start of a drill, by its history and as of `performance.now()`, and what went wrong. */
export interface Drill {
  readonly at: number;
  readonly since: number;
  readonly faults: readonly Fault[];
}

/** Waits until the regions agree, and checks that nothing was lost or done twice. */
export async function reconcile<Read, R extends DrillRegion>(
  stage: Stage<R>, tools: DrillTools<Read>, plan: DrillPlan<R>, { at, since, faults }: Drill,
): Promise<Reconciled<Read>> {
  const { section, lag } = stage;
  const there = plan.faults.filter(({ nemesis }) => faults.some(fault => fault.nemesis === nemesis.name));
  const all = stage.regions.map(({ name }) => name);
  const redriven = there.flatMap(({ nemesis: { redrives }, targets }) => (redrives === 'all' ? all : redrives ? targets : []));
  await section.check('all that was under way comes to its end', async () => untilQuiet(stage, redriven));
  for (const { nemesis, targets } of there) await nemesis.afterwards?.(stage, targets);
  const reads = await tools.readBack({ regions: all, since: at, waits: true });
  const run = await collectRun(stage);
  const details = new Map<string, readonly string[]>();
  const judge = async (checker: Checker) => tell(await tools.judge(checker, run), details);
  for (const checker of tools.checkers(reads)) await section.check(checker.name, async () => judge(checker));
  for (const checker of tools.timedCheckers) {
    await section.check(checker.name, async () => lag.inTime(bearableMs(stage), since, async () => judge(checker)));
  }
  return { run, reads, details };
}

function tell({ claim, outcome, summary, details }: Awaited<ReturnType<DrillTools<unknown>['judge']>>, found: Map<string, readonly string[]>): string {
  if (details) found.set(claim, details);
  if (outcome === 'unknown') throw new TooSlow(summary);
  if (outcome === 'failed') throw new Error([summary, ...(details ?? []).slice(0, EXAMPLES)].join('; '));
  return summary;
}
