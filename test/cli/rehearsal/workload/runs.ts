import { Execution, Fault, Outcome, Run, Sent } from '../../../../cli/rehearsal/workload/workload';

/** A request, a good one unless told otherwise. */
export function sent(changes: Partial<Sent> & { kind?: string; action?: 'read' | 'write'; key?: string; value?: unknown; type?: Outcome['type'] } = {}): Sent {
  const { kind = 'put', action = 'write', key = 'k', value, type = 'ok', at = 0, ...rest } = changes;
  return {
    operation: { kind, action, key, ...value === undefined ? {} : { value } }, customer: 'c-1', near: 'a', region: 'a', attempt: 0, at, endedAt: at + 10, outcome: { type }, ...rest,
  };
}

export function fault(changes: Partial<Fault> = {}): Fault {
  return { nemesis: 'freeze', regions: ['a'], at: 1000, until: 2000, mayFail: true, mayDouble: true, ...changes };
}

export function execution(changes: Partial<Execution> = {}): Execution {
  return { workflow: 'Fulfil', region: 'a', name: 'o-1', status: 'SUCCEEDED', startedAt: 1500, stoppedAt: 1600, ...changes };
}

export function run(changes: Partial<Run> = {}): Run {
  return { regions: ['a', 'b'], history: [], faults: [], tables: {}, executions: [], deadLetters: { a: [], b: [] }, aws: {}, ...changes };
}
