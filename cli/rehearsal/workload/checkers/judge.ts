import { TooSlow } from '../../lag/too-slow';
import { CheckReport } from '../../report/report';
import { describeError, isProgrammersError, shown } from '../mistakes';
import { Checker, Run, Verdict } from '../workload';

/** More examples help nobody, and a report must be small enough to open. */
const MOST_DETAILS = 20;

/** Returns the finding of a checker, as the report shows it. One that throws has not found its claim to hold. */
export async function judge({ name, check }: Checker, run: Run): Promise<CheckReport> {
  let verdict: Verdict;
  try {
    verdict = await check(run);
  } catch (error) {
    if (error instanceof TooSlow) return { claim: name, outcome: 'unknown', summary: error.message };
    const told = error instanceof Error && !isProgrammersError(error) ? error.message : describeError(error);
    return { claim: name, outcome: 'failed', summary: `its checker threw ${told}` };
  }
  if (typeof verdict?.valid !== 'boolean') return { claim: name, outcome: 'failed', summary: `its checker returned ${shown(verdict)}, which is no verdict` };
  const { valid, isUnknown, summary, details = [] } = verdict;
  const more = details.length - MOST_DETAILS;
  return {
    claim: name,
    outcome: valid ? 'passed' : isUnknown ? 'unknown' : 'failed',
    summary: String(summary ?? ''),
    ...details.length === 0 ? {} : { details: [...details.slice(0, MOST_DETAILS).map(String), ...more > 0 ? [`and ${more} more`] : []] },
  };
}
