import { Duration } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { MultiRegionFunction } from '../../src';
import { CODE, expectPropError, regional, testSystem } from '../support/synth';

describe('MultiRegionFunction', () => {
  test('reserves concurrency in every region', () => {
    const system = testSystem(2);
    new MultiRegionFunction(system, 'Handler', { codePath: CODE, reservedConcurrentExecutions: 25 });
    system.regions.forEach(region => regional(system, region).hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'Orders-Handler', ReservedConcurrentExecutions: 25,
    }));
  });

  test('keeps and retries asynchronous invocations as asked, and as Lambda does by default', () => {
    const system = testSystem(1);
    new MultiRegionFunction(system, 'Handler', { codePath: CODE, maxEventAge: Duration.minutes(5), retryAttempts: 0 });
    new MultiRegionFunction(system, 'Other', { codePath: CODE });
    const template = regional(system, 'ap-southeast-2');
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 0 });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumEventAgeInSeconds: Match.absent(), MaximumRetryAttempts: Match.absent() });
  });

  test.each<[string, object, string, string]>([
    ['maxEventAge', { maxEventAge: Duration.seconds(59) }, '59 seconds', '1 minute to 6 hours'],
    ['maxEventAge', { maxEventAge: Duration.hours(7) }, '7 hours', '1 minute to 6 hours'],
    ['retryAttempts', { retryAttempts: 3 }, '3', 'a whole number from 0 to 2'],
    ['retryAttempts', { retryAttempts: -1 }, '-1', 'a whole number from 0 to 2'],
  ])('throws if %s is out of range: %j', (prop, props, value, allowed) => {
    expectPropError(() => new MultiRegionFunction(testSystem(1), 'Handler', { codePath: CODE, ...props }), prop, value, allowed, 'Orders/Handler');
  });

  test.each([0, -1, 1.5, NaN])('throws if the reserved concurrency is %s', value => {
    const attempt = () => new MultiRegionFunction(testSystem(1), 'Handler', { codePath: CODE, reservedConcurrentExecutions: value });
    expectPropError(attempt, 'reservedConcurrentExecutions', String(value), 'a whole number of at least 1', 'Orders/Handler');
  });
});
