import { Checker } from '../workload';

/**
 * Lets a checker judge what was sent and started since a moment, so that what an earlier drill found is not found again.
 *
 * @param moment milliseconds since the start of the run
 */
export function since(moment: number, { name, check }: Checker): Checker {
  return {
    name,
    check: async run => {
      const idOf = ({ workflow, name: of }: { workflow: string; name: string }) => JSON.stringify([workflow, of]);
      // a workflow that runs again runs a second time, however long ago the first was
      const started = new Set(run.executions.filter(({ startedAt }) => startedAt >= moment).map(idOf));
      const executions = run.executions.filter(one => started.has(idOf(one)));
      return check({ ...run, history: run.history.filter(({ at }) => at >= moment), executions });
    },
  };
}
