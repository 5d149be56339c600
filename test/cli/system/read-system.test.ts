import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Stack, Stage } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { CloudAssembly } from '../../../cli/system/cloud-assembly';
import { readSystems } from '../../../cli/system/read-system';
import { ApiAuthorization, GlobalEventBus, GlobalTable, HttpMethod, MultiRegionApi, MultiRegionFunction, MultiRegionSystem } from '../../../src';
import { missingNames, undescribedNames, undescribedSeconds } from '../../support/described';
import { orderSystem } from '../../support/order-system';
import { CODE, regions, testApp } from '../../support/synth';
import { wholeSystem } from '../../support/whole-system';

const synthesized = (app: App) => app.synth().directory;

/** A system with a function in it. */
function smallSystem(scope: App | Stage, id = 'Shop'): MultiRegionSystem {
  const system = new MultiRegionSystem(scope, id, regions(2));
  new MultiRegionFunction(system, 'Handler', { codePath: CODE });
  return system;
}

/** An app with one small system. */
function smallApp(): App {
  const app = testApp();
  smallSystem(app);
  return app;
}

function expectNamesToMatch(folder: string): void {
  const assembly = CloudAssembly.read(folder);
  const systems = readSystems(folder);
  for (const system of systems) {
    const own = new Set(assembly.stacks.filter(({ stackName }) => stackName.startsWith(`${system.name}-`)));
    const ofSystem = { stacks: assembly.stacks.filter(stack => own.has(stack)) } as CloudAssembly;
    expect(missingNames(system, ofSystem)).toEqual([]);
    expect(undescribedNames(system, ofSystem)).toEqual([]);
    expect(undescribedSeconds(system, ofSystem)).toEqual([]);
  }
}

describe('readSystems', () => {
  test('reads the example-app as it is deployed', () => {
    const app = testApp();
    orderSystem(app, 2);
    const folder = synthesized(app);
    const [system, ...others] = readSystems(folder);
    expect(others).toEqual([]);
    expect(system).toMatchObject({
      name: 'Orders',
      regions: ['ap-southeast-2', 'us-west-2'],
      controlTable: 'Orders-Control-Table',
      apis: [{
        sharedName: 'orders.example.com',
        routes: [{ method: 'POST', path: '/orders', function: 'Orders-PlaceOrder', authorization: 'NONE' }, { method: 'GET', path: '/orders/{id}' }],
      }],
      tables: [{ name: 'Orders-OrdersTable', partitionKey: 'pk', sortKey: 'sk', isStrong: false, publishesChanges: true, losingImages: 'Orders-LostWrites' }],
      workflows: [{ name: 'Orders-Fulfilment', ownership: 'ORIGIN_REGION', takeoverAfterSeconds: 180, trigger: { bus: 'Orders-Bus', table: 'Orders-OrdersTable' } }],
      queues: [{ name: 'Orders-LostWrites', consumers: [] }],
    });
    expect(system.buses[0].subscriptions.map(({ id, target, everyRegion }) => [id, target, everyRegion])).toEqual([
      ['IndexOrder', 'Orders-IndexOrder', true], ['Notify', 'Orders-Notify', false], ['Fulfilment', 'Orders-Fulfilment', true],
    ]);
    expectNamesToMatch(folder);
  });

  test.each([1, 3])('finds every name of a system of %i regions in its templates', count => {
    const app = testApp();
    wholeSystem(count, {}, app);
    const folder = synthesized(app);
    expect(readSystems(folder)[0].regions).toHaveLength(count);
    expectNamesToMatch(folder);
  });

  test('reads the systems of an app and of its stages, each by itself', () => {
    const app = testApp();
    const systemsToBe = [smallSystem(new Stage(app, 'Test')), smallSystem(new Stage(app, 'Prod')), smallSystem(app, 'ShopToo')];
    systemsToBe.forEach(system => new GlobalTable(system, 'Items', { partitionKey: { name: 'pk', type: AttributeType.STRING } }));
    new Stack(app, 'Tools');
    const folder = synthesized(app);
    const systems = readSystems(folder);
    expect(systems.map(({ path, name }) => [path, name]).sort()).toEqual([['Prod/Shop', 'Prod-Shop'], ['ShopToo', 'ShopToo'], ['Test/Shop', 'Test-Shop']]);
    expect(systems.map(({ tables }) => tables.map(({ name }) => name)).sort()).toEqual([['Prod-Shop-Items'], ['ShopToo-Items'], ['Test-Shop-Items']]);
    expectNamesToMatch(folder);
  });

  test('reads an API without a domain, which has no names in DNS and no evacuation', () => {
    const app = testApp();
    const system = smallSystem(app);
    const api = new MultiRegionApi(system, 'Api', { authorization: ApiAuthorization.iam() });
    api.addRoute(HttpMethod.GET, '/things', new MultiRegionFunction(system, 'GetThings', { codePath: CODE }));
    const folder = synthesized(app);
    const [{ controlTable, apis }] = readSystems(folder);
    expect(controlTable).toBeUndefined();
    expect(apis).toEqual([{
      path: 'Shop/Api',
      apiName: 'Shop-Api',
      stageName: 'live',
      regionalNames: {},
      routes: [{ method: 'GET', path: '/things', function: 'Shop-GetThings', authorization: 'IAM', scopes: [] }],
      healthPath: '/health',
      healthFunction: 'Shop-Api-Health',
    }]);
    expectNamesToMatch(folder);
  });

  test('takes nothing of a system whose path begins with that of another', () => {
    const app = testApp();
    smallSystem(app, 'Shop');
    new GlobalEventBus(smallSystem(app, 'Shop2'), 'Bus');
    expect(readSystems(synthesized(app)).map(({ path, buses }) => [path, buses.length])).toEqual([['Shop', 0], ['Shop2', 1]]);
  });

  test('reads a system whose file of metadata is in the manifest, as CDK versions before had it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'read-system-'));
    try {
      cpSync(synthesized(smallApp()), folder, { recursive: true });
      const before = readSystems(folder);
      const file = join(folder, 'manifest.json');
      const manifest = JSON.parse(readFileSync(file, 'utf8'));
      for (const artifact of Object.values<any>(manifest.artifacts).filter(({ additionalMetadataFile }) => additionalMetadataFile)) {
        const metadata = join(folder, artifact.additionalMetadataFile);
        artifact.metadata = JSON.parse(readFileSync(metadata, 'utf8'));
        delete artifact.additionalMetadataFile;
        rmSync(metadata);
      }
      writeFileSync(file, JSON.stringify(manifest));
      expect(before).toHaveLength(1);
      expect(readSystems(folder)).toEqual(before);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('reads the same, however often the app is synthesized', () => {
    const app = smallApp();
    const before = readSystems(synthesized(app));
    expect(readSystems(app.synth({ force: true }).directory)).toEqual(before);
  });

  test('throws if no app was synthesized there', () => {
    expect(() => readSystems('test/support')).toThrow('there is no cloud assembly in test/support; synthesize the app first, by npx cdk synth');
  });

  test.each([
    ['no system', (app: App) => void new Stack(app, 'Tools')],
    ['a system without anything in it', (app: App) => void new MultiRegionSystem(app, 'Shop', regions(2))],
    ['nothing', () => undefined],
  ])('throws if the app has %s', (_, add) => {
    const app = testApp();
    add(app);
    expect(() => readSystems(synthesized(app))).toThrow('this app has no MultiRegionSystem with anything in it');
  });

  test('throws if another version of the library wrote the description in a format of its own', () => {
    const app = testApp();
    const stack = new Stack(app, 'Shop');
    stack.node.addMetadata('cdk-multi-region:system', { path: 'Shop', format: 2, name: 'Shop', regions: ['us-east-1'], retiringRegions: [] });
    expect(() => readSystems(synthesized(app))).toThrow('the system Shop is described in format 2, and this command reads format 1');
  });
});
