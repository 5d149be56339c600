import { ActionExecutor, Approval } from '../action-run';
import { Clock } from '../clock';
import { ActionFailure } from '../errors';

const MINUTE_MS = 60_000;
/** @see https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html */
const WEEK_MINUTES = 7 * 24 * 60;

/**
 * Waits until somebody approves or rejects, or for too long.
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html
 */
export function approvalExecutor(clock: Clock): ActionExecutor {
  return async ({ action, run }) => {
    const inTime = new AbortController();
    const tooLate = clock.sleep((action.timeoutMinutes ?? WEEK_MINUTES) * MINUTE_MS, inTime.signal);
    const result: Approval | void = await Promise.race([run.decision(), tooLate]);
    inTime.abort();
    if (!result) throw new ActionFailure(`nobody has answered ${action.name}`);
    if (result.status !== 'Approved') throw new ActionFailure(result.summary);
    return { summary: result.summary };
  };
}
