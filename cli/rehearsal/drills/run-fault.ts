import { setTimeout as sleep } from 'timers/promises';
import { Customers } from './customers';
import { DrillRegion } from './drill-region';
import { PlannedFault } from './nemesis';
import { NothingToHit } from './nothing-to-hit';
import { Stage } from './stage';
import { once } from './undo';
import { Fault } from '../workload/workload';

/** A fault while it may still be there. */
type OpenFault = { -readonly [P in keyof Fault]: Fault[P] };

export interface FaultRun<R extends DrillRegion> {
  readonly planned: PlannedFault<R>;
  readonly customers: Customers;
  /** Called while regions that it hits have stopped, and customers are served elsewhere. */
  readonly whileStopped: () => Promise<void>;
  /** Takes the fault once it is there. */
  readonly happened: (fault: Fault) => void;
}

/** Waits for the time of a fault, injects it, holds it and takes it back, which it does however that ends. */
export async function runFault<R extends DrillRegion>(stage: Stage<R>, { planned, customers, whileStopped, happened }: FaultRun<R>): Promise<void> {
  const { nemesis, targets, afterMs, forMs } = planned;
  const { history, signal, regions } = stage;
  await sleep(afterMs, undefined, { signal });
  const [fault, takeBack] = await inject(stage, planned);
  if (!takeBack) return;
  try {
    happened(fault);
    if (nemesis.leaves) await Promise.all(targets.map(async target => customers.checkElsewhere(target, fault.at)));
    if (regions.some(({ name, isStopped }) => isStopped && targets.includes(name))) await whileStopped();
    await nemesis.whileThere?.(stage, targets);
    await sleep(Math.max(0, fault.at + forMs - history.now()), undefined, { signal });
  } finally {
    await heal(stage, fault, takeBack);
  }
}

/** Returns nothing that takes it back if there was nothing to hit. */
async function inject<R extends DrillRegion>(stage: Stage<R>, { nemesis, targets }: PlannedFault<R>): Promise<[OpenFault, (() => Promise<void>)?]> {
  const { history, section } = stage;
  // from before it happens, so that nothing fails by it before it is noted
  const [at, mayFail] = [history.now(), nemesis.mayFail(stage)];
  const fault: OpenFault = { nemesis: nemesis.name, regions: targets, at, mayFail, mayDouble: nemesis.mayDouble };
  history.faults.push(fault);
  try {
    const takeBack = once(await nemesis.inject(stage, targets));
    history.moment('fault', `${nemesis.name}: ${nemesis.summary}`, targets[0]);
    return [fault, takeBack];
  } catch (error) {
    fault.until = history.now();
    if (!(error instanceof NothingToHit)) throw error;
    history.faults.splice(history.faults.indexOf(fault), 1);
    section.note(`${nemesis.name} in ${targets.join(' and ')} is left out: ${error.message}.`);
    return [fault];
  }
}

async function heal({ history, section }: Pick<Stage, 'history' | 'section'>, fault: OpenFault, takeBack: () => Promise<void>): Promise<void> {
  try {
    await takeBack();
  } catch (error) {
    section.failure(`${fault.nemesis} in ${fault.regions.join(' and ')} is taken back`, error instanceof Error ? error.message : String(error));
  }
  fault.until = history.now();
  history.moment('recovery', `${fault.nemesis} is over`, fault.regions[0]);
}
