import { wantedLogGroups } from '../../../cli/follow/log-groups';
import { CloudAssembly } from '../../../cli/system/cloud-assembly';
import { orderSystem } from '../../support/order-system';
import { testApp } from '../../support/synth';

describe('the log groups of a system', () => {
  const { stacks } = CloudAssembly.read((() => {
    const app = testApp();
    orderSystem(app, 2);
    return app.synth().directory;
  })());
  const [{ region }] = stacks.filter(({ stackName }) => stackName.startsWith('Orders-'));
  const groups = stacks.filter(stack => stack.region === region).flatMap(({ stackName, template: { Resources = {} } }) => (
    Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::Logs::LogGroup')
      .map(([id, { Properties = {} }]) => ({ id, name: (Properties.LogGroupName as string | undefined) ?? `${stackName}-${id}-AbCdEf012345` }))
  ));
  const wanted = wantedLogGroups({ name: 'Orders', stacks }, region);
  const chosen = groups.filter(({ name }) => wanted.isWanted(name));

  test('are those of functions, of the API and of the workflow, as the templates have them', () => {
    const functions = stacks.filter(stack => stack.region === region).flatMap(({ template: { Resources = {} } }) => Object.values(Resources)).filter(({ Type }) => Type === 'AWS::Lambda::Function');
    const ids = chosen.map(({ id }) => id);
    for (const fn of functions) expect(ids).toContain((fn.Properties!.LoggingConfig as { LogGroup: { Ref: string } }).LogGroup.Ref);
    expect(ids.some(id => id.includes('AccessLogs'))).toBe(true);
    expect(chosen.map(({ name }) => name)).toContain('/aws/vendedlogs/states/Orders-Fulfilment');
    // what pipes and the bus write is of no request
    expect(chosen.length).toBeLessThan(groups.length);
    expect(chosen.filter(({ name }) => /pipes|event-bus|cloudtrail/.test(name))).toEqual([]);
  });

  test('are found by what their names hold', () => {
    expect(chosen.filter(({ name }) => !name.includes(wanted.pattern))).toEqual([]);
  });

  test('are not those of another system or region', () => {
    expect(wanted.isWanted('Orders-Staging-us-west-2-PlaceLogs0-AbC')).toBe(false);
    const other = stacks.find(stack => stack.region !== region)!.region;
    expect(chosen.filter(({ name }) => !name.startsWith('/') && wantedLogGroups({ name: 'Orders', stacks }, other).isWanted(name))).toEqual([]);
  });

  test('without templates, are all with the system\'s name, but for those that only cost', () => {
    const { pattern, isWanted } = wantedLogGroups({ name: 'Orders', stacks: [] }, region);
    expect(pattern).toBe('Orders-');
    expect(['Orders-us-west-2-PlaceLogs0-AbC', '/aws/vendedlogs/states/Orders-Fulfilment'].map(isWanted)).toEqual([true, true]);
    expect(['Orders-us-west-2-NetworkFlowLogs0-AbC', 'BackOrders-us-west-2-PlaceLogs0-AbC'].map(isWanted)).toEqual([false, false]);
  });
});
