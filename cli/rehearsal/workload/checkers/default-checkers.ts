import { converged } from './converged';
import { durable } from './durable';
import { everyWriteAnswered } from './every-write-answered';
import { noDeadLetters } from './no-dead-letters';
import { nothingFailed } from './nothing-failed';
import { runOnce } from './run-once';
import { since } from './since';
import { SystemDescription } from '../../../system/system-description';
import { FinalRead } from '../final-reads';
import { Checker, Workload } from '../workload';

export interface DefaultCheckersProps {
  readonly system: Pick<SystemDescription, 'tables'>;
  readonly workload?: Pick<Workload, 'checkers'>;
  /** The result of `finalReads`; nothing if the workload cannot read back. */
  readonly reads?: readonly FinalRead[];
  /** Milliseconds since the start of the run: what was sent earlier is left out. */
  readonly since: number;
}

/** Returns the checkers of what must hold of any application in the end, and then of what its workload claims. */
export function defaultCheckers({ system: { tables }, workload, reads, since: moment }: DefaultCheckersProps): Checker[] {
  return [
    ...workload ? [since(moment, everyWriteAnswered())] : [],
    ...reads ? [durable(reads)] : [],
    ...tables.length > 0 ? [converged(tables)] : [],
    noDeadLetters(),
    ...workload?.checkers ?? [],
  ];
}

export interface TimedCheckersProps {
  readonly system: Pick<SystemDescription, 'workflows'>;
  readonly workload?: Pick<Workload, 'isExpectedToFail'>;
  /** For how long after a fault requests may fail still: the failover time. */
  readonly recoveryMs: number;
  /** For how long an event may be on its way before a workflow is started by it. */
  readonly slackMs: number;
  /** Milliseconds since the start of the run: what was sent or started earlier is left out. */
  readonly since: number;
}

/**
 * Returns the checkers of what must hold of any application if this machine is in time: one that is late times out, and looks lost to its peers,
 * which take over.
 */
export function timedCheckers({ system: { workflows }, workload, recoveryMs, slackMs, since: moment }: TimedCheckersProps): Checker[] {
  return [
    ...workload ? [nothingFailed(recoveryMs)] : [],
    ...workflows.length > 0 ? [runOnce({ workflows, slackMs, isExpectedToFail: workload?.isExpectedToFail })] : [],
  ].map(checker => since(moment, checker));
}
