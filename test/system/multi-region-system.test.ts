import { App, Aws, Lazy, Stack, Stage, Validations } from 'aws-cdk-lib';
import { CfnQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import { GlobalTable, MultiRegionFunction, MultiRegionSystem, SystemUnit } from '../../src';
import { CODE, errorOf, expectPropError, REGIONS, regions, templates, testApp, testSystem } from '../support/synth';

describe('MultiRegionSystem', () => {
  test.each([1, 2, 3, 10])('has a global, %i regional and as many mesh stacks, in three waves', count => {
    const system = testSystem(count);
    // in an order that is not theirs
    for (const region of system.regions) fill(system.meshStackIn(region), system.stackIn(region));
    fill(system.globalStack);
    const assembly = testAssembly(system);
    const names = REGIONS.slice(0, count);
    expect(Object.fromEntries(assembly.map(stack => [stack.stackName, stack.environment.region]))).toEqual({
      'Orders-global': 'ap-southeast-2',
      ...Object.fromEntries(names.flatMap(region => [[`Orders-${region}`, region], [`Orders-${region}-mesh`, region]])),
    });
    const regionalNames = names.map(region => `Orders-${region}`);
    expect(dependencies(assembly)).toEqual({
      'Orders-global': [],
      ...Object.fromEntries(names.flatMap(region => [
        [`Orders-${region}`, ['Orders-global']],
        [`Orders-${region}-mesh`, ['Orders-global', ...regionalNames].sort()],
      ])),
    });
  });

  test('makes a stack when something is put into it, and no others', () => {
    const system = testSystem();
    expect(testAssembly(testSystem())).toEqual([]);
    fill(system.stackIn('us-west-2'));
    expect(testAssembly(system).map(({ stackName }) => stackName)).toEqual(['Orders-us-west-2']);
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
    expect(errorOf(() => app.synth())).toContain('so that the stack Orders-ap-southeast-2 depends on the stack Orders-global; allowed: literal names');
  });

  test('lets stacks be without resources that somebody asked for', () => {
    const all = templates(testSystem());
    expect(Object.keys(all)).toEqual(['global', 'ap-southeast-2', 'us-west-2']);
    for (const template of Object.values(all)) expect(template.Resources ?? {}).toEqual({});
  });

  test.each(['global', 'us-west-2', 'us-west-2-mesh', 'Billing/us-west-2'])('stops the synthesis if its stack %s has more resources than CloudFormation takes, and names stack, number and remedy', id => {
    const system = testSystem();
    const unit = new SystemUnit(system, 'Billing');
    const stack = {
      'global': () => system.globalStack, 'us-west-2': () => system.stackIn('us-west-2'), 'us-west-2-mesh': () => system.meshStackIn('us-west-2'), 'Billing/us-west-2': () => unit._stacks.stackIn('us-west-2'),
    }[id]!();
    addQueues(stack, 501);
    const message = errorOf(() => testAssembly(system));
    expect(message).toContain(`the stack ${stack.stackName} has 501 resources; allowed: 500. Move functions and what uses them into a SystemUnit`);
    expect(message).toContain(`[Orders/${id}]`);
  });

  test.each([[450, 0], [451, 1], [500, 1]])('with %i resources in a stack warns %i times, on that stack, that it fills up', (count, times) => {
    const system = testSystem();
    fill(system.stackIn('ap-southeast-2'));
    addQueues(system.stackIn('us-west-2'), count);
    const warned = testAssembly(system).flatMap(stack => stack.messages.filter(({ level }) => level === 'warning').map(({ entry }) => [stack.stackName, entry.data]));
    expect(warned).toEqual(Array(times).fill(['Orders-us-west-2', expect.stringMatching(new RegExp(`^the stack Orders-us-west-2 has ${count} resources; allowed: 500.*SystemUnit.*cdk-multi-region:manyResources`))]));
  });

  describe('has something said', () => {
    /** What the CLI prints of a system after a notice of an owner in it. */
    function said(prepare: (system: MultiRegionSystem, owner: Construct) => void, level: 'warning' | 'info' = 'warning') {
      const system = testSystem();
      const owner = new Construct(new Construct(system, 'Outer'), 'Owner');
      system._notify(level, owner, 'cdk-multi-region:risky', 'this is risky');
      prepare(system, owner);
      return testAssembly(system).flatMap(stack => stack.messages.map(message => [stack.stackName, message.level, message.entry.data]));
    }

    test.each(['warning', 'info'] as const)('as a %s, on the first regional stack, since the CLI prints only what is on a stack', level => {
      expect(said(system => fill(system.globalStack, system.stackIn('us-west-2'), system.stackIn('ap-southeast-2')), level)).toEqual([
        ['Orders-us-west-2', level, expect.stringMatching(/^this is risky.*cdk-multi-region:risky/)],
      ]);
    });

    test('on the global stack, if there is no other', () => {
      expect(said(system => fill(system.globalStack))).toEqual([['Orders-global', 'warning', expect.stringContaining('this is risky')]]);
    });

    test('once, however many say it', () => {
      expect(said((system, owner) => {
        fill(system.stackIn('us-west-2'));
        system._notify('warning', owner, 'cdk-multi-region:risky', 'this is risky');
      })).toHaveLength(1);
    });

    test.each<[string, (system: MultiRegionSystem, owner: Construct) => Construct]>([
      ['the owner', (_, owner) => owner],
      ['what the owner is in', (_, owner) => owner.node.scope as Construct],
      ['the system', system => system],
    ])('unless %s has acknowledged it', (_, where) => {
      expect(said((system, owner) => {
        fill(system.stackIn('us-west-2'));
        Validations.of(where(system, owner)).acknowledge({ id: 'cdk-multi-region:risky', reason: 'we know' });
      })).toEqual([]);
    });

    test('if only another construct, or another finding, is acknowledged', () => {
      expect(said((system, owner) => {
        fill(system.stackIn('us-west-2'));
        Validations.of(new Construct(system, 'Other')).acknowledge({ id: 'cdk-multi-region:risky', reason: 'we know' });
        Validations.of(owner).acknowledge({ id: 'cdk-multi-region:other', reason: 'we know' });
      })).toHaveLength(1);
    });
  });

  describe('of another copy of this package', () => {
    let other: typeof import('../../src/system/multi-region-system');
    beforeAll(() => jest.isolateModules(() => {
      other = jest.requireActual('../../src/system/multi-region-system');
    }));

    test('is refused as a scope, rather than taken for none', () => {
      const system = new other.MultiRegionSystem(testApp(), 'Orders', regions(1)) as unknown as MultiRegionSystem;
      expect(system).not.toBeInstanceOf(MultiRegionSystem);
      for (const make of [() => new MultiRegionFunction(system, 'Handler', { codePath: CODE }), () => new SystemUnit(system, 'Billing'), () => MultiRegionSystem.of(new Construct(system, 'A'))]) {
        expect(errorOf(make)).toContain('the system Orders was made by another copy of cdk-multi-region; allowed: one copy in an app, see npm ls cdk-multi-region');
      }
    });
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

describe('SystemUnit', () => {
  test('has stacks of its own in every region, named after the system and the unit', () => {
    const system = testSystem();
    const unit = new SystemUnit(system, 'Billing');
    expect(unit.unitName).toBe('Billing');
    const fn = new MultiRegionFunction(unit, 'Handler', { codePath: CODE });
    expect(fn.functionName).toBe('Orders-Billing-Handler');
    expect(MultiRegionSystem.of(fn)).toBe(system);
    fill(unit._stacks.meshIn('us-west-2'));
    // those of the system are there for the topic that the unit's alarms notify
    expect(testAssembly(system).map(({ stackName }) => stackName).sort()).toEqual([
      'Orders-Billing-ap-southeast-2', 'Orders-Billing-us-west-2', 'Orders-Billing-us-west-2-mesh', 'Orders-ap-southeast-2', 'Orders-us-west-2',
    ]);
  });

  test('has the names of enclosing stages before those of its stacks', () => {
    const system = new MultiRegionSystem(new Stage(testApp(), 'Prod'), 'Orders', regions(1));
    expect(new SystemUnit(system, 'Billing')._stacks.stackIn('ap-southeast-2').stackName).toBe('Prod-Orders-Billing-ap-southeast-2');
  });

  test('is deployed before the system\'s own stack of the same region, which may trigger it, and not before any other', () => {
    const system = testSystem();
    // some stacks before and some after there are others
    fill(system.stackIn('us-west-2'), system.meshStackIn('us-west-2'));
    const units = ['A', 'B'].map(id => new SystemUnit(system, id));
    for (const region of system.regions) units.forEach(unit => fill(unit._stacks.stackIn(region)));
    fill(units[0]._stacks.meshIn('us-west-2'), system.stackIn('ap-southeast-2'), system.globalStack);
    const last = system.regions.map(region => `Orders-${region}`);
    expect(dependencies(testAssembly(system))).toEqual({
      'Orders-global': [],
      ...Object.fromEntries(system.regions.flatMap(region => [
        ...['A', 'B'].map(unit => [`Orders-${unit}-${region}`, ['Orders-global']]),
        [`Orders-${region}`, [`Orders-A-${region}`, `Orders-B-${region}`, 'Orders-global']],
      ])),
      'Orders-us-west-2-mesh': [...last, 'Orders-global'].sort(),
      'Orders-A-us-west-2-mesh': [...last, 'Orders-global'].sort(),
    });
  });

  test('must not be referred to by another stack either', () => {
    const system = testSystem();
    const queue = new Queue(new SystemUnit(system, 'Billing')._stacks.stackIn('us-west-2'), 'Queue');
    new CfnQueue(system.stackIn('us-west-2'), 'Copy', { queueName: queue.queueName });
    expect(errorOf(() => testAssembly(system))).toContain('so that the stack Orders-us-west-2 depends on the stack Orders-Billing-us-west-2; allowed: literal names');
  });

  describe('throws if', () => {
    test('it is in another unit, or in any other construct of the system', () => {
      const system = testSystem();
      for (const scope of [new SystemUnit(system, 'Billing'), new Construct(system, 'Part')]) {
        const message = errorOf(() => new SystemUnit(scope as any, 'Inner'));
        expect(message).toContain(`scope is Orders/${scope.node.id}; allowed: a MultiRegionSystem, because units are not nested`);
        expect(message).toContain(`[Orders/${scope.node.id}/Inner]`);
      }
    });

    test('it is in no system', () => {
      expect(errorOf(() => new SystemUnit(testApp() as any, 'Billing'))).toContain('not inside a MultiRegionSystem');
    });

    test.each(['my unit', 'x_y', 'x'.repeat(60)])('its id is %s', id => {
      expectPropError(() => new SystemUnit(testSystem(), id), 'id', JSON.stringify(id), 'the name of a unit\'s stacks', `Orders/${id}`);
    });
  });
});

/** Puts something into stacks, so that they are deployed. */
function fill(...stacks: Stack[]): void {
  stacks.forEach(stack => new CfnQueue(stack, 'Something'));
}

function addQueues(stack: Stack, count: number): void {
  for (let i = 0; i < count; i++) new CfnQueue(stack, `Queue${i}`);
}

/** What each stack waits for, by name. */
function dependencies(stacks: CloudFormationStackArtifact[]): { [stackName: string]: string[] } {
  const names = new Map(stacks.map(({ id, stackName }) => [id, stackName]));
  return Object.fromEntries(stacks.map(({ stackName, dependencies: all }) => [stackName, all.flatMap(({ id }) => names.get(id) ?? []).sort()]));
}

function testAssembly(system: MultiRegionSystem) {
  return (system.node.root as App).synth().stacksRecursively;
}
