import { startErrorOf, Unstartable } from '../../src/replicated-workflow/start-errors';

const error = (name: string, properties: object = {}) => Object.assign(new Error('quotes {"card":4111}'), { name, ...properties });

describe('an error of StartExecution', () => {
  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
  test.each([['InvalidName', 'INVALID_NAME'], ['InvalidExecutionInput', 'INVALID_EXECUTION_INPUT'], ['ValidationException', 'INVALID_REQUEST']])('%s is for good', (name, code) => {
    const found = startErrorOf(error(name)) as Unstartable;
    expect(found).toBeInstanceOf(Unstartable);
    expect([found.code, found.message]).toEqual([code, expect.stringContaining(name)]);
    expect(found.message).not.toContain('4111');
  });

  test.each([
    'ExecutionLimitExceeded', 'InvalidArn', 'KmsAccessDeniedException', 'KmsInvalidStateException', 'KmsThrottlingException', 'StateMachineDeleting', 'StateMachineDoesNotExist',
    'ThrottlingException', 'AccessDeniedException', 'ServiceUnavailable', 'InternalFailure', 'ExpiredTokenException', 'UnrecognizedClientException', 'TimeoutError', 'AbortError', 'TypeError', 'toString',
  ])('%s is retried', name => {
    const original = error(name);
    expect(startErrorOf(original)).toBe(original);
  });

  test.each(['INVALID_ROUTING_CONFIGURATION', 'API_DOES_NOT_SUPPORT_LABELED_ARNS'])('about the state machine, for the reason %s, is retried', reason => {
    const original = error('ValidationException', { reason });
    expect(startErrorOf(original)).toBe(original);
  });

  test('that is no Error is retried', () => {
    expect(startErrorOf('InvalidName')).toBe('InvalidName');
  });
});
