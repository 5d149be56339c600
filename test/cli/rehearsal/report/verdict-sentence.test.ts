import { Report } from '../../../../cli/rehearsal/report/report';
import { faultPhrase, verdictSentence } from '../../../../cli/rehearsal/report/verdict-sentence';
import { Fault, Sent } from '../../../../cli/rehearsal/workload/workload';
import { sampleReport } from '../../../support/rehearsal/sample-report';

const freeze: Fault = { nemesis: 'freeze', regions: ['ap-southeast-2'], at: 10_000, until: 34_000, mayFail: true, mayDouble: true };

/** A report of one drill, in which a write was sent twice and acknowledged once, and another was never acknowledged. */
function reportOf(drill: Partial<Report['drills'][number]> = {}, rest: Partial<Report> = {}): Report {
  const sent = (key: string, type: 'ok' | 'unknown'): Sent => ({
    operation: { kind: 'place order', action: 'write', key }, customer: 'c', near: 'ap-southeast-2', region: 'ap-southeast-2', attempt: 0, at: 1, outcome: { type },
  });
  return {
    ...sampleReport({ drills: [] }),
    verdict: 'passed',
    counts: { passed: 3, failed: 0, unknown: 0 },
    operations: [sent('a', 'unknown'), sent('a', 'ok'), sent('a', 'ok'), sent('b', 'unknown')],
    drills: [{
      name: 'freeze',
      title: 'A region stops answering',
      verdict: 'passed',
      at: 0,
      until: 60_000,
      faults: [freeze],
      recoveryTimeMs: 12_340,
      requests: 4,
      failed: 2,
      doubled: 0,
      explained: 0,
      lost: 0,
      checks: [],
      ...drill,
    }],
    ...rest,
  };
}

describe('The sentence of a verdict', () => {
  test('says what happened, when customers were served again, what was lost and what was doubled', () => {
    expect(verdictSentence(reportOf())).toBe(
      'Survived 1 drill: ap-southeast-2 froze for 24 s, customers were served again after 12.3 s, 0 of 1 acknowledged write lost, 0 doubled.');
  });

  test('counts the faults of many drills, and has the longest recovery', () => {
    expect(verdictSentence(sampleReport())).toMatch(
      /^Survived 5 drills: 5 faults in \d regions, customers were served again after at most 12\.3 s, 0 of [\d,]+ acknowledged writes lost, 2 doubled \(a fault explains each\)\.$/);
  });

  test('names the drills that failed, the checks, and how many doubled for no reason', () => {
    const failed = reportOf({ verdict: 'failed', lost: 1, doubled: 3, explained: 1 }, { verdict: 'failed', counts: { passed: 1, failed: 2, unknown: 0 } });
    expect(verdictSentence(failed)).toBe(
      'Failed 1 of 1 drill (freeze), 2 checks did not hold: ap-southeast-2 froze for 24 s, customers were served again after 12.3 s, '
      + '1 of 1 acknowledged write lost, 3 doubled (no fault explains 2).');
  });

  test('says that customers were always served only if there were any', () => {
    expect(verdictSentence(reportOf({ recoveryTimeMs: undefined }))).toContain('customers were always served');
    expect(verdictSentence(reportOf({ recoveryTimeMs: undefined, requests: 0 }, { operations: [] }))).toBe('Survived 1 drill: ap-southeast-2 froze for 24 s, 0 doubled.');
  });

  test('does not count losses of writes that were never acknowledged', () => {
    expect(verdictSentence(reportOf({}, { operations: reportOf().operations.slice(3) }))).toContain('no write was acknowledged');
  });

  test('counts nothing that the rehearsal itself sent', () => {
    const [, acknowledged] = reportOf().operations;
    const readBack = { ...acknowledged, operation: { ...acknowledged.operation, key: 'c' }, isReadBack: true };
    expect(verdictSentence(reportOf({}, { operations: [acknowledged, readBack] }))).toContain('0 of 1 acknowledged write lost');
  });

  test('of a slow machine claims no success', () => {
    const sentence = verdictSentence(reportOf({ verdict: 'unknown' }, { verdict: 'unknown', counts: { passed: 1, failed: 0, unknown: 2 } }));
    expect(sentence).toMatch(/^Nothing failed, but this machine was too slow to tell 2 checks: /);
    expect(sentence).not.toContain('Survived');
  });

  test.each<[string, Partial<Report>, string]>([
    ['no drill', { verdict: 'passed', counts: { passed: 2, failed: 0, unknown: 0 } }, 'No drill ran, and 2 checks passed.'],
    ['nothing at all', { verdict: 'passed', counts: { passed: 0, failed: 0, unknown: 0 } }, 'Nothing was tried: no drill ran, and no check was made.'],
    ['a deployment that failed', { verdict: 'failed', counts: { passed: 0, failed: 1, unknown: 0 } }, 'Failed: 1 check of the deployment did not hold.'],
  ])('of %s', (_, rest, sentence) => expect(verdictSentence({ ...reportOf(), drills: [], ...rest })).toBe(sentence));

  test('of failures outside of the drills does not blame them', () => {
    expect(verdictSentence(reportOf({}, { verdict: 'failed', counts: { passed: 0, failed: 1, unknown: 0 } }))).toMatch(/^Failed: 1 check outside of the drills did not hold: /);
  });
});

test.each<[Partial<Fault>, string]>([
  [{ regions: ['a', 'b'], nemesis: 'evacuate' }, 'a and b were evacuated for 24 s'],
  [{ nemesis: 'slow' }, 'slow in ap-southeast-2 for 24 s'],
  [{ nemesis: 'replay', regions: [] }, 'replay for 24 s'],
  [{ until: undefined }, 'ap-southeast-2 froze and stayed so'],
])('a fault %j is told as "%s"', (fault, text) => expect(faultPhrase({ ...freeze, ...fault })).toBe(text));
