import { App, Stage } from 'aws-cdk-lib';
import { ENABLE_PARTITION_LITERALS } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import { MultiRegionSystem } from '../../src';
import { Layout } from '../../src/system/layout';
import { regions } from '../support/synth';

describe('RegionalScope', () => {
  test.each([true, false])('formats ARNs as the region\'s stacks do, and makes none (partition literals: %s)', literals => {
    for (const [account, stageAccount] of [[undefined, undefined], ['111122223333', undefined], [undefined, '444455556666']]) {
      const stage = new Stage(new App({ context: { [ENABLE_PARTITION_LITERALS]: literals } }), 'Prod', { env: { account: stageAccount } });
      const system = new MultiRegionSystem(stage, 'Orders', { ...regions(2), account });
      const arn = Layout.of(new Construct(system, 'Part')).in('us-west-2').arn({ service: 'sqs', resource: 'queue' });
      expect(system._allStacks).toEqual([]);
      const stack = system.stackIn('us-west-2');
      expect(stack.resolve(arn)).toEqual(stack.resolve(stack.formatArn({ service: 'sqs', resource: 'queue' })));
    }
  });
});
