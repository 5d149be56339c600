import { Template } from 'aws-cdk-lib/assertions';
import { EvacuationSwitch, MultiRegionFunction, SystemUnit } from '../../src';
import { expectOwnReferencesOnly } from '../support/references';
import { CODE, errorOf, expectPropError, regional, REGIONS, resources, statementsOf, testApp, testSystem } from '../support/synth';

const answering = (template: any) => resources(template, 'AWS::Lambda::Function').find(({ Properties }) => Properties.FunctionName === 'Orders-Control-Evacuation');

describe('EvacuationSwitch', () => {
  test.each([1, 2, 3])('has one control table, and a function in each of %i regions that knows all of them', count => {
    const system = testSystem(count);
    expect(EvacuationSwitch.of(system).controlTableName).toBe('Orders-Control-Table');
    EvacuationSwitch.of(system)._answerFor(system);
    expect(resources(Template.fromStack(system.globalStack), 'AWS::DynamoDB::GlobalTable').map(({ Properties }) => Properties.TableName)).toEqual(['Orders-Control-Table']);
    for (const region of system.regions) {
      const template = regional(system, region);
      expect(answering(template).Properties.Environment.Variables).toEqual({ CONTROL_TABLE_NAME: 'Orders-Control-Table', REGIONS: system.regions.join(',') });
      const [read] = statementsOf(template, 'ControlEvacuationRole').filter(({ Action }) => Action.includes('dynamodb:GetItem'));
      expect(JSON.stringify(read.Resource)).toContain(`:dynamodb:${region}:`);
    }
    expectOwnReferencesOnly(system);
  });

  test('has the same regional stack, whatever peers there are, except for the list of regions', () => {
    const stackOf = (count: number) => {
      const system = testSystem(count);
      EvacuationSwitch.of(system)._answerFor(system);
      const template = regional(system, REGIONS[0]).toJSON();
      const { Variables } = answering(template).Properties.Environment;
      expect(Variables.REGIONS).toBe(system.regions.join(','));
      Variables.REGIONS = '';
      // a version is named after what it is a version of
      return JSON.parse(JSON.stringify(template).replace(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1'));
    };
    expect(stackOf(3)).toEqual(stackOf(1));
  });

  test('belongs to the system, also when a construct of a unit asks for it', () => {
    const system = testSystem();
    const unit = new SystemUnit(system, 'Billing');
    const fn = new MultiRegionFunction(unit, 'Handler', { codePath: CODE });
    const evacuation = EvacuationSwitch.of(fn);
    expect(evacuation.node.scope).toBe(system);
    expect([EvacuationSwitch.of(system), EvacuationSwitch.of(unit)]).toEqual([evacuation, evacuation]);
    evacuation._grantReadAll(fn);
    const template = Template.fromStack(unit._stacks.stackIn('us-west-2'));
    template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'Orders-Billing-Handler', Environment: { Variables: { CONTROL_TABLE_NAME: 'Orders-Control-Table' } } });
    expect(JSON.stringify(statementsOf(template, 'HandlerRole'))).toContain(':table/Orders-Control-Table"');
    expectOwnReferencesOnly(system);
  });

  test('measures what a region answers of another, by literal names', () => {
    const evacuation = EvacuationSwitch.of(testSystem());
    expect(evacuation.metricEvacuated('us-west-2', 'ap-southeast-2').toMetricConfig().metricStat).toMatchObject({
      namespace: 'cdk-multi-region',
      metricName: 'Evacuated',
      region: 'us-west-2',
      statistic: 'Maximum',
      dimensions: [{ name: 'ControlTableName', value: 'Orders-Control-Table' }, { name: 'EvacuatedRegion', value: 'ap-southeast-2' }],
    });
    expectPropError(() => evacuation.metricEvacuated('us-west-2', 'us-west-2'), 'evacuatedRegion', '"us-west-2"', 'other than us-west-2: ap-southeast-2', 'Orders/Control');
  });

  test('throws outside of a system', () => {
    expect(errorOf(() => EvacuationSwitch.of(testApp()))).toContain('not inside a MultiRegionSystem');
  });
});
