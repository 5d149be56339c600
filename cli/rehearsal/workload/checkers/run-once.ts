import { checker } from './checker';
import { doublesOf, WorkflowOwner } from '../doubles';
import { Checker, Execution } from '../workload';

export interface RunOnceProps {
  readonly workflows: readonly WorkflowOwner[];
  /** For how long an event may be on its way before a workflow is started by it: that of a takeover, and of replication. */
  readonly slackMs: number;
  /** Returns whether a workflow may end otherwise than as SUCCEEDED. */
  readonly isExpectedToFail?: (execution: Execution) => boolean;
}

/** Claims that each workflow ran in one region, unless a fault explains that a peer took it over, and that each came to the end that it should. */
export function runOnce({ workflows, slackMs, isExpectedToFail = () => false }: RunOnceProps): Checker {
  return checker('every workflow ran to its end, once', ({ executions, faults }) => {
    const doubles = doublesOf(executions, faults, workflows, slackMs);
    const unexplained = doubles.filter(({ isExplained }) => !isExplained);
    const ended = (execution: Execution) => execution.status === 'SUCCEEDED' || (execution.status !== 'RUNNING' && isExpectedToFail(execution));
    const badEnds = executions.filter(execution => !ended(execution));
    const explained = doubles.length - unexplained.length;
    const seen = [
      `${executions.length} executions`,
      ...unexplained.length > 0 ? [`${unexplained.length} ran in more than one region without a fault that explains it`] : [],
      ...explained > 0 ? [`${explained} ran in more than one region, because of a fault within ${slackMs / 1000} s of the first start`] : [],
      ...badEnds.length > 0 ? [`${badEnds.length} did not succeed`] : [],
    ];
    return {
      valid: unexplained.length === 0 && badEnds.length === 0,
      summary: seen.join(', '),
      details: [
        ...unexplained.map(({ workflow, name, executions: some }) => (
          `${workflow} ${name} ran in ${some.map(({ region, startedAt }) => `${region} from ${(startedAt / 1000).toFixed(1)} s`).join(' and in ')}`
        )),
        ...badEnds.map(({ workflow, name, region, status }) => `${workflow} ${name} is ${status} in ${region}`),
      ],
    };
  });
}
