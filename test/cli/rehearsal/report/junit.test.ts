import { execFileSync } from 'child_process';
import fc from 'fast-check';
import { toJunit } from '../../../../cli/rehearsal/report/junit';
import { CheckReport, Report } from '../../../../cli/rehearsal/report/report';
import { escapeXml, textElement } from '../../../../cli/rehearsal/report/xml';
import { sampleReport } from '../../../support/rehearsal/sample-report';

/** What a parser that is not ours makes of documents: [tag, attributes, text, children], or the error. */
type Tree = [tag: string, attributes: Record<string, string>, text: string, children: Tree[]];
function parse(documents: readonly string[]): (Tree | string)[] {
  const program = [
    'import json, sys, xml.etree.ElementTree as tree',
    'def plain(one): return [one.tag, dict(one.attrib), one.text or "", [plain(child) for child in one]]',
    'def parse(text):',
    '  try: return plain(tree.fromstring(text.encode()))',
    '  except Exception as error: return str(error)',
    'print(json.dumps([parse(text) for text in json.load(sys.stdin)]))',
  ].join('\n');
  return JSON.parse(execFileSync('python3', ['-c', program], { input: JSON.stringify(documents), encoding: 'utf8', maxBuffer: 2 ** 28 }));
}

const withChecks = (checks: CheckReport[], notes: string[] = []): Report => ({
  ...sampleReport({ drills: [] }),
  sections: [{ title: 'checks', notes, checks }],
});

const [anyText, anyTexts] = [fc.string({ unit: 'binary', maxLength: 30 }), fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(']]>', '<!--', '&amp;', '\u0000', '\uD800', '\uFFFE')))];

/** What is left of a text: XML has no way to write the rest. */
const readable = (text: string) => text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}');

describe('JUnit XML', () => {
  test('has a suite for each drill and section, and a case for each check', () => {
    const report = sampleReport({ isBroken: true, isSlow: true });
    const [[tag, attributes, , suites]] = parse([toJunit(report)]) as [Tree];
    expect([tag, attributes]).toEqual(['testsuites', {
      name: 'rehearsal of orders-prod', tests: '27', failures: '2', skipped: '1', errors: '0', time: '200.000',
    }]);
    expect(suites.map(([, { name, tests, failures, skipped, time }]) => [name, tests, failures, skipped, time])).toEqual([
      ['freeze: A region stops answering', '5', '0', '1', '40.000'],
      ['evacuate: Operators leave a region', '5', '0', '0', '40.000'],
      ['partition: The network between regions is cut', '5', '0', '0', '40.000'],
      ['slow: A region answers slowly', '5', '0', '0', '40.000'],
      ['lag: Replication is late', '5', '2', '0', '40.000'],
      ['The deployment', '2', '0', '0', '0.000'],
    ]);
    expect(suites[1][1].timestamp).toBe('2026-11-26T01:47:56');
  });

  test('says of a failure what was seen, and of what was not told that it is skipped, and why', () => {
    const [[, , , [[, , , children]]]] = parse([toJunit(withChecks([
      { claim: 'a', outcome: 'passed', summary: 'fine' },
      { claim: 'b', outcome: 'failed', summary: '2 lost', details: ['k1', 'k2'] },
      { claim: 'c', outcome: 'unknown', summary: 'held up for 3 s' },
    ], ['a note']))]) as [Tree];
    const [properties, ...cases] = children;
    expect(properties[3].map(([, attributes]) => attributes)).toEqual([{ name: 'seed', value: '1' }, { name: 'regions', value: 'ap-southeast-2,us-west-2,eu-central-1' }]);
    expect(cases.map(([tag, { name }, text, inner]) => [tag, name, text.trim(), inner])).toEqual([
      ['testcase', 'a', '', []],
      ['testcase', 'b', '', [['failure', { message: '2 lost', type: 'failed' }, '2 lost\nk1\nk2', []]]],
      ['testcase', 'c', '', [['skipped', { message: 'could not be judged: held up for 3 s' }, '', []]]],
      ['system-out', undefined, 'a note', []],
    ]);
  });

  test('is read back as it was, whatever the texts are', () => {
    const texts = fc.sample(fc.tuple(anyText, anyText, anyTexts), { numRuns: 300, seed: 7 });
    const trees = parse(texts.map(([claim, summary, details]) => toJunit(withChecks([{ claim, outcome: 'failed', summary, details }], details))));
    trees.forEach((tree, index) => {
      const [claim, summary, details] = texts[index];
      const [, , , [[, , , children]]] = tree as Tree;
      const found = children.filter(([tag]) => tag === 'testcase');
      expect(found.map(([, { name }, , [[, { message }, text]]]) => [name, message, text])).toEqual([
        [readable(claim), readable(summary), readable([summary, ...details].join('\n'))],
      ]);
    });
  });

  test('is refused by that parser if control characters are left in it', () => {
    expect(parse(['<a b="\u0001"/>'])).toEqual([expect.stringContaining('not well-formed')]);
    expect(parse([`<a b="${escapeXml('\u0001')}"/>`, textElement('a', {}, '\u0001<')])).toEqual([['a', { b: '\u{FFFD}' }, '', []], ['a', {}, '\u{FFFD}<', []]]);
  });

  test('of no drills and no sections is a document still', () => {
    expect(parse([toJunit({ ...withChecks([]), sections: [], counts: { passed: 0, failed: 0, unknown: 0 } })])).toEqual([
      ['testsuites', expect.objectContaining({ tests: '0', failures: '0' }), expect.anything(), []],
    ]);
  });
});
