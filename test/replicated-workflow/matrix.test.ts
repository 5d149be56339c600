/** Every combination of options, for 1, 2, 3 and 10 regions, is clean under cdk-nag and keeps to its own region. */
import { Pass, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { GlobalEventBus, MultiRegionFunction, MultiRegionSystem, ReplicatedWorkflow, WorkflowDefinition, WorkflowDeployment, WorkflowOwnership } from '../../src';
import { expectNoFindings } from '../support/findings';
import { expectOwnReferencesOnly } from '../support/references';
import { CODE, REGIONS, regions, testApp } from '../support/synth';

const OWNERSHIPS: Record<string, () => WorkflowOwnership> = {
  'origin': () => WorkflowOwnership.originRegion(),
  'origin, no takeover': () => WorkflowOwnership.originRegion({ takeover: false }),
  'primary': () => WorkflowOwnership.primaryRegion(),
  'every': () => WorkflowOwnership.everyRegion(),
};

const CASES = [1, 2, 3, 10].flatMap(count => Object.keys(OWNERSHIPS)
  .flatMap(ownership => (ownership === 'origin' ? [StateMachineType.STANDARD] : [StateMachineType.STANDARD, StateMachineType.EXPRESS])
    .flatMap(type => [true, false]
      .map(encrypted => ({ count, ownership, type, encrypted })))))
  // what differs between ten regions and three is the number only
  .filter(({ count, encrypted }) => count < 10 || encrypted);

function build({ count, ownership, type, encrypted }: typeof CASES[number]): MultiRegionSystem {
  const system = new MultiRegionSystem(testApp(), 'Shop', { ...regions(count), account: encrypted ? '111122223333' : undefined });
  const hello = new MultiRegionFunction(system, 'Hello', { codePath: CODE });
  new ReplicatedWorkflow(system, 'Workflow', {
    definition: encrypted
      ? WorkflowDefinition.fromFile('test/support/hello.asl.json', { functions: { Hello: hello } })
      : WorkflowDefinition.fromBinding({ bind: scope => new Pass(scope, 'Pass') }),
    trigger: { bus: new GlobalEventBus(system, 'Bus'), eventPattern: { source: ['orders'] }, idempotencyKeyPath: '$.detail.orderId' },
    ownership: OWNERSHIPS[ownership](),
    type,
    deployment: encrypted ? undefined : WorkflowDeployment.allAtOnce(),
    encryptionKeyArns: encrypted ? Object.fromEntries(REGIONS.slice(0, count).map(region => [region, `arn:aws:kms:${region}:111122223333:key/mrk-1`])) : undefined,
  });
  return system;
}

const NAMES = 'ReplicatedWorkflow in $count regions, ownership $ownership, $type, encrypted $encrypted';

test.each(CASES)(`${NAMES}, has no finding, and refers to nothing of another stack`, options => {
  const system = build(options);
  expectNoFindings(system);
  expectOwnReferencesOnly(system);
});
