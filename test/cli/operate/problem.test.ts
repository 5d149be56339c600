import { isMissing, isOfCredentials, isSilence, problemOf } from '../../../cli/operate/problem';

const named = (name: string, message = 'a message\nof two lines', more: object = {}) => Object.assign(new Error(message), { name, ...more });

test.each([
  ['no credentials', named('CredentialsProviderError'), /^there are no AWS credentials: .*--profile/],
  ['an expired token', named('ExpiredTokenException'), /^the AWS credentials have expired/],
  ['an expired token of an older protocol', named('ExpiredToken'), /^the AWS credentials have expired/],
  ['credentials that nobody knows', named('UnrecognizedClientException'), /^AWS does not know these credentials$/],
  ['a region that is not opted in to', named('OptInRequired'), /has not opted in/],
  ['too many requests', named('ThrottlingException'), /takes no more requests/],
  ['what is denied', named('AccessDeniedException'), /^access is denied: a message of two lines$/],
  ['silence', named('TimeoutError'), /^does not answer \(no answer in time\)$/],
  ['a closed port', named('Error', '', { code: 'ECONNREFUSED' }), /^does not answer \(ECONNREFUSED\)$/],
  ['a name that leads nowhere', named('Error', '', { code: 'ENOTFOUND' }), /^does not answer \(ENOTFOUND\)$/],
  ['anything else', named('ValidationException'), /^a message of two lines$/],
  ['what says nothing', named('InternalError', ''), /^InternalError$/],
])('says in one line what %s means', (_, error, line) => {
  expect(problemOf(error)).toMatch(line);
  expect(problemOf(error)).not.toContain('\n');
});

test('tells what is the credentials\', what is silence, and what is not there', () => {
  expect(['CredentialsProviderError', 'ExpiredTokenException', 'InvalidClientTokenId', 'AccessDeniedException'].map(name => isOfCredentials(named(name)))).toEqual([true, true, true, false]);
  expect([isSilence(named('TimeoutError')), isSilence(named('Error', '', { cause: { code: 'ETIMEDOUT' } })), isSilence(named('ThrottlingException'))]).toEqual([true, true, false]);
  expect(['ResourceNotFoundException', 'QueueDoesNotExist', 'TimeoutError'].map(name => isMissing(named(name)))).toEqual([true, true, false]);
});
