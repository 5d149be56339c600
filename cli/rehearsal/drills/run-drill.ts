import { Customers } from './customers';
import { DrillRegion } from './drill-region';
import { DrillTools, LoadLike, Measures } from './drill-tools';
import { DrillPlan, PlannedFault } from './nemesis';
import { Reconciled, reconcile } from './reconcile';
import { runFault } from './run-fault';
import { Stage } from './stage';
import { DrillReport } from '../report/report';
import { checksOf, verdictOf } from '../report/section-checks';
import { Fault } from '../workload/workload';

const NOTHING: Measures = { requests: 0, failed: 0, doubled: 0, explained: 0, lost: 0 };

/**
 * Runs a drill: steady load, faults, recovery, reconciliation. A check that fails stops nothing, and whatever happens, all faults are taken back.
 *
 * Throws if the signal of the stage is aborted, and only then.
 */
export async function runDrill<Read, R extends DrillRegion>(plan: DrillPlan<R>, stage: Stage<R>, tools: DrillTools<Read>): Promise<DrillReport> {
  const { history, section } = stage;
  const { load } = tools;
  const [at, since, told] = [history.now(), performance.now(), section.entries.length];
  const set: Stage<R> = {
    ...stage,
    away: new Set(plan.faults.filter(({ nemesis }) => nemesis.leaves).flatMap(({ targets }) => targets)),
    sendTo: async (region, operation, customer) => (await load.sendTo(region, operation, customer)).outcome!,
  };
  let readsWhileAway: readonly Read[] | undefined;
  const readWhileAway = async () => {
    const regions = stage.regions.filter(({ isStopped }) => !isStopped).map(({ name }) => name);
    readsWhileAway ??= await tools.readBack({ regions, since: at, waits: false });
  };
  let faults: readonly Fault[] = [];
  let reconciled: Reconciled<Read> | undefined;

  history.moment('step', `drill ${plan.name}`);
  await goOn(set, load, async () => { await underLoad(plan, set, load, readWhileAway, fault => { faults = [...faults, fault]; }); });
  history.moment('step', 'reconciliation');
  await goOn(set, load, async () => { reconciled = await reconcile(set, tools, plan, { at, since, faults }); });
  stage.lag.tell(section, since);

  const until = history.now();
  const checks = checksOf(section, told, reconciled?.details);
  return {
    name: plan.name,
    title: titleOf(plan),
    verdict: verdictOf(checks),
    at,
    until,
    faults,
    ...reconciled ? tools.measure({ at, until, faults, run: reconciled.run, reads: reconciled.reads, readsWhileAway }) : NOTHING,
    checks,
  };
}

/** Returns, in one line, what happens and where. */
export function titleOf<R extends DrillRegion>({ faults }: DrillPlan<R>): string {
  return faults.map(({ nemesis, targets }) => `${nemesis.name} ${targets.join(' and ')}`).join(' + ');
}

/** Customers are served, faults come and go, customers are served again. */
async function underLoad<R extends DrillRegion>(
  plan: DrillPlan<R>, stage: Stage<R>, load: LoadLike, whileStopped: () => Promise<void>, happened: (fault: Fault) => void,
): Promise<void> {
  const { history } = stage;
  const stopped: Stage<R> = { ...stage, signal: AbortSignal.any([stage.signal, load.failed]) };
  const customers = new Customers(stopped, load);
  const startedAt = history.now();
  try {
    load.start();
    await customers.checkAtHome('customers are served by the nearest region', startedAt);
    await sideBySide(plan, stopped, async (fault, signal) => (
      runFault({ ...stopped, signal }, { planned: fault, customers, whileStopped, happened })
    ));
    await customers.checkAtHome('customers are served by the nearest region again', history.now());
  } finally {
    await load.stop();
  }
}

/** Runs all faults. If one cannot be injected, those that are there are taken back at once. */
async function sideBySide<R extends DrillRegion>(
  { faults }: DrillPlan<R>, stage: Stage<R>, run: (fault: PlannedFault<R>, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stopping = new AbortController();
  const signal = AbortSignal.any([stage.signal, stopping.signal]);
  const failures: unknown[] = [];
  await Promise.all(faults.map(async fault => {
    try {
      await run(fault, signal);
    } catch (error) {
      failures.push(error);
      stopping.abort();
    }
  }));
  if (failures.length > 0) throw failures[0];
}

/** Runs a part of a drill: one that cannot go on is no reason to leave out what comes after it. */
async function goOn({ section, signal }: Pick<Stage, 'section' | 'signal'>, { failed }: LoadLike, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    signal.throwIfAborted();
    const cause: unknown = failed.aborted ? failed.reason : error;
    section.failure('the drill can go on', cause instanceof Error ? cause.message : String(cause));
  }
  signal.throwIfAborted();
}
