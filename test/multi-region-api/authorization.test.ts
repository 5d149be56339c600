import { Duration, Lazy } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { ApiAuthorization, HttpMethod, JwtAuthorizationProps, JwtTokenUse, MultiRegionApi, MultiRegionFunction, MultiRegionSystem, RouteOptions } from '../../src';
import { CODE, expectPropError, regional, resources, testSystem } from '../support/synth';

const JWT: JwtAuthorizationProps = { issuer: 'https://login.example.com/', audience: ['orders', 'admin'] };
const pool = (region: string, name = 'abc') => `arn:aws:cognito-idp:${region}:111122223333:userpool/${region}_${name}`;
const open = ApiAuthorization.none({ reason: 'for the tests of this file' });

function apiIn(system: MultiRegionSystem, authorization: ApiAuthorization, options: RouteOptions = {}) {
  const api = new MultiRegionApi(system, 'Api', { authorization });
  const fn = new MultiRegionFunction(system, 'Handler', { codePath: CODE });
  api.addRoute(HttpMethod.GET, '/orders/{id}', fn, options);
  return { api, fn };
}

const methods = (system: MultiRegionSystem, region: string, httpMethod: string) => resources(regional(system, region), 'AWS::ApiGateway::Method')
  .map(({ Properties }) => Properties).filter(({ HttpMethod: method, AuthorizationType }) => method === httpMethod && AuthorizationType !== 'NONE');

describe('ApiAuthorization.jwt', () => {
  test('has routes ask an authorizer of their own region, which knows the issuer, the audiences and each route\'s scopes', () => {
    const system = testSystem();
    const authorization = ApiAuthorization.jwt(JWT);
    const { api, fn } = apiIn(system, authorization, { scopes: ['orders:read'] });
    api.addRoute(HttpMethod.DELETE, '/orders/{id}', fn, { scopes: ['orders:write', 'admin'] });
    api.addRoute(HttpMethod.POST, '/orders', fn);
    api.addRoute(HttpMethod.ANY, '/admin', fn, { scopes: ['admin'] });
    api.addRoute(HttpMethod.GET, '/admin', fn);
    for (const region of system.regions) {
      const template = regional(system, region);
      template.hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: 'Orders-Api-JwtAuthorizer',
        Environment: {
          Variables: {
            JWT_ISSUER: 'https://login.example.com/',
            JWT_AUDIENCE: '["orders","admin"]',
            JWT_TOKEN_USE: 'access',
            JWKS_URI: 'https://login.example.com/.well-known/jwks.json',
            ROUTE_SCOPES: '{"GET /orders/{id}":["orders:read"],"DELETE /orders/{id}":["orders:write","admin"],"ANY /admin":["admin"],"GET /admin":[]}',
          },
        },
      });
      template.resourceCountIs('AWS::ApiGateway::Authorizer', 1);
      template.hasResourceProperties('AWS::ApiGateway::Authorizer', {
        Type: 'REQUEST',
        IdentitySource: 'method.request.header.Authorization,context.httpMethod,context.resourcePath',
        AuthorizerResultTtlInSeconds: 300,
        AuthorizerUri: { 'Fn::Join': ['', Match.arrayWith([{ Ref: Match.stringLikeRegexp('^ApiJwtAuthorizerLive') }])] },
      });
      template.hasResourceProperties('AWS::Logs::MetricFilter', { FilterPattern: '"keys unavailable"' });
      for (const method of methods(system, region, 'GET')) {
        expect(method).toMatchObject({ AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: expect.stringMatching(/^ApiJwtAuthorizerGateway/) } });
      }
    }
  });

  test('rolls no deployment back for refusals, which are errors to Lambda', () => {
    const system = testSystem(1);
    apiIn(system, ApiAuthorization.jwt(JWT));
    const alarms = resources(regional(system, 'ap-southeast-2'), 'AWS::CloudWatch::Alarm').map(({ Properties }) => JSON.stringify(Properties));
    expect(alarms.filter(alarm => alarm.includes('JwtAuthorizer') && alarm.includes('"Errors"'))).toEqual([]);
  });

  test('takes the place of the keys, the use of tokens and the lifetime of decisions', () => {
    const system = testSystem(1);
    apiIn(system, ApiAuthorization.jwt({ ...JWT, jwksUri: 'https://keys.example.com/v1', tokenUse: JwtTokenUse.ID, resultsCacheTtl: Duration.seconds(0) }));
    regional(system, 'ap-southeast-2').hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { JWKS_URI: 'https://keys.example.com/v1', JWT_TOKEN_USE: 'id', ROUTE_SCOPES: '{}' } },
    });
    regional(system, 'ap-southeast-2').hasResourceProperties('AWS::ApiGateway::Authorizer', { AuthorizerResultTtlInSeconds: 0 });
  });

  test.each<[string, Partial<JwtAuthorizationProps>, string, string, string]>([
    ['the issuer is no https URL', { issuer: 'http://login.example.com' }, 'authorization.issuer', '"http://login.example.com"', 'a literal https URL'],
    ['the issuer is empty', { issuer: '' }, 'authorization.issuer', '""', 'a literal https URL'],
    ['the keys are not at an https URL', { jwksUri: 'http://login.example.com/keys' }, 'authorization.jwksUri', '"http:', 'a literal https URL'],
    ['there is no list of audiences', { audience: undefined }, 'authorization.audience', '[]', 'at least one audience'],
    ['there is no audience', { audience: [] }, 'authorization.audience', '[]', 'at least one audience'],
    ['an audience is empty', { audience: [''] }, 'authorization.audience', '[""]', 'none empty'],
    ['the issuer has no host', { issuer: 'https://%' }, 'authorization.issuer', '"https://%"', 'with the name of a host'],
    ['the keys\' place has no host', { jwksUri: 'https://:80' }, 'authorization.jwksUri', '"https://:80"', 'with the name of a host'],
    ['an audience is blank', { audience: [' '] }, 'authorization.audience', '[" "]', 'none empty'],
    ['the audiences are more than fit into the environment', { audience: ['a'.repeat(700)] }, 'authorization.audience', '"aaa', 'at most 700 characters'],
    ['the use of tokens is unknown', { tokenUse: 'refresh' as any }, 'authorization.tokenUse', '"refresh"', 'access or id'],
    ['decisions are kept for a part of a second', { resultsCacheTtl: Duration.millis(500) }, 'authorization.resultsCacheTtl', '500 millis', 'whole seconds, at most 1 hour'],
    ['it is not known how long decisions are kept', { resultsCacheTtl: Duration.seconds(Lazy.number({ produce: () => 5 })) }, 'authorization.resultsCacheTtl', 'token', 'whole seconds'],
    ['decisions are kept too long', { resultsCacheTtl: Duration.hours(2) }, 'authorization.resultsCacheTtl', '2 hours', 'at most 1 hour'],
  ])('throws if %s', (_, props, prop, value, allowed) => {
    expectPropError(() => apiIn(testSystem(), ApiAuthorization.jwt({ ...JWT, ...props })), prop, value, allowed, 'Orders/Api');
  });

  test('has an environment that Lambda takes, with the longest issuer, audiences and scopes', () => {
    const system = testSystem(1, { systemName: 'S'.repeat(40) });
    const api = new MultiRegionApi(system, 'Api', { authorization: ApiAuthorization.jwt({ issuer: `https://${'i'.repeat(300)}.com`, audience: ['a'.repeat(40)] }) });
    api.addRoute(HttpMethod.GET, '/orders', new MultiRegionFunction(system, 'Handler', { codePath: CODE }), { scopes: ['x'.repeat(2960)] });
    const [{ Properties }] = resources(regional(system, 'ap-southeast-2'), 'AWS::Lambda::Function').filter(fn => fn.Properties.Environment?.Variables.JWT_ISSUER);
    // Lambda counts names and values, as JSON
    expect(JSON.stringify(Properties.Environment.Variables).length).toBeLessThan(4096);
  });

  test('throws if the scopes are more than fit into the authorizer\'s environment', () => {
    const { api, fn } = apiIn(testSystem(), ApiAuthorization.jwt(JWT));
    expectPropError(() => api.addRoute(HttpMethod.PUT, '/orders', fn, { scopes: ['x'.repeat(3000)] }), 'scopes of PUT /orders', 'xxx', 'at most 3000 characters', 'Orders/Api');
  });
});

describe('scopes of a route', () => {
  test.each([[[]], [['']], [['orders:read orders:write']], [['a"b']], [[Lazy.string({ produce: () => 'a' })]]])('throw unless each is one that a token can have: %j', scopes => {
    expectPropError(() => apiIn(testSystem(), ApiAuthorization.jwt(JWT), { scopes }), 'scopes of GET /orders/{id}', '[', 'or leave it out for any valid token', 'Orders/Api');
  });
});

describe('ApiAuthorization.cognito', () => {
  const userPoolArns = { 'ap-southeast-2': [pool('ap-southeast-2')], 'us-west-2': [pool('us-west-2'), pool('us-west-2', 'def')] };

  test('has routes ask the user pools of their own region', () => {
    const system = testSystem();
    apiIn(system, ApiAuthorization.cognito({ userPoolArns }), { scopes: ['orders/read'] });
    regional(system, 'us-west-2').hasResourceProperties('AWS::ApiGateway::Authorizer', { Type: 'COGNITO_USER_POOLS', ProviderARNs: userPoolArns['us-west-2'], AuthorizerResultTtlInSeconds: 300 });
    expect(methods(system, 'us-west-2', 'GET')).toEqual([expect.objectContaining({ AuthorizationType: 'COGNITO_USER_POOLS', AuthorizationScopes: ['orders/read'] })]);
  });

  test.each<[string, any, string, string, string]>([
    ['a region has no user pool', { 'ap-southeast-2': [pool('ap-southeast-2')] }, 'userPoolArns of us-west-2', 'undefined', 'for every region'],
    ['a user pool is of another region', { ...userPoolArns, 'us-west-2': [pool('ap-southeast-2')] }, 'userPoolArns of us-west-2', 'ap-southeast-2_abc', 'a user pool in us-west-2'],
    ['a region is not of the system', { ...userPoolArns, 'eu-west-1': [pool('eu-west-1')] }, 'authorization.userPoolArns', '"eu-west-1"', 'regions of this system'],
    ['a user pool is there twice', { ...userPoolArns, 'us-west-2': [pool('us-west-2'), pool('us-west-2')] }, 'userPoolArns of us-west-2', 'us-west-2_abc', 'each user pool once'],
    ['there are none at all', undefined, 'userPoolArns of ap-southeast-2', 'undefined', 'for every region'],
  ])('throws if %s', (_, arns, prop, value, allowed) => {
    expectPropError(() => apiIn(testSystem(), ApiAuthorization.cognito({ userPoolArns: arns })), prop, value, allowed, 'Orders/Api');
  });
});

describe('ApiAuthorization of a route', () => {
  test('overrides the API\'s, and different ones have authorizers of their own', () => {
    const system = testSystem(1);
    const { api, fn } = apiIn(system, ApiAuthorization.jwt(JWT));
    api.addRoute(HttpMethod.PUT, '/orders/{id}', fn, { authorization: ApiAuthorization.iam() });
    api.addRoute(HttpMethod.PATCH, '/orders/{id}', fn, { authorization: ApiAuthorization.jwt({ ...JWT, audience: ['partners'] }) });
    api.addRoute(HttpMethod.HEAD, '/orders/{id}', fn, { authorization: open });
    const type = (method: string) => methods(system, 'ap-southeast-2', method).map(({ AuthorizationType }) => AuthorizationType);
    expect([type('GET'), type('PUT'), type('PATCH'), type('HEAD')]).toEqual([['CUSTOM'], ['AWS_IAM'], ['CUSTOM'], []]);
    regional(system, 'ap-southeast-2').resourceCountIs('AWS::ApiGateway::Authorizer', 2);
    regional(system, 'ap-southeast-2').hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'Orders-Api-JwtAuthorizer2', Environment: { Variables: { JWT_AUDIENCE: '["partners"]' } } });
  });

  test.each([['iam', ApiAuthorization.iam()], ['none', open]])('throws if scopes are asked of %s', (_, authorization) => {
    expectPropError(() => apiIn(testSystem(), authorization, { scopes: ['a'] }), 'scopes of GET /orders/{id}', '["a"]', 'only jwt and cognito', 'Orders/Api');
  });
});
