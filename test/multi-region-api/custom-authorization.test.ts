import { Duration } from 'aws-cdk-lib';
import { CustomAuthorizationProps, ApiAuthorization, CustomAuthorizerType, HttpMethod, MultiRegionApi, MultiRegionApiProps, MultiRegionFunction, MultiRegionSystem, SystemUnit } from '../../src';
import { expectNoFindings } from '../support/findings';
import { expectOwnReferencesOnly } from '../support/references';
import { CODE, errorOf, expectPropError, regional, resources, testSystem } from '../support/synth';

const fnIn = (scope: MultiRegionSystem | SystemUnit, id: string) => new MultiRegionFunction(scope, id, { codePath: CODE, rollbackOnAlarm: false });

function apiIn(system: MultiRegionSystem, props: CustomAuthorizationProps = {}, more: MultiRegionApiProps = {}) {
  const api = new MultiRegionApi(system, 'Api', { authorization: ApiAuthorization.custom(fnIn(system, 'Gatekeeper'), props), ...more });
  api.addRoute(HttpMethod.GET, '/orders/{id}', fnIn(system, 'Handler'));
  return api;
}
const authorizerOf = (system: MultiRegionSystem, region = 'ap-southeast-2') => {
  const [{ Properties }, ...others] = resources(regional(system, region), 'AWS::ApiGateway::Authorizer');
  expect(others).toEqual([]);
  return Properties;
};

describe('ApiAuthorization.custom', () => {
  test.each([1, 2, 3])('asks the function of the same region, of each of %i, and keeps no decision', count => {
    const system = testSystem(count);
    apiIn(system);
    for (const region of system.regions) {
      const template = regional(system, region);
      const authorizer = authorizerOf(system, region);
      expect(authorizer).toMatchObject({
        Type: 'REQUEST', IdentitySource: 'method.request.header.Authorization,context.httpMethod,context.resourcePath', AuthorizerResultTtlInSeconds: 0,
      });
      expect(authorizer.IdentityValidationExpression).toBeUndefined();
      expect(JSON.stringify(authorizer.AuthorizerUri)).toMatch(/"Ref":"GatekeeperLive/);
      template.hasResourceProperties('AWS::ApiGateway::Method', { HttpMethod: 'GET', AuthorizationType: 'CUSTOM' });
      const permissions = resources(template, 'AWS::Lambda::Permission').filter(({ Properties }) => JSON.stringify(Properties.FunctionName).includes('GatekeeperLive'));
      expect(permissions.map(({ Properties }) => Properties.SourceArn['Fn::Join'][1].slice(-2)[0])).toEqual(['/authorizers/']);
    }
    expectNoFindings(system);
    expectOwnReferencesOnly(system);
  });

  test('keeps decisions for the caller and the route, if it is told for how long', () => {
    const system = testSystem(1);
    apiIn(system, { identitySources: ['method.request.header.X-Token', 'method.request.querystring.tenant'], resultsCacheTtl: Duration.minutes(1) });
    expect(authorizerOf(system)).toMatchObject({
      IdentitySource: 'method.request.header.X-Token,method.request.querystring.tenant,context.httpMethod,context.resourcePath', AuthorizerResultTtlInSeconds: 60,
    });
  });

  test('takes a function that was written for tokens', () => {
    const system = testSystem(1);
    apiIn(system, { type: CustomAuthorizerType.TOKEN, tokenPattern: '^Bearer .+$', resultsCacheTtl: Duration.minutes(5) });
    expect(authorizerOf(system)).toMatchObject({
      Type: 'TOKEN', IdentitySource: 'method.request.header.Authorization', IdentityValidationExpression: '^Bearer .+$', AuthorizerResultTtlInSeconds: 300,
    });
  });

  test.each([['of the same unit', false], ['of another unit', true]])('lets every authorizer ask a function %s that decides for several, by a permission each', (_, isElsewhere) => {
    const system = testSystem();
    const fn = fnIn(isElsewhere ? new SystemUnit(system, 'Billing') : system, 'Gatekeeper');
    const api = new MultiRegionApi(system, 'Api', { authorization: ApiAuthorization.custom(fn) });
    const handler = fnIn(system, 'Handler');
    api.addRoute(HttpMethod.GET, '/orders', handler);
    api.addRoute(HttpMethod.GET, '/catalog', handler, { authorization: ApiAuthorization.custom(fn, { type: CustomAuthorizerType.TOKEN }) });
    api.addRoute(HttpMethod.GET, '/prices', handler, { authorization: ApiAuthorization.custom(fn, { identitySources: ['method.request.header.X-Session'] }) });
    for (const region of system.regions) {
      const template = regional(system, region);
      const authorizers = Object.keys(template.findResources('AWS::ApiGateway::Authorizer'));
      const permissions = resources(template, 'AWS::Lambda::Permission').filter(({ Properties }) => JSON.stringify(Properties.FunctionName).includes('Gatekeeper'));
      const asking = permissions.map(({ Properties }) => Properties.SourceArn['Fn::Join'][1].at(-1).Ref);
      expect([authorizers.length, asking.sort()]).toEqual([3, authorizers.sort()]);
      // no deployment of the API calls it before that
      const [{ DependsOn }] = resources(template, 'AWS::ApiGateway::Deployment');
      const ids = Object.entries(template.findResources('AWS::Lambda::Permission')).filter(([, { Properties }]) => JSON.stringify(Properties.SourceArn).includes('/authorizers/')).map(([id]) => id);
      expect(DependsOn).toEqual(expect.arrayContaining(ids));
    }
    expectNoFindings(system);
    expectOwnReferencesOnly(system);
  });

  test('calls a function of a unit by its literal name', () => {
    const system = testSystem();
    const fn = fnIn(new SystemUnit(system, 'Billing'), 'Gatekeeper');
    const api = new MultiRegionApi(system, 'Api', { authorization: ApiAuthorization.custom(fn) });
    api.addRoute(HttpMethod.GET, '/orders', fn);
    expect(JSON.stringify(authorizerOf(system).AuthorizerUri)).toContain(':function:Orders-Billing-Gatekeeper:live/invocations');
    expectOwnReferencesOnly(system);
  });

  test('asks a function that there is already', () => {
    const system = testSystem();
    const gatekeeper = MultiRegionFunction.fromFunctionName(system, 'Gatekeeper', 'gatekeeper:live');
    const api = new MultiRegionApi(system, 'Api', { authorization: ApiAuthorization.custom(gatekeeper) });
    api.addRoute(HttpMethod.GET, '/orders', fnIn(system, 'Orders'));
    expect(JSON.stringify(authorizerOf(system).AuthorizerUri)).toContain(':function:gatekeeper:live/invocations');
    for (const region of system.regions) {
      const permissions = resources(regional(system, region), 'AWS::Lambda::Permission').map(({ Properties }) => Properties).filter(({ FunctionName }) => JSON.stringify(FunctionName).includes(':function:gatekeeper:live'));
      expect(permissions.map(({ Principal, SourceArn }) => [Principal, /\/authorizers\//.test(JSON.stringify(SourceArn))])).toEqual([['apigateway.amazonaws.com', true]]);
    }
    expectOwnReferencesOnly(system);
  });

  test('makes a new deployment when its settings change, without which the stage would go on with the old ones', () => {
    const deploymentOf = (props: CustomAuthorizationProps) => {
      const system = testSystem(1);
      apiIn(system, props);
      return Object.keys(regional(system, 'ap-southeast-2').findResources('AWS::ApiGateway::Deployment'))[0];
    };
    expect(deploymentOf({})).toBe(deploymentOf({ resultsCacheTtl: Duration.seconds(0) }));
    expect(deploymentOf({})).not.toBe(deploymentOf({ resultsCacheTtl: Duration.seconds(1) }));
    expect(deploymentOf({})).not.toBe(deploymentOf({ identitySources: ['method.request.header.X-Token'] }));
  });

  test('needs the headers that it asks for, and no other, to be allowed by cors', () => {
    const withCors = (allowHeaders?: string[]) => () => apiIn(testSystem(1), { identitySources: ['method.request.header.X-Token'] }, { cors: { allowOrigins: ['https://shop.example.com'], allowHeaders } });
    expect(withCors(['X-Token'])).not.toThrow();
    expect(withCors(['*'])).not.toThrow();
    expect(errorOf(withCors(['Authorization']))).toContain('X-Token among them, or *, because the API asks for it');
    expect(errorOf(withCors())).toContain('X-Token among them');
  });

  test.each<[string, CustomAuthorizationProps, string, string]>([
    ['there is no identity source', { identitySources: [] }, 'authorization.identitySources', 'at least one of method.request.header.<name>'],
    ['one is not an identity source', { identitySources: ['Authorization'] }, 'authorization.identitySources', 'at least one of method.request.header.<name>'],
    ['a token has two places', { type: CustomAuthorizerType.TOKEN, identitySources: ['method.request.header.A', 'method.request.header.B'] }, 'authorization.identitySources', 'one header'],
    ['a token is no header', { type: CustomAuthorizerType.TOKEN, identitySources: ['method.request.querystring.token'] }, 'authorization.identitySources', 'one header'],
    ['a pattern is for whole requests', { tokenPattern: '.+' }, 'authorization.tokenPattern', 'only with CustomAuthorizerType.TOKEN'],
    ['the type is unknown', { type: 'JWT' as CustomAuthorizerType }, 'authorization.type', 'REQUEST or TOKEN'],
    ['decisions are kept for more than an hour', { resultsCacheTtl: Duration.hours(2) }, 'authorization.resultsCacheTtl', 'at most 1 hour'],
  ])('throws if %s', (_, props, prop, allowed) => {
    expectPropError(() => apiIn(testSystem(1), props), prop, '', allowed, 'Orders/Api');
  });

  test('throws if the function is none, or of another system, and if a route has scopes', () => {
    const system = testSystem(1);
    const custom = (fn: any) => () => new MultiRegionApi(system, 'Other', { authorization: ApiAuthorization.custom(fn) });
    expect(errorOf(custom({}))).toContain('allowed: a MultiRegionFunction');
    system.node.tryRemoveChild('Other');
    expect(errorOf(custom(fnIn(testSystem(1), 'Gatekeeper')))).toContain('a construct of the system Orders');
    const api = apiIn(testSystem(1));
    expectPropError(() => api.addRoute(HttpMethod.GET, '/a', fnIn(MultiRegionSystem.of(api), 'Another'), { scopes: ['a'] }), 'scopes of GET /a', '["a"]', 'none, because the function of a custom authorization decides', 'Orders/Api');
  });
});
