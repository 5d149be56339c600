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

  test.each([0, -1, 1.5, NaN])('throws if the reserved concurrency is %s', value => {
    const attempt = () => new MultiRegionFunction(testSystem(1), 'Handler', { codePath: CODE, reservedConcurrentExecutions: value });
    expectPropError(attempt, 'reservedConcurrentExecutions', String(value), 'a whole number of at least 1', 'Orders/Handler');
  });
});
