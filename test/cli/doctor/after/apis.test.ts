/** What APIs answer, and what it means. */
import { answeringRegion, healthFinding } from '../../../../cli/doctor/after/api-health';
import { evacuationFinding } from '../../../../cli/doctor/after/evacuation-answers';
import { sharedNameFinding } from '../../../../cli/doctor/after/shared-name';
import { unmappedFinding } from '../../../../cli/doctor/after/unmapped-name';
import { Evacuation } from '../../../../src/evacuation-switch/constants';

const answer = (status: number, body: unknown) => ({ status, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) });
const HEALTHY = answer(200, { status: 'ok', region: 'us-west-2', version: '7' });
const NO_ANSWER = { problem: 'does not answer (no answer in time)', isSilent: true, isOfCredentials: false };

test('a region answers by its own name', () => {
  expect(healthFinding('us-west-2', 'us-west-2.example.com', HEALTHY)).toEqual({ region: 'us-west-2', verdict: 'ok', says: 'us-west-2.example.com answers' });
});

test('a name that leads to another region, or to somebody else, fails', () => {
  expect(healthFinding('eu-west-1', 'eu-west-1.example.com', HEALTHY)).toMatchObject({ verdict: 'failed', says: 'eu-west-1.example.com is answered by us-west-2' });
  expect(healthFinding('us-west-2', 'us-west-2.example.com', answer(200, '<html>'))).toMatchObject({ verdict: 'failed', says: expect.stringContaining('somebody else') });
  expect(answeringRegion('{"region":7}')).toBeUndefined();
});

test.each([301, 403, 404, 500, 502])('a health check that is answered with %d fails', status => {
  expect(healthFinding('us-west-2', 'us-west-2.example.com', answer(status, { region: 'us-west-2' }))).toMatchObject({ verdict: 'failed' });
});

test('the name that regions share leads to one of them', () => {
  expect(sharedNameFinding('example.com', ['us-west-2'], HEALTHY)).toEqual({ verdict: 'ok', says: 'example.com leads to us-west-2 from here' });
  expect(sharedNameFinding('example.com', ['eu-west-1'], HEALTHY)).toMatchObject({ verdict: 'failed' });
  expect(sharedNameFinding('example.com', ['us-west-2'], answer(403, { message: 'Forbidden' }))).toMatchObject({ verdict: 'failed', advice: expect.stringContaining('custom domain name') });
});

const asked = { region: 'eu-west-1', peer: 'us-west-2', host: 'eu-west-1.example.com' };
const EVACUATION: Evacuation = { pk: 'evacuation#us-west-2', by: 'somebody', reason: 'payments fail' };
const says = (status: number, evacuated: boolean, region = 'us-west-2') => ({ value: answer(status, { region, evacuated }) });

test('404 while a region is not evacuated, and 200 while it is', () => {
  expect(evacuationFinding(asked, says(404, false), { value: undefined })).toMatchObject({ verdict: 'ok' });
  expect(evacuationFinding(asked, says(200, true), { value: EVACUATION })).toMatchObject({
    verdict: 'warning', says: 'us-west-2 is evacuated, as eu-west-1.example.com answers, by somebody: payments fail', advice: 'when it is well: cdk-multi-region restore us-west-2',
  });
});

test.each([
  ['an answer with 500', { value: answer(500, '') }],
  ['a 404 of somebody else', { value: answer(404, { message: 'Not Found' }) }],
  ['a 404 for a region that is not known there', { value: answer(404, { title: 'No such region', status: 404 }) }],
  ['a 200 of somebody else', { value: answer(200, '<html>') }],
  ['a 200 that says no', says(200, false)],
  ['a 404 that says yes', says(404, true)],
  ['an answer about another region', says(404, false, 'eu-west-1')],
  ['silence', NO_ANSWER],
])('%s fails', (_, given) => {
  expect(evacuationFinding(asked, given, { value: undefined })).toMatchObject({ region: 'eu-west-1', verdict: 'failed' });
});

test('an answer that the control table speaks against fails', () => {
  expect(evacuationFinding(asked, says(404, false), { value: EVACUATION })).toMatchObject({ verdict: 'failed' });
  expect(evacuationFinding(asked, says(200, true), { value: undefined })).toMatchObject({ verdict: 'failed' });
  expect(evacuationFinding(asked, says(404, false), NO_ANSWER)).toMatchObject({ verdict: 'unknown' });
});

test('a name that is not mapped is refused', () => {
  const finding = (status: number) => unmappedFinding('eu-west-1', 'eu-west-1.example.com', 'us-west-2.example.com', { value: answer(status, '') }).verdict;
  expect([200, 302, 403, 404, 421].map(finding)).toEqual(['failed', 'failed', 'ok', 'warning', 'warning']);
  expect(unmappedFinding('eu-west-1', 'a', 'b', NO_ANSWER).verdict).toBe('unknown');
});
