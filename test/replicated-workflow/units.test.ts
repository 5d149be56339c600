import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { GlobalEventBus, GlobalTable, MultiRegionFunction, MultiRegionSystem, ReplicatedWorkflow, SystemUnit, WorkflowDefinition } from '../../src';
import { countResources } from '../../src/system/region-stacks';
import { CODE, resources, statementsOf, testSystem } from '../support/synth';

/** A workflow in a unit of its own, with its bus in the system itself, and the functions of its steps in another unit. */
function build(count: number): { system: MultiRegionSystem; unit: SystemUnit } {
  const system = testSystem(count);
  const bus = new GlobalEventBus(system, 'Bus');
  const hello = new MultiRegionFunction(new SystemUnit(system, 'Steps'), 'Hello', { codePath: CODE });
  const unit = new SystemUnit(system, 'Billing');
  const workflow = new ReplicatedWorkflow(unit, 'Invoice', {
    definition: WorkflowDefinition.fromFile('test/support/hello.asl.json', { functions: { Hello: hello } }),
    trigger: { bus, eventPattern: { detailType: ['OrderPlaced'] }, idempotencyKeyPath: '$.detail.orderId' },
  });
  new GlobalTable(system, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } }).grantReadData(workflow);
  return { system, unit };
}

describe('ReplicatedWorkflow in a unit', () => {
  test.each([1, 3])('has its parts in the unit\'s stacks, and refers to no other stack, in %i regions', count => {
    const { system, unit } = build(count);
    for (const stack of system._allStacks) {
      // throws if a reference would need an export
      const template = Template.fromStack(stack).toJSON();
      expect([stack.stackName, /Fn::ImportValue|Fn::GetStackOutput|Exports(Reader|Writer)/.test(JSON.stringify(template))]).toEqual([stack.stackName, false]);
      const isOurs = unit._stacks.regionalStacks.includes(stack);
      expect(resources(template, 'AWS::StepFunctions::StateMachine')).toHaveLength(isOurs ? 1 : 0);
      expect(resources(template, 'AWS::Scheduler::Schedule').filter(({ Properties }) => /sweeper/.test(Properties.Description))).toHaveLength(isOurs ? 1 : 0);
    }
  });

  test('names the functions of another unit, and is named by the bus of another, by literal ARNs', () => {
    const { system, unit } = build(2);
    const template = Template.fromStack(unit._stacks.stackIn('us-west-2'));
    const literal = (service: string, rest: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:${service}:us-west-2:`, { Ref: 'AWS::AccountId' }, `:${rest}`]] });
    const hello = literal('lambda', 'function:Orders-Steps-Hello:live');
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', { StateMachineName: 'Orders-Billing-Invoice', DefinitionSubstitutions: { Hello: hello } });
    expect(statementsOf(template, 'InvoiceRole')).toContainEqual({ Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: hello });
    const triggers = system._allStacks.filter(({ region }) => region === 'us-west-2').flatMap(stack => resources(Template.fromStack(stack), 'AWS::Events::Rule'))
      .filter(({ Properties }) => Properties.Name === 'Billing-Invoice');
    expect(triggers).toHaveLength(1);
    expect(triggers[0].Properties.Targets[0].Arn).toEqual(literal('sqs', 'Orders-Billing-Invoice-events'));
  });

  test('keeps what its recorder did not get in the unit\'s own dead-letter queue', () => {
    const { unit } = build(2);
    const [rule] = resources(Template.fromStack(unit._stacks.stackIn('us-west-2')), 'AWS::Events::Rule').filter(({ Properties }) => Properties.Name === 'Orders-Billing-Invoice-Ledger-Ended');
    expect(rule.Properties.Targets[0].DeadLetterConfig.Arn).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^DeadLettersUndelivered/), 'Arn'] });
    const [queue] = resources(Template.fromStack(unit._stacks.stackIn('us-west-2')), 'AWS::SQS::Queue').filter(({ Properties }) => Properties.QueueName === 'Orders-Billing-DeadLetters');
    expect(queue).toBeDefined();
  });

  test('has its alarm on unresolved events in the unit\'s mesh stack, and no finding', () => {
    const { system, unit } = build(2);
    expect(resources(Template.fromStack(unit._stacks.meshIn('us-west-2')), 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties.MetricName)).toContain('OldestUnresolvedSeconds');
    for (const pack of [new AwsSolutionsChecks(system.node.root), new ServerlessChecks(system.node.root)]) {
      expect(pack.validateScope(system.node.root).violations).toEqual([]);
    }
    expect(system._allStacks.filter((stack: Stack) => countResources(stack) === 0)).toEqual([]);
  });
});
