/** What AWS was only believed to do, and is tried on what is deployed. */
import { readFileSync } from 'fs';
import { ttlFinding } from '../../../../cli/doctor/after/alias-ttl';
import { AFTER } from '../../../../cli/doctor/after/all-checks';
import { recordFindings } from '../../../../cli/doctor/after/certificate-records';
import { metricFinding } from '../../../../cli/doctor/after/embedded-metrics';
import { arnFinding } from '../../../../cli/doctor/after/execution-arns';
import { checkersFinding } from '../../../../cli/doctor/after/health-checks';
import { sizeFinding } from '../../../../cli/doctor/after/queue-message-size';
import { probeMetrics, probesFinding } from '../../../../cli/doctor/after/waf-probes';
import { StackArtifact } from '../../../../cli/system/cloud-assembly';

test('each row of docs/AWS.md that a check tries is unverified and names it, and each check that tries one is named', () => {
  const rows = readFileSync('docs/AWS.md', 'utf8').split('\n').filter(line => line.startsWith('| ') && line.includes('Tried by `doctor`'));
  const named = rows.map(row => ({ id: /Tried by `doctor`: `([a-z-]+)`/.exec(row)?.[1], isUnverified: row.includes('*unverified*:') }));
  expect(named.filter(({ isUnverified }) => !isUnverified)).toEqual([]);
  expect([...new Set(named.map(({ id }) => id))].sort()).toEqual(AFTER.filter(({ isTrial }) => isTrial).map(({ name }) => name).sort());
});

test('each check has a name of its own, a claim, and what says that AWS behaves so', () => {
  expect(new Set(AFTER.map(({ name }) => name)).size).toBe(AFTER.length);
  expect(AFTER.filter(({ name, claim, source, when }) => (
    !/^[a-z]+(-[a-z]+)*$/.test(name) || !/^[A-Z].*\.$/.test(claim) || !source?.startsWith('https://') || when !== 'after deployment'))).toEqual([]);
});

test('resolvers keep an answer for a minute', () => {
  expect(ttlFinding('example.com', [60, 30])).toEqual({ verdict: 'ok', says: 'resolvers keep the addresses of example.com for 60 s' });
  expect(ttlFinding('example.com', [60, 300])).toMatchObject({ verdict: 'warning', advice: expect.stringContaining('240 s later') });
  expect(ttlFinding('example.com', [])).toMatchObject({ verdict: 'failed' });
});

test('an endpoint is healthy if more than 18 % of the checkers say so', () => {
  const checkers = (good: number, bad: number) => checkersFinding('eu-west-1', 'eu-west-1.example.com', [
    ...Array.from({ length: good }, () => 'Success: HTTP Status Code 200, OK'), ...Array.from({ length: bad }, () => 'Failure: HTTP Status Code 403, Forbidden'),
  ]);
  expect(checkers(16, 0)).toEqual({ region: 'eu-west-1', verdict: 'ok', says: '16 of 16 checkers reach eu-west-1.example.com' });
  expect(checkers(3, 13)).toMatchObject({ verdict: 'warning', says: expect.stringContaining('403, Forbidden') });
  expect(checkers(2, 14).verdict).toBe('failed');
  expect(checkers(0, 0).verdict).toBe('unknown');
});

test('what the rule for probes counts under is in the template', () => {
  const Rules = [{ Name: 'ProbeRateLimit', VisibilityConfig: { MetricName: 'Orders-ProbeRateLimit' } }, { Name: 'Probes', VisibilityConfig: { MetricName: 'Orders-Probes' } }];
  const Resources = { Acl: { Type: 'AWS::WAFv2::WebACL', Properties: { Rules } }, Other: { Type: 'AWS::WAFv2::WebACL', Properties: {} } };
  expect(probeMetrics([{ template: { Resources } } as unknown as StackArtifact])).toEqual(['Orders-Probes']);
  expect([true, false].map(hasAllowed => probesFinding('eu-west-1', 'Orders-Probes', hasAllowed).verdict)).toEqual(['ok', 'warning']);
});

test('certificates of several regions for one name have one record', () => {
  const of = (region: string, name: string, record: string) => ({ region, name, record });
  const shared = [of('eu-west-1', 'example.com', '_1 _2'), of('us-west-2', 'example.com', '_1 _2'), of('us-west-2', 'us-west-2.example.com', '_3 _4')];
  expect(recordFindings(shared)).toEqual([{ verdict: 'ok', says: 'the certificates of eu-west-1, us-west-2 for example.com have one record' }]);
  expect(recordFindings([shared[0], of('us-west-2', 'example.com', '_5 _6')])).toEqual([expect.objectContaining({ verdict: 'warning', says: expect.stringContaining('us-west-2 by _5 _6') })]);
});

test('a metric that is logged each minute is there', () => {
  expect([true, false].map(isThere => metricFinding('eu-west-1', 'Flow', isThere).verdict)).toEqual(['ok', 'failed']);
});

test('a queue takes 1 MiB', () => {
  expect([1_048_576, 262_144, Number.NaN].map(bytes => sizeFinding('eu-west-1', 'queue', bytes).verdict)).toEqual(['ok', 'warning', 'warning']);
});

test('the ARN of an execution names no alias', () => {
  const machine = 'arn:aws:states:eu-west-1:111122223333:stateMachine:Flow';
  const [arn, alias] = ['arn:aws:states:eu-west-1:111122223333:execution:Flow:a', `${machine}:live`];
  expect(arnFinding('eu-west-1', machine, { executionArn: arn, name: 'a' }, alias).verdict).toBe('ok');
  expect(arnFinding('eu-west-1', machine, { executionArn: arn, name: 'a' }, undefined).verdict).toBe('unknown');
  expect(arnFinding('eu-west-1', machine, { executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:Flow:live:a', name: 'a' }, alias).verdict).toBe('failed');
});
