import pc from 'picocolors';
import { Finding, Verdict } from './check';
import { Diagnosis } from './diagnosis';
import { byWeight, countOf, Examined, worstOf } from './verdicts';

const SIGNS: Readonly<Record<Verdict, string>> = { ok: '✔', warning: '!', failed: '✖', unknown: '?' };
const COLORS: Readonly<Record<Verdict, (text: string) => string>> = { ok: pc.green, warning: pc.yellow, failed: pc.red, unknown: pc.dim };

/** Writes a diagnosis for people: a line for each check, and what is not well below it. */
export function renderText(diagnosis: Diagnosis): string {
  const { examined, skipped } = diagnosis;
  return [
    headline(diagnosis),
    ...examined.flatMap(renderCheck),
    ...skipped.length > 0 ? [`not examined, because it is another account: ${skipped.join(', ')}`] : [],
    '',
    summary(examined),
    '',
  ].join('\n');
}

/** Says in one line how many findings are not well. */
export function summary(examined: readonly Examined[]): string {
  const counts = [
    [countOf('failed', examined), 'failed'], [countOf('warning', examined), 'to be considered'], [countOf('unknown', examined), 'unknown'], [countOf('ok', examined), 'well'],
  ] as const;
  return counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`).join(', ');
}

/** Says of what system in what account and regions a diagnosis is. */
export function headline({ system, regions, identity, isDeployed }: Diagnosis): string {
  const states = { true: 'deployed', false: 'not deployed yet', undefined: 'whether it is deployed is unknown' };
  const account = identity ? `account ${identity.accountId}, as ${identity.arn}` : 'no region says of which account';
  return `${system} in ${regions.join(', ')} (${states[`${isDeployed}`]}), ${account}`;
}

/** Counts what is well; of everything else, each finding has its line. */
function renderCheck({ check, findings }: Examined): string[] {
  const verdict = worstOf(findings);
  const well = findings.filter(finding => finding.verdict === 'ok').length;
  const regions = new Set(findings.flatMap(({ region }) => region ?? [])).size;
  return [
    `${signed(verdict)} ${check.name}: ${well} of ${findings.length} well${regions > 1 ? ` in ${regions} regions` : ''}`,
    ...byWeight(findings).filter(finding => finding.verdict !== 'ok').flatMap(renderFinding),
  ];
}

function renderFinding({ verdict, region, says, advice }: Finding): string[] {
  return [`    ${signed(verdict)} ${region === undefined ? '' : `${region}: `}${says}`, ...advice === undefined ? [] : [`      → ${advice}`]];
}

const signed = (verdict: Verdict): string => COLORS[verdict](SIGNS[verdict]);
