import { timeOf } from './views-table';
import { LEDGER_TIMING, silenceAfter } from '../../src/replicated-workflow/ledger-timing';

/** Says when the sweeper of a region runs next, by its last heartbeat: it runs each minute, and sends one each time. */
export function describeNextSweep(lastHeartbeat: number | undefined, now: number): string {
  if (lastHeartbeat === undefined) return 'as soon as its sweeper runs, which has sent no heartbeat yet';
  if (now - lastHeartbeat > silenceAfter(LEDGER_TIMING)) return `as soon as its sweeper runs again, which has sent no heartbeat since ${timeOf(lastHeartbeat)}`;
  return `in the next run of its sweeper, by ${timeOf(Math.max(lastHeartbeat, now - LEDGER_TIMING.heartbeatInterval) + LEDGER_TIMING.heartbeatInterval)}`;
}
