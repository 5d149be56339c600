import { Check, PackResult, RuleResult, summaryOf } from './findings';

const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; color: #1b1f24; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
  h1 { font-size: 1.7rem; } h2 { margin-top: 2.5rem; border-bottom: 2px solid #1b1f24; } h3 { margin: 2rem 0 .5rem; } h4 { margin: 1.5rem 0 .3rem; }
  table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
  th, td { border: 1px solid #c9ced6; padding: .3rem .6rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
  th { background: #eef1f5; } td.number, th.number { text-align: right; white-space: nowrap; }
  .open { color: #a40e26; font-weight: 600; } .none { color: #1a6b2f; }
  .level { font-weight: 400; color: #57606a; } .reason { margin: .2rem 0; }
  code { font-size: .85em; overflow-wrap: anywhere; } ul { margin: .2rem 0 .8rem; padding-left: 1.2rem; columns: 24rem; column-gap: 2.5rem; font-size: .85em; }
  li { break-inside: avoid; } footer { margin-top: 3rem; color: #57606a; }
  @media print { body { margin: 0; max-width: none; font-size: 10pt; } h2 { break-before: page; } tr, li { break-inside: avoid; } h3, h4 { break-after: avoid; } }
`;

export interface ReportHead {
  readonly title: string;
  readonly date?: string;
}

/** Renders the report as one page that needs nothing beside itself. */
export function renderHtml({ title, date }: ReportHead, packs: PackResult[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Compliance of ${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Compliance of ${escape(title)}</h1>
${date === undefined ? '' : `<p>${escape(date)}</p>\n`}<p>Rules of cdk-nag, applied to the synthesized resources. A finding is one resource that breaks one rule: open, or acknowledged with a reason.</p>
${summary(packs)}
${packs.map(section).join('\n')}
<footer>These rules check templates. They are a part of the evidence that a standard asks for, and do not certify anything.</footer>
</body>
</html>
`;
}

function summary(packs: PackResult[]): string {
  const rows = packs.map(pack => {
    const { applicable, compliant, open, acknowledged } = summaryOf(pack);
    return `<tr><td>${escape(pack.title)}</td>${[pack.rules.length, applicable, compliant].map(number).join('')}`
      + `<td class="number ${open > 0 ? 'open' : 'none'}">${open}</td>${number(acknowledged)}</tr>`;
  });
  const head = ['Rules checked', 'Applicable', 'Compliant', 'Open findings', 'Acknowledged findings'].map(name => `<th class="number">${name}</th>`).join('');
  return `<table>\n<tr><th>Pack</th>${head}</tr>\n${rows.join('\n')}\n</table>`;
}

function section(pack: PackResult): string {
  const broken = (status: Check['status']) => pack.rules
    .map(rule => ({ ...rule, checks: rule.checks.filter(check => check.status === status) })).filter(rule => rule.checks.length > 0);
  const idle = pack.rules.filter(rule => rule.checks.length === 0);
  return `<h2>${escape(pack.title)}</h2>
<h3>Open findings</h3>
${broken('open').map(ruleFindings).join('\n') || '<p class="none">None.</p>'}
<h3>Acknowledged findings</h3>
${broken('acknowledged').map(ruleFindings).join('\n') || '<p>None.</p>'}
<h3>Rules</h3>
${rulesTable(pack.rules.filter(rule => rule.checks.length > 0))}
<p>Not applicable, because there are no such resources: ${idle.map(rule => `<code>${escape(rule.id)}</code>`).join(', ') || 'none'}.</p>`;
}

/** Returns the findings of a rule, those with the same reason together. */
function ruleFindings({ level, description, checks }: RuleResult): string {
  const groups = new Map<string, Check[]>();
  checks.forEach(check => {
    const key = JSON.stringify([check.id, check.reason]);
    groups.set(key, [...groups.get(key) ?? [], check]);
  });
  return [...groups.values()].map(group => {
    const [{ id, status, reason }] = group;
    const why = status === 'open' ? '' : `<p class="reason"><strong>Reason:</strong> ${escape(reason ?? 'none given')}</p>\n`;
    const places = group.map(({ resource, stack, region }) => `<li><code>${escape(resource)}</code> (${escape(stack)}, ${escape(region)})</li>`);
    return `<h4 class="${status}"><code>${escape(id)}</code> <span class="level">${level}, ${group.length} ${group.length === 1 ? 'resource' : 'resources'}</span></h4>
<p class="reason">${escape(description)}</p>
${why}<ul>\n${places.join('\n')}\n</ul>`;
  }).join('\n');
}

function rulesTable(rules: RuleResult[]): string {
  if (rules.length === 0) return '<p>None applies.</p>';
  const rows = rules.map(({ id, description, checks }) => {
    const counts = (['compliant', 'open', 'acknowledged'] as const).map(status => number(checks.filter(check => check.status === status).length));
    return `<tr><td><code>${escape(id)}</code></td><td>${escape(description)}</td>${counts.join('')}</tr>`;
  });
  const head = ['Compliant', 'Open', 'Acknowledged'].map(name => `<th class="number">${name}</th>`).join('');
  return `<table>\n<tr><th>Rule</th><th>What breaks it</th>${head}</tr>\n${rows.join('\n')}\n</table>`;
}

function number(value: number): string {
  return `<td class="number">${value}</td>`;
}

function escape(text: string): string {
  const entities: { [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' };
  return text.replace(/[&<>"']/g, character => entities[character]);
}
