import { Execution, Fault } from './workload';
import { WorkflowDescription } from '../../system/system-description';

/** The facts about a workflow by which its runs can be judged. */
export type WorkflowOwner = Pick<WorkflowDescription, 'name' | 'ownership'>;

/** A workflow that ran in more than one region for the same cause. */
export interface Double {
  readonly workflow: string;
  readonly name: string;
  /** In the order in which they were started. */
  readonly executions: readonly Execution[];
  /** Indicates whether a fault accounts for each execution after the first. */
  readonly isExplained: boolean;
}

/**
 * Returns the workflows that ran in more than one region although one was to run them.
 *
 * A later execution is explained by a fault that may double and hit one of the regions where it ran, if the fault was there at some time between the start of the first execution, less
 * the slack, and the start of that one.
 *
 * @param slackMs for how long an event may be on its way before a workflow is started by it
 */
export function doublesOf(
  executions: readonly Execution[], faults: readonly Fault[], workflows: readonly WorkflowOwner[], slackMs: number,
): Double[] {
  const everywhere = new Set(workflows.filter(({ ownership }) => ownership === 'EVERY_REGION').map(({ name }) => name));
  const same = new Map<string, Execution[]>();
  for (const execution of executions) {
    if (everywhere.has(execution.workflow)) continue;
    const id = JSON.stringify([execution.workflow, execution.name]);
    same.set(id, [...same.get(id) ?? [], execution]);
  }
  return [...same.values()].filter(some => new Set(some.map(({ region }) => region)).size > 1).map(some => {
    const [first, ...later] = [...some].sort((a, b) => a.startedAt - b.startedAt);
    const regions = new Set(some.map(({ region }) => region));
    const isExplained = later.every(({ startedAt }) => faults.some(fault => fault.mayDouble
      && fault.regions.some(region => regions.has(region))
      && fault.at <= startedAt
      && (fault.until ?? Infinity) >= first.startedAt - slackMs));
    return { workflow: first.workflow, name: first.name, executions: [first, ...later], isExplained };
  });
}
