import { Finding } from './check';
import { Diagnosis } from './diagnosis';
import { summary } from './report';
import { byWeight, Examined, worstOf } from './verdicts';

/** Writes a diagnosis as a document that can be kept as evidence. */
export function renderMarkdown({ system, regions, identity, isDeployed, at, examined, skipped }: Diagnosis, version: string): string {
  const facts = [
    ['date', at],
    ['account', identity?.accountId ?? 'unknown'],
    ['examined by', escaped(identity?.arn ?? 'unknown')],
    ['regions', regions.join(', ')],
    ['deployed', isDeployed === undefined ? 'unknown' : isDeployed ? 'yes' : 'no'],
    ['cdk-multi-region', version],
    ['result', summary(examined)],
    ...skipped.length > 0 ? [['not examined', skipped.join(', ')]] : [],
  ];
  return `${[
    `# Examination of ${system}`,
    table(['', ''], facts),
    table(['check', 'when', 'verdict', 'what holds if it is well', 'source'], examined.map(({ check, findings }) => [
      check.name, check.when, worstOf(findings), escaped(check.claim), check.source === undefined ? '' : `<${check.source}>`,
    ])),
    ...examined.map(section),
  ].join('\n\n')}\n`;
}

function section({ check, findings }: Examined): string {
  const rows = byWeight(findings).map(({ verdict, region = '', says, advice = '' }: Finding) => [verdict, region, escaped(says), escaped(advice)]);
  return `## ${check.name}\n\n${table(['verdict', 'region', 'what is so', 'what to do'], rows)}`;
}

function table(header: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  return [header, header.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n');
}

/** Text of AWS must not become a part of the document. */
const escaped = (text: string): string => text.replace(/\s+/g, ' ').replace(/[|\\`*_[\]]/g, '\\$&').replace(/</g, '&lt;');
