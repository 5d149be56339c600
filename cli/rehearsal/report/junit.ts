import { CheckReport, Report } from './report';
import { element, textElement } from './xml';

interface Suite {
  readonly name: string;
  /** Milliseconds since the start of the rehearsal. */
  readonly at: number;
  readonly durationMs: number;
  readonly checks: readonly CheckReport[];
  readonly notes: readonly string[];
}

/**
 * Renders a report as JUnit XML: a test suite for each drill and section, and a test case for each check.
 *
 * A check that could not be judged is skipped: it neither passed nor failed.
 *
 * @see https://github.com/testmoapp/junitxml
 */
export function toJunit(report: Report): string {
  const suites = suitesOf(report);
  const { passed, failed, unknown } = report.counts;
  const attributes = {
    name: `${report.kind ?? 'rehearsal'} of ${report.system}`, tests: passed + failed + unknown, failures: failed, skipped: unknown, errors: 0, time: seconds(report.durationMs),
  };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', attributes, suites.map(suite => suiteElement(suite, report)))}`;
}

function suitesOf({ drills, sections }: Report): Suite[] {
  return [
    ...drills.map(({ name, title, at, until, checks }) => ({ name: `${name}: ${title}`, at, durationMs: until - at, checks, notes: [] })),
    ...sections.map(({ title, notes, checks }) => ({ name: title, at: 0, durationMs: 0, checks, notes })),
  ];
}

function suiteElement({ name, at, durationMs, checks, notes }: Suite, report: Report): string {
  const count = (outcome: CheckReport['outcome']) => checks.filter(check => check.outcome === outcome).length;
  const attributes = {
    name,
    tests: checks.length,
    failures: count('failed'),
    skipped: count('unknown'),
    errors: 0,
    time: seconds(durationMs),
    // without a zone and milliseconds, as readers expect it
    timestamp: new Date(Date.parse(report.startedAt) + at).toISOString().slice(0, 19),
  };
  const properties = Object.entries({ seed: report.seed, regions: report.regions.join(',') }).map(([key, value]) => element('property', { name: key, value }));
  return element('testsuite', attributes, [
    element('properties', {}, properties),
    ...checks.map(check => caseElement(check, `${report.system}.${name}`)),
    ...notes.length === 0 ? [] : [textElement('system-out', {}, notes.join('\n'))],
  ]);
}

function caseElement({ claim, outcome, summary, details = [] }: CheckReport, classname: string): string {
  const attributes = { name: claim, classname, time: 0 };
  switch (outcome) {
    case 'passed':
      return element('testcase', attributes);
    case 'failed':
      return element('testcase', attributes, [textElement('failure', { message: summary, type: 'failed' }, [summary, ...details].join('\n'))]);
    case 'unknown':
      return element('testcase', attributes, [element('skipped', { message: `could not be judged: ${summary}` })]);
  }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
