import { App, Aws, SecretValue, Stack } from 'aws-cdk-lib';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { surroundingsOf } from '../../../../cli/rehearsal/deployment/surroundings';
import { readAssembly } from '../../../../cli/system/read-system';
import {
  ApiAuthorization, FunctionImage, GlobalEventBus, GlobalTable, HttpMethod, IMultiRegionFunction, MultiRegionApi, MultiRegionFunction,
  MultiRegionQueue, MultiRegionSystem, SystemUnit,
} from '../../../../src';
import { CODE, testApp } from '../../../support/synth';
import { wholeSystem } from '../../../support/whole-system';

const REGIONS = ['ap-southeast-2', 'us-west-2'];
const ACCOUNT = '111122223333';
const [primaryRegion, ...secondaryRegions] = REGIONS;

type Use = (system: MultiRegionSystem) => void;
type Make = (stack: Stack, system: MultiRegionSystem) => void;

/** Returns the surroundings of a system that uses what `using` gives it, in an app that makes what `making` does in a stack of each region. */
function surroundings(using: Use, making: Make = () => {}, secrets?: Record<string, string>) {
  const app: App = testApp();
  const system = new MultiRegionSystem(app, 'Shop', { primaryRegion, secondaryRegions, account: ACCOUNT });
  using(system);
  REGIONS.forEach(region => making(new Stack(app, `Team-${region}`, { env: { region, account: ACCOUNT } }), system));
  const { assembly, systems: [description] } = readAssembly(app.synth().directory);
  return surroundingsOf({ assembly, system: description }, secrets);
}

const fnIn = (system: MultiRegionSystem, layers?: string) => new MultiRegionFunction(system, 'Place', {
  codePath: CODE, layerArns: layers === undefined ? undefined : Object.fromEntries(REGIONS.map(region => [region, [`arn:aws:lambda:${region}:${layers}`]])),
});

const theirFunction = (system: MultiRegionSystem) => MultiRegionFunction.fromFunctionName(system, 'Theirs', 'place-order:live');

const apiIn = (system: MultiRegionSystem, fn: IMultiRegionFunction = theirFunction(system)) => {
  const api = new MultiRegionApi(system, 'Api', { authorization: ApiAuthorization.iam() });
  api.addRoute(HttpMethod.GET, '/orders', fn, { apiKeyRequired: true });
  return api;
};

const teamFunction = (stack: Stack) => new Function(stack, 'Place', { functionName: 'place-order', code: Code.fromAsset(CODE), handler: 'index.handler', runtime: Runtime.NODEJS_24_X });

const USES: [what: string, use: Use, make: Make][] = [
  ['the function place-order', system => apiIn(system).addUsagePlan('Plan', { apiKeySecrets: { acme: 'acme' } }), teamFunction],
  ['the function place-order', system => { new MultiRegionQueue(system, 'Jobs').addConsumer(theirFunction(system)); }, teamFunction],
  ['the function place-order', system => new GlobalEventBus(system, 'Bus').subscribe('All', { eventPattern: { source: ['shop'] }, target: theirFunction(system) }), teamFunction],
  ['the event bus news', system => GlobalEventBus.fromEventBusName(system, 'News', 'news').subscribe('All', { eventPattern: { source: ['shop'] }, target: fnIn(system) }),
    stack => new EventBus(stack, 'News', { eventBusName: 'news' })],
  ['the table orders', system => GlobalTable.fromTableName(system, 'Orders', 'orders').grantReadData(fnIn(system)), stack => {
    if (stack.region !== primaryRegion) return;
    new TableV2(stack, 'Orders', { tableName: 'orders', partitionKey: { name: 'pk', type: AttributeType.STRING }, replicas: secondaryRegions.map(region => ({ region })) });
  }],
  ['the role worker', system => system.regions.forEach(region => {
    const stack = system.stackIn(region);
    const role = Role.fromRoleName(stack, 'Role', 'worker');
    new Function(stack, 'Work', { code: Code.fromAsset(CODE), handler: 'index.handler', runtime: Runtime.NODEJS_24_X, role });
  }), stack => new Role(stack, 'Role', { roleName: 'worker', assumedBy: new ServicePrincipal('lambda.amazonaws.com') })],
  ['the role reader', system => system.regions.forEach(region => {
    Role.fromRoleName(system.stackIn(region), 'Role', 'reader').addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::prices/*'] }));
  }), stack => new Role(stack, 'Role', { roleName: 'reader', assumedBy: new ServicePrincipal('lambda.amazonaws.com') })],
  ['the layer tools', system => fnIn(system, `${ACCOUNT}:layer:tools:1`), stack => new LayerVersion(stack, 'Tools', { layerVersionName: 'tools', code: Code.fromAsset(CODE) })],
  ['the parameter /shop/rates', system => REGIONS.forEach(region => StringParameter.valueForStringParameter(system.stackIn(region), '/shop/rates')),
    stack => new StringParameter(stack, 'Rates', { parameterName: '/shop/rates', stringValue: '1' })],
];

describe('surroundingsOf', () => {
  test.each(USES)('refuses an app that uses %s of somebody else, in a line that says where, and no app that makes it', (what, use, make) => {
    const system: Use = shop => {
      use(shop);
      if (!shop.node.tryFindChild('Place')) fnIn(shop);
    };
    expect(() => surroundings(system)).toThrow(`no stack of it makes ${what} in ${REGIONS.join(', ')}: have the app make a stand-in`);
    expect(surroundings(system, make).notes.filter(note => note.includes(what))).toEqual([]);
  });

  test.each([['news-', true], ['news-other-', true], ['news-1111', false]])('compares names as far as they are known: %s and something', (known, isAbsent) => {
    const use: Use = system => { GlobalEventBus.fromEventBusName(system, 'News', 'news-1111-x').subscribe('All', { eventPattern: { source: ['shop'] }, target: fnIn(system) }); };
    const attempt = () => surroundings(use, stack => new EventBus(stack, 'News', { eventBusName: `${known}${isAbsent && known === 'news-' ? '' : Aws.STACK_NAME}` }));
    if (isAbsent) expect(attempt).toThrow('the event bus news-1111-x');
    else expect(attempt).not.toThrow();
  });

  test('finds nothing in a system of the library\'s own constructs, over units', () => {
    const app = testApp();
    const { system, bus, api } = wholeSystem(3, {}, app);
    const fn = new MultiRegionFunction(new SystemUnit(system, 'Billing'), 'Bill', { codePath: CODE });
    bus.subscribe('Bill', { eventPattern: { source: ['shop'] }, target: fn });
    api.addRoute(HttpMethod.GET, '/bills', fn);
    const { assembly, systems: [description] } = readAssembly(app.synth().directory);
    expect(surroundingsOf({ assembly, system: description })).toEqual({ secrets: {}, notes: [] });
  });

  test('does not judge what a nested stack or a transform may make', () => {
    const use: Use = system => { apiIn(system).addUsagePlan('Plan', { apiKeySecrets: { acme: 'acme' } }); };
    expect(surroundings(use, stack => stack.addTransform('AWS::Serverless-2016-10-31')).notes).toHaveLength(1);
  });

  test('makes up the value of a secret that nobody gives, and says so', () => {
    const use: Use = system => { apiIn(system, fnIn(system)).addUsagePlan('Plan', { apiKeySecrets: { acme: 'keys/acme', umbrella: 'keys/umbrella' } }); };
    const { secrets, notes } = surroundings(use, undefined, { 'keys/acme': 'a'.repeat(20), 'others': 'x' });
    expect(secrets).toEqual({ 'keys/acme': 'a'.repeat(20), 'others': 'x', 'keys/umbrella': expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(notes).toEqual(['The secret keys/umbrella has a value that nobody knows: give it by secrets of the workload\'s prepare.']);
  });

  test('makes up keys of a secret that is JSON, and nothing for a secret that the app makes', () => {
    const { secrets } = surroundings(fnIn, stack => {
      const value = (name: string, jsonField?: string) => SecretValue.secretsManager(name, { jsonField }).unsafeUnwrap();
      new CfnSecret(stack, 'Made', { name: 'made', secretString: value('root') });
      new StringParameter(stack, 'Uses', { stringValue: `${value('database', 'user')}:${value('database', 'password')}@${value('made')}` });
    });
    expect([Object.keys(secrets).sort(), Object.keys(JSON.parse(secrets.database)).sort()]).toEqual([['database', 'root'], ['password', 'user']]);
  });

  test('takes a secret for made where its stack or a replica of it is', () => {
    const making = (replicated: boolean): Make => stack => {
      if (stack.region === primaryRegion) new CfnSecret(stack, 'Made', { name: 'made', replicaRegions: replicated ? [{ region: secondaryRegions[0] }] : [] });
      new StringParameter(stack, 'Uses', { stringValue: SecretValue.secretsManager('made').unsafeUnwrap() });
    };
    expect([true, false].map(replicated => Object.keys(surroundings(fnIn, making(replicated)).secrets))).toEqual([[], ['made']]);
  });

  test('names layers of other accounts, container images and user pools, which an app goes without', () => {
    const { notes } = surroundings(system => {
      fnIn(system, '999999999999:layer:insights:3');
      new MultiRegionFunction(system, 'Rank', { image: FunctionImage.fromRepository('shop/rank', { tagOrDigest: 'v1' }) });
      const userPoolArns = Object.fromEntries(REGIONS.map(region => [region, [`arn:aws:cognito-idp:${region}:${ACCOUNT}:userpool/${region}_abc`]]));
      const api = new MultiRegionApi(system, 'Api', { authorization: ApiAuthorization.cognito({ userPoolArns }) });
      api.addRoute(HttpMethod.GET, '/orders', new MultiRegionFunction(system, 'List', { codePath: CODE }));
    });
    expect(notes).toEqual([
      ...REGIONS.map(region => `The layer arn:aws:lambda:${region}:999999999999:layer:insights:3 is not here: functions run without it.`),
      'Shop-Rank runs a container image, which local regions do not: what calls it fails.',
      ...REGIONS.map(region => `The user pool arn:aws:cognito-idp:${region}:${ACCOUNT}:userpool/${region}_abc is not here: nobody has a token of it.`),
    ]);
  });
});
