/** Many workflows with the longest names that are allowed stay below the quotas of what they share. */
import { Template } from 'aws-cdk-lib/assertions';
import { GlobalEventBus, MultiRegionFunction, MultiRegionSystem, ReplicatedWorkflow, SystemUnit, WorkflowDefinition } from '../../src';
import { sizeOf } from '../../src/system/inline-role';
import { CODE, errorOf, regions, resources, testApp } from '../support/synth';

/** As many as Lambda takes in the name of the longest function, `<system>-<unit>-<workflow>-Ledger-Recorder`. */
const LONGEST = 64 - '-Ledger-Recorder'.length;
const SYSTEM_NAME = 'S'.repeat(30);
const UNIT_NAME = 'Unit';

/** @param longer by how many characters the names are longer */
function build(longer = 0): MultiRegionSystem {
  const system = new MultiRegionSystem(testApp(), 'Shop', { ...regions(3), systemName: SYSTEM_NAME });
  const bus = new GlobalEventBus(system, 'B'.repeat(48));
  const hello = new MultiRegionFunction(system, 'Hello', { codePath: CODE });
  const unit = new SystemUnit(system, UNIT_NAME);
  // all in one stack would be more than 500 resources
  for (let i = 0; i < 12; i++) {
    const [scope, prefix] = i < 5 ? [system, SYSTEM_NAME] : [unit, `${SYSTEM_NAME}-${UNIT_NAME}`];
    new ReplicatedWorkflow(scope, `W${i}`.padEnd(LONGEST - prefix.length - 1 + longer, 'x'), {
      definition: WorkflowDefinition.fromFile('test/support/hello.asl.json', { functions: { Hello: hello } }),
      trigger: { bus, eventPattern: { detailType: [`Happened${i}`] }, idempotencyKeyPath: '$.detail.orderId' },
    });
  }
  return system;
}

describe('12 workflows with the longest names', () => {
  const system = build();
  const stacks = system._allStacks.map(stack => Template.fromStack(stack).toJSON());

  test('have the longest names', () => {
    const names = stacks.flatMap(template => resources(template, 'AWS::Lambda::Function')).map(({ Properties }) => Properties.FunctionName as string);
    expect(new Set(names.filter(name => name.endsWith('-Ledger-Recorder'))).size).toBe(12);
    expect(names.filter(name => name.endsWith('-Ledger-Recorder')).every(name => name.length === 64)).toBe(true);
    expect(errorOf(() => build(1))).toContain('the name of a Lambda function');
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
  test('leave room in the policy of each queue', () => {
    for (const { Properties } of stacks.flatMap(template => resources(template, 'AWS::SQS::QueuePolicy'))) {
      expect(Properties.PolicyDocument.Statement.length).toBeLessThan(20);
      expect(sizeOf(Properties.PolicyDocument)).toBeLessThan(8192);
    }
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  test('leave room in the policy of each function', () => {
    const byFunction = new Map<string, number>();
    stacks.forEach((template, i) => resources(template, 'AWS::Lambda::Permission').forEach(({ Properties }) => {
      const key = `${i} ${JSON.stringify(Properties.FunctionName)}`;
      // a statement as Lambda writes it has some 200 characters besides
      byFunction.set(key, (byFunction.get(key) ?? 0) + sizeOf(Properties) + 200);
    }));
    expect(byFunction.size).toBeGreaterThan(12);
    expect(Math.max(...byFunction.values())).toBeLessThan(20_480);
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  test('leave room in each role and in each managed policy', () => {
    for (const { Properties } of stacks.flatMap(template => resources(template, 'AWS::IAM::Role'))) {
      expect((Properties.Policies ?? []).reduce((sum: number, { PolicyDocument }: any) => sum + sizeOf(PolicyDocument), 0)).toBeLessThan(10_240);
      expect((Properties.ManagedPolicyArns ?? []).length).toBeLessThanOrEqual(10);
    }
    for (const { Properties } of stacks.flatMap(template => resources(template, 'AWS::IAM::ManagedPolicy'))) {
      expect(sizeOf(Properties.PolicyDocument)).toBeLessThan(6144);
    }
  });

  test('share one policy for log delivery and one for traces in each stack', () => {
    for (const template of stacks) {
      const policies = Object.keys(template.Resources).filter(id => /^(LogDelivery|Tracing)/.test(id));
      expect(policies.length).toBeLessThanOrEqual(2);
    }
  });
});
