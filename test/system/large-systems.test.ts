/** Applications that are larger than a stack; in 20 regions, which takes as long as a tenth of all tests, by `npm run test:large`. */
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import {
  ApiAuthorization, GlobalEventBus, GlobalTable, HttpMethod, MultiRegionApi, MultiRegionFunction, MultiRegionQueue, MultiRegionSystem, SystemUnit,
} from '../../src';
import { circleIn } from '../support/references';
import { CODE, errorOf, REGIONS, testApp } from '../support/synth';

const DOMAIN = { hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com', domainName: 'api.example.com' };

function systemOf(count: number): MultiRegionSystem {
  const others = RegionInfo.regions.filter(({ name, partition }) => partition === 'aws' && !REGIONS.includes(name)).map(({ name }) => name);
  const [primaryRegion, ...secondaryRegions] = [...REGIONS, ...others].slice(0, count);
  return new MultiRegionSystem(testApp(), 'Orders', { primaryRegion, secondaryRegions });
}

/** The templates of all stacks, by name. */
function synthesize(system: MultiRegionSystem): Map<string, any> {
  return new Map((system.node.root as any).synth().stacksRecursively.map((stack: any) => [stack.stackName, stack.template]));
}

/** Functions with a route of their own and a grant on a table: what fills a stack. */
function addFunctions(
  system: MultiRegionSystem, scope: MultiRegionSystem | SystemUnit, count: number, table: GlobalTable, api?: MultiRegionApi,
): MultiRegionFunction[] {
  return Array.from({ length: count }, (_, i) => {
    const fn = new MultiRegionFunction(scope, `Function${i}`, { codePath: CODE, environment: { TABLE_NAME: table.tableName } });
    table.grantReadWriteData(fn);
    api?.addRoute(HttpMethod.GET, `/${scope === system ? 'own' : scope.node.id}/things${i}`, fn);
    return fn;
  });
}

function front(system: MultiRegionSystem) {
  const table = new GlobalTable(system, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
  const api = new MultiRegionApi(system, 'Api', { domain: DOMAIN, authorization: ApiAuthorization.none({ reason: 'a test' }) });
  return { table, api };
}

const sizes = (templates: Map<string, any>) => [...templates].map(([name, { Resources = {} }]) => [name, Object.keys(Resources).length] as const);

describe('a system', () => {
  test('of 32 functions, each with a route and a grant on a table, fits into one stack', () => {
    const system = systemOf(2);
    const { table, api } = front(system);
    addFunctions(system, system, 32, table, api);
    const templates = synthesize(system);
    expect(sizes(templates).filter(([, size]) => size > 500)).toEqual([]);
    expect([...templates.keys()].sort()).toEqual([
      'Orders-ap-southeast-2', 'Orders-ap-southeast-2-mesh', 'Orders-global', 'Orders-us-west-2', 'Orders-us-west-2-mesh',
    ]);
  });

  test('that does not fit says so itself: which stack, how many resources, and what to do', () => {
    const system = systemOf(1);
    const { table, api } = front(system);
    addFunctions(system, system, 50, table, api);
    const message = errorOf(() => synthesize(system));
    expect(message).toMatch(/the stack Orders-ap-southeast-2 has \d+ resources; allowed: 500\. Move functions and what uses them into a SystemUnit/);
    expect(message).not.toMatch(/greater than allowed maximum/);
  });

  const CASES = [{ count: 2, functions: 150 }, ...process.env.LARGE ? [{ count: 20, functions: 150 }] : []];

  test.each(CASES)('of $functions functions in 5 units is synthesized, in $count regions: no stack refers to another, none is too large', ({ count, functions }) => {
    const system = systemOf(count);
    const { table, api } = front(system);
    const bus = new GlobalEventBus(system, 'Bus');
    for (let i = 0; i < 5; i++) {
      const unit = new SystemUnit(system, `Unit${i}`);
      const [first] = addFunctions(system, unit, functions / 5, table);
      api.addRoute(HttpMethod.GET, `/unit${i}`, first);
      bus.subscribe(`ToUnit${i}`, { eventPattern: { source: ['orders'] }, target: first });
      bus.grantPutEvents(first);
      const queue = new MultiRegionQueue(unit, 'Queue');
      bus.subscribe(`ToQueue${i}`, { eventPattern: { source: ['orders'] }, target: queue });
      queue.addConsumer(first);
    }
    const templates = synthesize(system);
    expect(templates.size).toBe(1 + count * (2 + 5));
    expect(sizes(templates).filter(([, size]) => size > 450)).toEqual([]);
    for (const [name, template] of templates) {
      expect([name, /Fn::ImportValue|Fn::GetStackOutput|Exports(Reader|Writer)/.test(JSON.stringify(template))]).toEqual([name, false]);
      if (name.includes('ap-southeast-2')) expect([name, circleIn(template)]).toEqual([name, undefined]);
    }
    // waves: units, then the system's own stack of the region, then meshes
    const own = system.stackIn(REGIONS[0]);
    expect(own.dependencies.map(({ stackName }) => stackName).sort()).toEqual(['Orders-Unit0-ap-southeast-2', 'Orders-Unit1-ap-southeast-2', 'Orders-Unit2-ap-southeast-2',
      'Orders-Unit3-ap-southeast-2', 'Orders-Unit4-ap-southeast-2', 'Orders-global']);
    // of each region, the last stack of the second wave
    expect(system.meshStackIn(REGIONS[0]).dependencies).toHaveLength(1 + count);
  });
});
