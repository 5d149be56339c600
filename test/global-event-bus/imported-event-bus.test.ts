import { Lazy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import {
  GlobalEventBus, GlobalTable, MultiRegionDashboard, MultiRegionFunction, MultiRegionQueue, MultiRegionSystem, ReplicatedWorkflow, SubscriptionScope,
  SystemUnit, WorkflowDefinition,
} from '../../src';
import { allTemplates, CODE, expectPropError, regional, regions, resources, statementsOf, testApp, testSystem } from '../support/synth';

const PATTERN = { source: ['shop'] };
const handlerOf = (system: MultiRegionSystem | SystemUnit) => new MultiRegionFunction(system, 'Handler', { codePath: CODE });

describe('GlobalEventBus.fromEventBusName', () => {
  test('makes nothing', () => {
    const system = testSystem();
    const bus = GlobalEventBus.fromEventBusName(system, 'Bus', 'their-bus');
    expect([bus.eventBusName, bus.inRegion('us-west-2').eventBusName, bus.inRegion('us-west-2')]).toEqual(['their-bus', 'their-bus', bus.inRegion('us-west-2')]);
    expect(Template.fromStack(system.stackIn('us-west-2')).toJSON().Resources ?? {}).toEqual({});
  });

  test('makes no bus, archive or replication with a subscription', () => {
    const system = testSystem(3);
    GlobalEventBus.fromEventBusName(system, 'Bus', 'their-bus').subscribe('ToQueue', { eventPattern: PATTERN, target: new MultiRegionQueue(system, 'Jobs') });
    const all = Object.values(allTemplates(system));
    for (const type of ['AWS::Events::EventBus', 'AWS::Events::Archive', 'AWS::Events::EventBusPolicy']) expect(all.flatMap(template => resources(template, type))).toEqual([]);
    const rules = all.flatMap(template => resources(template, 'AWS::Events::Rule')).map(({ Properties }) => Properties);
    expect(rules.map(({ EventBusName }) => EventBusName)).toEqual(['their-bus', 'their-bus', 'their-bus']);
    expect(rules.map(({ EventPattern }) => EventPattern.region)).toEqual(system.regions.map(region => [region]));
  });

  test('keeps what its rules could not deliver, and has alarms on that', () => {
    const system = testSystem();
    GlobalEventBus.fromEventBusName(system, 'Bus', 'their-bus').subscribe('ToQueue', { eventPattern: PATTERN, target: new MultiRegionQueue(system, 'Jobs') });
    const template = regional(system, 'us-west-2');
    const [{ Properties: { Name, Targets } }] = resources(template, 'AWS::Events::Rule');
    expect(Targets[0].DeadLetterConfig).toBeDefined();
    const metrics = resources(template, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties).filter(({ Namespace }) => Namespace === 'AWS/Events');
    expect(metrics.map(({ MetricName }) => MetricName).sort()).toEqual(['FailedInvocations', 'IngestionToInvocationSuccessLatency']);
    for (const { Dimensions } of metrics) expect(Dimensions).toContainEqual({ Name: 'RuleName', Value: Name });
  });

  test('names the rules of two systems on one bus differently', () => {
    const app = testApp();
    const systems = ['Orders', 'Billing'].map(id => {
      const system = new MultiRegionSystem(app, id, regions(2));
      GlobalEventBus.fromEventBusName(system, 'Bus', 'shared').subscribe('ToQueue', { eventPattern: PATTERN, target: new MultiRegionQueue(system, 'Jobs') });
      return system;
    });
    expect(systems.flatMap(system => resources(regional(system, 'us-west-2'), 'AWS::Events::Rule').map(({ Properties }) => Properties.Name))).toEqual(['Orders-ToQueue', 'Billing-ToQueue']);
  });

  test('is that of another system of the same app, which has it replicated', () => {
    const app = testApp();
    const owner = new GlobalEventBus(new MultiRegionSystem(app, 'Orders', regions(2)), 'Bus');
    const billing = new MultiRegionSystem(app, 'Billing', regions(2));
    const bus = GlobalEventBus.fromEventBusName(billing, 'OrdersBus', owner.eventBusName);
    const handler = handlerOf(billing);
    bus.grantPutEvents(handler);
    bus.subscribe('Bill', { eventPattern: PATTERN, target: handler, scope: SubscriptionScope.EVERY_REGION });
    expect(app.synth().stacks.length).toBeGreaterThan(4);
    const [put] = statementsOf(regional(billing, 'us-west-2'), 'Handler').filter(({ Action }) => Action === 'events:PutEvents');
    expect(JSON.stringify(put.Resource)).toContain('us-west-2');
    expect(JSON.stringify(put.Resource)).toContain('event-bus/Orders-Bus');
  });

  test('takes the changes of a table, starts a workflow, and is drawn', () => {
    const system = testSystem();
    const bus = GlobalEventBus.fromEventBusName(system, 'Bus', 'their-bus');
    new GlobalTable(system, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } }).publishChangesTo(bus, { detailType: 'Changed' });
    new ReplicatedWorkflow(system, 'Flow', {
      definition: WorkflowDefinition.fromFile('test/support/hello.asl.json', { functions: { Hello: handlerOf(system) } }),
      trigger: { bus, eventPattern: PATTERN, idempotencyKeyPath: '$.detail.id' },
    });
    new MultiRegionDashboard(system, 'Dashboard');
    const text = JSON.stringify(allTemplates(system));
    expect(text).toContain('event-bus/their-bus');
    expect(text).toContain('Do events of their-bus flow?');
    expect(text).toContain('Orders-Flow');
  });

  test('gives events to another unit by its mesh stack', () => {
    const system = testSystem();
    const unit = new SystemUnit(system, 'Billing');
    GlobalEventBus.fromEventBusName(system, 'Bus', 'their-bus').subscribe('Bill', { eventPattern: PATTERN, target: handlerOf(unit) });
    expect(resources(Template.fromStack(system.meshStackIn('us-west-2')), 'AWS::Events::Rule').map(({ Properties }) => Properties.EventBusName)).toEqual(['their-bus']);
  });

  test.each<[string, any]>([['""', ''], ['"my bus"', 'my bus'], ['"default"', 'default'], ['an unresolved token', Lazy.string({ produce: () => 'bus' })], ['undefined', undefined]])('throws if the name is %s', (shown, name) => {
    expectPropError(() => GlobalEventBus.fromEventBusName(testSystem(), 'Bus', name), 'eventBusName', shown, 'the name of an event bus', 'Orders/Bus');
  });

  test('throws if the name of a rule would be too long, and says which', () => {
    const bus = GlobalEventBus.fromEventBusName(testSystem(), 'Bus', 'their-bus');
    const id = 'a'.repeat(60);
    expectPropError(() => bus.subscribe(id, { eventPattern: PATTERN, target: new MultiRegionQueue(bus.node.scope as MultiRegionSystem, 'Jobs') }), `id, which makes the name "Orders-${id}",`, id, 'at most 64', `Orders/Bus/${id}`);
  });

  test('throws if asked for a region that the system does not have', () => {
    expectPropError(() => GlobalEventBus.fromEventBusName(testSystem(), 'Bus', 'their-bus').inRegion('eu-west-1'), 'region', '"eu-west-1"', 'ap-southeast-2, us-west-2', 'Orders/Bus');
  });
});
