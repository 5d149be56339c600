import { CheckReport, DrillReport } from './report';
import { Section } from '../telling/transcript';

/**
 * Returns the checks of a section.
 *
 * @param from how many of its entries come before them
 * @param details examples of what speaks against claims
 */
export function checksOf({ entries }: Pick<Section, 'entries'>, from = 0, details: ReadonlyMap<string, readonly string[]> = new Map()): CheckReport[] {
  return entries.slice(from).flatMap((entry): CheckReport[] => {
    if (entry.kind === 'note') return [];
    const found = details.get(entry.claim);
    return [{ claim: entry.claim, outcome: entry.outcome === 'too slow' ? 'unknown' : entry.outcome, summary: entry.detail, ...found ? { details: found } : {} }];
  });
}

/** Returns the verdict on checks: a failure counts for more than what could not be judged, and that for more than what held. */
export function verdictOf(checks: readonly Pick<CheckReport, 'outcome'>[]): DrillReport['verdict'] {
  const has = (outcome: CheckReport['outcome']) => checks.some(check => check.outcome === outcome);
  if (has('failed')) return 'failed';
  return has('unknown') ? 'unknown' : 'passed';
}
