import { DoctorCheck, Finding, Verdict } from './check';

/** The findings of a check. */
export interface Examined {
  readonly check: DoctorCheck;
  readonly findings: readonly Finding[];
}

/** The worst first. What nobody could look at is worse than what is well, and no reason to worry. */
const BY_WEIGHT: readonly Verdict[] = ['failed', 'warning', 'unknown', 'ok'];

/** Returns the verdict on all findings together. */
export function worstOf(findings: readonly Finding[]): Verdict {
  return BY_WEIGHT.find(verdict => findings.some(finding => finding.verdict === verdict)) ?? 'ok';
}

/** Sorts findings: the worst first, otherwise in the order in which they were found. */
export function byWeight(findings: readonly Finding[]): Finding[] {
  return BY_WEIGHT.flatMap(verdict => findings.filter(finding => finding.verdict === verdict));
}

/** Counts the findings of all checks that have a verdict. */
export const countOf = (verdict: Verdict, examined: readonly Examined[]): number => (
  examined.flatMap(({ findings }) => findings).filter(finding => finding.verdict === verdict).length
);
