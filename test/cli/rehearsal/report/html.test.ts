import { createHash } from 'crypto';
import fc from 'fast-check';
import { inHtml, toHtml } from '../../../../cli/rehearsal/report/html';
import { pageAssets } from '../../../../cli/rehearsal/report/page-assets';
import { Report } from '../../../../cli/rehearsal/report/report';
import { sampleReport } from '../../../support/rehearsal/sample-report';

const report = sampleReport({ drills: ['freeze'], isBroken: true });
const html = toHtml(report);

const HOSTILE = ['</script><script>alert(1)</script>', '<!--<script>', '"><img src=x onerror=alert(1)>', '\u2028\u0000\uD800', ']]>&lt;'];

/** The report with a text wherever a workload, a region or an app may put one. */
const hostileReport = (text: string): Report => ({
  ...report,
  app: text,
  system: text,
  command: text,
  drills: report.drills.map(drill => ({ ...drill, name: text, title: text, checks: [{ claim: text, outcome: 'failed', summary: text, details: [text] }] })),
  sections: [{ title: text, notes: [text], checks: [] }],
  operations: report.operations.slice(0, 3).map(sent => ({
    ...sent, customer: text, operation: { ...sent.operation, kind: text, key: text, value: { [text]: text } }, outcome: { type: 'fail', told: text },
  })),
  moments: [{ at: 1, kind: 'step', text }],
  emulation: { types: [{ type: text, verdict: 'skipped', count: 1, note: text }], scaled: [text] },
});

/** All that a parser would take for a tag or a comment, outside of the page's own code. */
const tagsIn = (text: string) => text.replace(pageAssets().script, () => '').match(/<\/?[a-z!][^\s>]*/gi)!.sort();
const dataIn = (text: string) => JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(text)![1]);

describe('The page', () => {
  test('has the verdict, the drills and the checks before any script has run', () => {
    const body = html.slice(html.indexOf('<body'), html.indexOf('<script'));
    expect(body).toContain('<h1>Failed 1 of 1 drill (freeze), 2 checks did not hold: ');
    expect(body).toContain('A region stops answering');
    expect(body).toContain('nothing acknowledged is lost');
    expect(body).toContain('All times are those of this harness, and never those of AWS.');
    expect(body).toContain('--seed 1');
    expect(body).toContain('AWS::Kinesis::Stream');
  });

  test('may ask for nothing, and runs only the code that it has', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)![1];
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const { script, style } = pageAssets();
    expect(policy.split('; ')).toEqual([
      "default-src 'none'", `script-src ${hash(script)}`, `style-src ${hash(style)}`, 'img-src data:', "connect-src 'none'", "base-uri 'none'", "form-action 'none'",
    ]);
    expect(html).toContain(`<script>${script}</script>`);
    expect(html).toContain(`<style>${style}</style>`);
    // the policy allows no such attribute
    expect(html.slice(html.indexOf('<body'), html.indexOf('<script'))).not.toMatch(/ style=| on[a-z]+=/);
  });

  test('has its code in less than 120 KB, which ends no element of the page', () => {
    const { script, style } = pageAssets();
    expect(script.length + style.length).toBeLessThan(120_000);
    expect(script).not.toMatch(/<\/script|<!--/i);
    expect(style).not.toMatch(/<\/style/i);
  });

  test('has the whole report in it', () => {
    expect(dataIn(html)).toEqual(JSON.parse(JSON.stringify(report)));
  });

  test.each(HOSTILE)('takes %j for a text, and nothing else', text => {
    const hostile = toHtml(hostileReport(text));
    expect(tagsIn(hostile)).toEqual(tagsIn(toHtml(hostileReport('harmless'))));
    expect(dataIn(hostile)).toEqual(JSON.parse(JSON.stringify(hostileReport(text))));
  });

  test('takes any text for a text', () => {
    const harmless = tagsIn(toHtml(hostileReport('harmless')));
    const part = fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }), fc.constantFrom('<', '>', '</', 'script', '<!--', '-->', '"', '\'', '&', '\\'));
    fc.assert(fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), parts => {
      const hostile = toHtml(hostileReport(parts.join('')));
      expect(tagsIn(hostile)).toEqual(harmless);
      expect(dataIn(hostile)).toEqual(JSON.parse(JSON.stringify(hostileReport(parts.join('')))));
    }), { numRuns: 20 });
  });

  test('is live with a place for a panel, and may then ask where it comes from', () => {
    const live = toHtml(report, { script: '/live.js', style: '/live.css' });
    expect(live).toContain('<body data-live="true">\n<div id="live"></div>\n<div id="report">');
    expect(live).toContain('<script src="/live.js"></script>');
    expect(live).toContain('<link rel="stylesheet" href="/live.css"/>');
    expect(live).toMatch(/script-src 'sha256-[^;]* 'self'; style-src 'sha256-[^;]* 'self'; img-src data:; connect-src 'self';/);
    expect(live).toContain('<h1>So far: ');
    expect(live).not.toContain('id="data"');
    expect(html).not.toContain('id="live"');
  });
});

test('JSON in a page is the same value, without a character that begins a tag', () => {
  fc.assert(fc.property(fc.json(), fc.string({ unit: 'binary' }), (json, text) => {
    const value = { json: JSON.parse(json), [text]: `<${text}` };
    const written = inHtml(JSON.stringify(value));
    expect(written).not.toContain('<');
    expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(value)));
  }));
});
