/** What docs/COMPLIANCE.md says, from a report on every construct. To write it there: UPDATE_DOCS=1 npx jest test/compliance/docs */
import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Stage } from 'aws-cdk-lib';
import { parseCsv } from './csv';
import { CONSTRUCTS, strictPipeline } from './everything';
import { ComplianceMode, CompliancePack, ComplianceReport, MultiRegionSystem } from '../../src';
import { expectDocumented } from '../support/docs';
import { orderSystem } from '../support/order-system';
import { regions, templates, testApp } from '../support/synth';

const folder = mkdtempSync(join(tmpdir(), 'compliance-'));
afterAll(() => rmSync(folder, { recursive: true }));

const row = (...cells: (string | number)[]) => `| ${cells.map(cell => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;

/** Each construct in a system of its own, and the pipeline. */
function reportOnEverything(): Record<string, string>[] {
  const app = testApp();
  Object.values(CONSTRUCTS).forEach((use, i) => {
    use(new MultiRegionSystem(new Stage(app, `Use${i}`), 'Orders', { ...regions(2), compliance: ComplianceMode.STRICT }));
  });
  strictPipeline(app, 'us-west-2');
  const { csvPath } = new ComplianceReport(app, 'Compliance', { packs: Object.values(CompliancePack), directory: folder });
  app.synth();
  return parseCsv(readFileSync(csvPath, 'utf8'));
}

/** A rule without what differs between packs, stages, regions and bundles. */
function ruleOf(id: string): string {
  return id.replace(/^(AwsSolutions|Serverless|NIST\.800\.53\.R5|HIPAA\.Security|PCI\.DSS\.321)-/, '')
    .replace(/\b[a-z]{2}-[a-z]+-\d\b/g, '{region}').replace(/\bUse\d+-/g, '').replace(/<\w+Bucket[0-9A-F]{8}\.Arn>/g, '<Bucket.Arn>');
}

// by npm run test:long
const proof = process.env.LONG || process.env.UPDATE_DOCS ? test : test.skip;

proof('docs/COMPLIANCE.md has all acknowledgements of all constructs, and nothing is open', () => {
  const lines = reportOnEverything();
  expect(lines.filter(line => line.Status === 'open')).toEqual([]);
  const rows = new Map<string, { packs: Set<string>; types: Set<string> }>();
  for (const line of lines.filter(({ Status: status }) => status === 'acknowledged')) {
    expect(line.Reason).not.toBe('');
    const key = JSON.stringify([ruleOf(line.Rule), line.Reason]);
    if (!rows.has(key)) rows.set(key, { packs: new Set(), types: new Set() });
    rows.get(key)!.packs.add(line.Pack.replace(/ (800-53 revision 5|Security|DSS 3\.2\.1)$/, ''));
    rows.get(key)!.types.add(line['Resource type'].replace('AWS::', ''));
  }
  const table = [...rows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, { packs, types }]) => {
    const [rule, reason] = JSON.parse(key);
    return row(`\`${rule}\``, [...packs].join(', '), [...types].sort().join(', '), reason);
  });
  expectDocumented('docs/COMPLIANCE.md', 'acknowledgements', [row('rule', 'packs', 'on', 'reason'), row('---', '---', '---', '---'), ...table].join('\n'));
});

proof('docs/COMPLIANCE.md says what strict mode adds to the example-app', () => {
  const counts = (compliance: ComplianceMode) => Object.values(templates(orderSystem(testApp(), 2, { compliance }))).map(template => {
    const types = Object.values<any>(template.Resources).map(({ Type }) => Type as string);
    return new Map([...new Set(types)].map(type => [type, types.filter(each => each === type).length]));
  });
  const [standard, strict] = [ComplianceMode.STANDARD, ComplianceMode.STRICT].map(counts);
  const added = (type: string, stack: number) => (strict[stack].get(type) ?? 0) - (standard[stack].get(type) ?? 0);
  const types = [...new Set(strict.flatMap(stack => [...stack.keys()]))].sort().filter(type => added(type, 0) !== 0 || added(type, 1) !== 0);
  types.forEach(type => expect(added(type, 2)).toBe(added(type, 1)));
  // mesh stacks are the same in both modes
  expect(strict.slice(3)).toEqual(standard.slice(3));
  expectDocumented('docs/COMPLIANCE.md', 'added', [
    row('resource', 'once', 'in each region'), row('---', '---:', '---:'), ...types.map(type => row(type, added(type, 0), added(type, 1))),
  ].join('\n'));
});
