/** Every combination of options, for 1, 2, 3 and 10 regions, is clean under cdk-nag and keeps to its own region. */
import { Level, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import {
  EventReplication, GlobalEventBus, MultiRegionFunction, MultiRegionQueue, MultiRegionSystem, ReplicatedWorkflow, SubscriptionScope,
  WorkflowDefinition,
} from '../../src';
import { expectNoFindings } from '../support/findings';
import { expectOwnReferencesOnly } from '../support/references';
import { CODE, REGIONS, regions, testApp } from '../support/synth';

const REPLICATIONS: Record<string, () => EventReplication> = {
  all: () => EventReplication.all(),
  matching: () => EventReplication.matching({ detailType: ['OrderPlaced'] }),
  none: () => EventReplication.none(),
};

const CASES = [1, 2, 3, 10].flatMap(count => Object.keys(REPLICATIONS)
  .flatMap(replication => [true, false]
    .flatMap(replicationCanary => [true, false]
      .map(encrypted => ({ count, replication, replicationCanary, encrypted })))))
  // ten regions take long, and differ from three in nothing but their number, and that of the rules of replication
  .filter(({ count, replication, replicationCanary, encrypted }) => count < 10 || (replicationCanary && encrypted === (replication !== 'matching')));

function build({ count, replication, replicationCanary, encrypted }: typeof CASES[number]): MultiRegionSystem {
  const system = new MultiRegionSystem(testApp(), 'Shop', regions(count));
  const bus = new GlobalEventBus(system, 'Bus', {
    replication: REPLICATIONS[replication](),
    replicationCanary,
    logLevel: replicationCanary ? Level.TRACE : Level.OFF,
    schemaDiscovery: !encrypted,
    encryptionKeyArns: encrypted ? Object.fromEntries(REGIONS.slice(0, count).map(region => [region, `arn:aws:kms:${region}:111122223333:key/mrk-1`])) : undefined,
    organizationId: replicationCanary ? 'o-a1b2c3d4e5' : undefined,
    publisherAccounts: replicationCanary ? ['444455556666'] : undefined,
  });
  const eventPattern = { source: ['orders'] };
  const fn = new MultiRegionFunction(system, 'Handler', { codePath: CODE });
  bus.subscribe('function', { eventPattern, target: fn, input: RuleTargetInput.fromObject({ fixed: true }) });
  const queue = new MultiRegionQueue(system, 'Queue');
  queue.addConsumer(fn);
  bus.subscribe('queue', { eventPattern, target: queue, scope: SubscriptionScope.EVERY_REGION });
  const workflow = new ReplicatedWorkflow(system, 'Workflow', {
    definition: WorkflowDefinition.fromFile('test/support/hello.asl.json', { functions: { Hello: fn } }),
    trigger: { bus, eventPattern, idempotencyKeyPath: '$.detail.orderId' },
  });
  bus.subscribe('workflow', { eventPattern: { source: ['returns'] }, target: workflow });
  return system;
}

const NAMES = 'GlobalEventBus in $count regions, replication $replication, canary $replicationCanary, encrypted $encrypted';

test.each(CASES)(`${NAMES}, has no finding, and refers to nothing of another stack`, options => {
  const system = build(options);
  expectNoFindings(system);
  expectOwnReferencesOnly(system);
});
