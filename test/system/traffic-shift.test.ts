import { allTemplates, resources } from '../support/synth';
import { wholeSystem } from '../support/whole-system';

const templates = allTemplates(wholeSystem(2).system);
const regional = Object.entries(templates).filter(([name]) => /-[a-z]+-[a-z]+-\d$/.test(name)).map(([, template]) => template);

/** A value of a template, as it is with a value of the parameter. */
function decided(value: any, atOnce: boolean): any {
  if (Array.isArray(value)) return value.map(each => decided(each, atOnce));
  if (typeof value !== 'object' || value === null) return value;
  const { 'Fn::If': [condition, yes, no] = [] } = value;
  if (condition === 'TrafficShiftIsAtOnce') return decided(atOnce ? yes : no, atOnce);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decided(inner, atOnce)]));
}

const propertiesOf = (type: string, atOnce: boolean) =>
  regional.flatMap(template => resources(template, type)).map(({ Properties }) => decided(Properties, atOnce));

describe('how traffic moves to new versions', () => {
  test('is a parameter of every regional stack, and of no other', () => {
    for (const [name, { Parameters, Conditions }] of Object.entries(templates)) {
      const expected = /-[a-z]+-[a-z]+-\d$/.test(name);
      const parameter = expect.objectContaining({ Type: 'String', Default: 'GRADUAL', AllowedValues: ['GRADUAL', 'AT_ONCE'] });
      expect([name, Parameters?.TrafficShift]).toEqual([name, expected ? parameter : undefined]);
      expect([name, Conditions]).toEqual([name, expected ? { TrafficShiftIsAtOnce: { 'Fn::Equals': [{ Ref: 'TrafficShift' }, 'AT_ONCE'] } } : undefined]);
    }
    expect(regional.length).toBeGreaterThanOrEqual(2);
  });

  test('is at once, and stopped by no alarm, when a version is taken back or a cure is let in', () => {
    const groups = propertiesOf('AWS::CodeDeploy::DeploymentGroup', true);
    const aliases = propertiesOf('AWS::StepFunctions::StateMachineAlias', true);
    expect([groups.length, aliases.length].every(count => count > 0)).toBe(true);
    groups.forEach(({ DeploymentConfigName, AlarmConfiguration }) => {
      expect([DeploymentConfigName, AlarmConfiguration?.Enabled ?? false]).toEqual(['CodeDeployDefault.LambdaAllAtOnce', false]);
    });
    aliases.forEach(({ DeploymentPreference }) => expect(DeploymentPreference).toEqual({ Type: 'ALL_AT_ONCE', StateMachineVersionArn: { Ref: expect.any(String) } }));
  });

  test('is gradual otherwise', () => {
    const groups = propertiesOf('AWS::CodeDeploy::DeploymentGroup', false).filter(({ AlarmConfiguration }) => AlarmConfiguration);
    expect(groups.map(({ AlarmConfiguration }) => AlarmConfiguration.Enabled)).toEqual(groups.map(() => true));
    expect(groups.map(({ DeploymentConfigName }) => DeploymentConfigName)).toContain('CodeDeployDefault.LambdaCanary10Percent5Minutes');
    propertiesOf('AWS::StepFunctions::StateMachineAlias', false).forEach(({ DeploymentPreference }) => {
      expect(DeploymentPreference).toMatchObject({ Type: 'CANARY', Alarms: [{ Ref: expect.any(String) }] });
    });
  });
});
