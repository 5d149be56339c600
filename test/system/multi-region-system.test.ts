import { App, Aws, Lazy, Stack, Stage } from 'aws-cdk-lib';
import { CfnQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { GlobalTable, MultiRegionSystem } from '../../src';
import { errorOf, expectPropError, REGIONS, regions, templates, testApp, testSystem } from '../support/synth';

describe('MultiRegionSystem', () => {
  test.each([1, 2, 3, 10])('has one global and %i regional stacks, in two waves', count => {
    const system = testSystem(count);
    const assembly = testAssembly(system);
    expect(assembly[0].stackName).toBe('Orders-global');
    expect(Object.fromEntries(assembly.map(stack => [stack.stackName, stack.environment.region]))).toEqual({
      'Orders-global': 'ap-southeast-2',
      ...Object.fromEntries(REGIONS.slice(0, count).map(region => [`Orders-${region}`, region])),
    });
    for (const stack of assembly.slice(1)) {
      expect(stack.dependencies.map(dependency => dependency.id).filter(id => !id.endsWith('.assets'))).toEqual([assembly[0].id]);
    }
  });

  test('lists regions with the primary first, and the peers of each', () => {
    const system = testSystem(3);
    expect(system.primaryRegion).toBe('ap-southeast-2');
    expect(system.regions).toEqual(['ap-southeast-2', 'us-west-2', 'eu-west-1']);
    expect(system.peersOf('us-west-2')).toEqual(['ap-southeast-2', 'eu-west-1']);
  });

  test('is found from any construct inside', () => {
    const system = testSystem();
    expect(MultiRegionSystem.of(new Construct(new Construct(system, 'A'), 'B'))).toBe(system);
    expect(MultiRegionSystem.of(system.stackIn('us-west-2'))).toBe(system);
    expect(errorOf(() => MultiRegionSystem.of(testApp()))).toContain('not inside a MultiRegionSystem');
  });

  test('keeps the account unresolved unless it is given', () => {
    expect(testSystem().stackIn('us-west-2').account).toBe(Aws.ACCOUNT_ID);
    expect(testSystem(2, { account: '111122223333' }).stackIn('us-west-2').account).toBe('111122223333');
    expect(testSystem(2, { account: Aws.ACCOUNT_ID }).stackIn('us-west-2').account).toBe(Aws.ACCOUNT_ID);
  });

  test('puts the names of enclosing stages before its own', () => {
    const app = testApp();
    const stage = new Stage(new Stage(app, 'Acme'), 'Prod', { env: { account: '111122223333' } });
    const system = new MultiRegionSystem(stage, 'Orders', regions(2));
    expect(system.stackIn('us-west-2').stackName).toBe('Acme-Prod-Orders-us-west-2');
    expect(system.stackIn('us-west-2').account).toBe('111122223333');
    expect(new GlobalTable(system, 'Table', { partitionKey: { name: 'pk', type: 'S' as any } }).tableName).toBe('Acme-Prod-Orders-Table');
  });

  test('takes its name from systemName rather than from its id', () => {
    const system = testSystem(1, { systemName: 'shop' });
    expect(system.systemName).toBe('shop');
    expect(system.globalStack.stackName).toBe('shop-global');
  });

  test('refuses a reference from one region\'s stack to another\'s at synthesis', () => {
    const app = testApp();
    const system = new MultiRegionSystem(app, 'Orders', regions(2));
    const queue = new Queue(system.globalStack, 'Queue');
    new CfnQueue(system.stackIn('ap-southeast-2'), 'Copy', { queueName: queue.queueName });
    expect(errorOf(() => app.synth())).toContain('a resource of Orders-global is used in another stack');
  });

  test('deploys without any resource in it', () => {
    expect(Object.keys(templates(testSystem()))).toEqual(['global', 'ap-southeast-2', 'us-west-2']);
  });

  describe('throws if', () => {
    const make = (props: any, id = 'Orders') => () => new MultiRegionSystem(testApp(), id, props);
    const token = Lazy.string({ produce: () => 'us-west-2' });

    test.each<[string, any, string, string, string]>([
      ['the primary region is unknown', { primaryRegion: 'mars-1', secondaryRegions: [] }, 'primaryRegion', '"mars-1"', 'us-east-1'],
      ['the primary region is missing', { secondaryRegions: [] }, 'primaryRegion', 'undefined', 'us-east-1'],
      ['the primary region is empty', { primaryRegion: '', secondaryRegions: [] }, 'primaryRegion', '""', 'us-east-1'],
      ['the primary region is a token', { primaryRegion: Aws.REGION, secondaryRegions: [] }, 'primaryRegion', 'an unresolved token', 'literal name'],
      ['no list of secondary regions is given', { primaryRegion: 'us-east-1' }, 'secondaryRegions', 'undefined', 'a list of AWS regions'],
      ['a secondary region is unknown', { primaryRegion: 'us-east-1', secondaryRegions: ['us-west-2', 'us-west-9'] }, 'secondaryRegions[1]', '"us-west-9"', 'us-west-2'],
      ['a secondary region is a token', { primaryRegion: 'us-east-1', secondaryRegions: [token] }, 'secondaryRegions[0]', 'an unresolved token', 'literal name'],
      ['a region is named twice', { primaryRegion: 'us-east-1', secondaryRegions: ['us-west-2', 'us-west-2'] }, 'secondaryRegions[1]', '"us-west-2"', 'each region once'],
      ['a secondary region is the primary one', { primaryRegion: 'us-east-1', secondaryRegions: ['us-east-1'] }, 'secondaryRegions[0]', '"us-east-1"', 'other than primaryRegion'],
      ['partitions are mixed', { primaryRegion: 'us-east-1', secondaryRegions: ['cn-north-1'] }, 'secondaryRegions[0]', '"cn-north-1"', 'aws-cn'],
      ['the account is not one', { ...regions(1), account: '12345' }, 'account', '"12345"', '12 digits'],
      ['the system\'s name is not usable', { ...regions(1), systemName: 'my shop' }, 'systemName', '"my shop"', 'letters, digits and hyphens'],
      ['the system\'s name is too long', { ...regions(1), systemName: 'a'.repeat(41) }, 'systemName', 'aaa', 'at most 40'],
      ['the system\'s name is a token', { ...regions(1), systemName: token }, 'systemName', 'an unresolved token', 'letters, digits and hyphens'],
    ])('%s', (_, props, prop, value, allowed) => {
      expectPropError(make(props), prop, value, allowed, 'Orders');
    });

    test('the id gives a name that is not usable', () => {
      expectPropError(make(regions(1), 'My_Shop'), 'id', '"My_Shop"', 'letters, digits and hyphens', 'My_Shop');
    });

    test('there are more than 20 regions', () => {
      const many = ['af-south-1', 'ap-east-1', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-south-2', 'ap-southeast-1',
        'ap-southeast-2', 'ap-southeast-3', 'ca-central-1', 'eu-central-1', 'eu-central-2', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1',
        'eu-west-2', 'eu-west-3', 'sa-east-1', 'us-east-2'];
      expect(make({ primaryRegion: 'us-east-1', secondaryRegions: many.slice(0, 19) })).not.toThrow();
      expectPropError(make({ primaryRegion: 'us-east-1', secondaryRegions: many }), 'secondaryRegions', 'af-south-1', 'at most 19', 'Orders');
    });

    test('its scope is inside a stack', () => {
      const stack = new Stack(testApp(), 'Stack');
      const message = errorOf(() => new MultiRegionSystem(stack, 'Orders', regions(1)));
      expect(message).toContain('scope is inside the stack Stack; allowed: an App or a Stage');
      expect(message).toContain('[Stack/Orders]');
    });

    test('asked for a region that it does not have', () => {
      const system = testSystem();
      expectPropError(() => system.stackIn('eu-west-1'), 'region', '"eu-west-1"', 'ap-southeast-2, us-west-2', 'Orders');
      expectPropError(() => system.peersOf('eu-west-1'), 'region', '"eu-west-1"', 'ap-southeast-2, us-west-2', 'Orders');
    });
  });
});

function testAssembly(system: MultiRegionSystem) {
  return (system.node.root as App).synth().stacksRecursively;
}
