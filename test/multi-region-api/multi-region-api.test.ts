import { Lazy, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ApiAuthorization, HttpMethod, MultiRegionApi, MultiRegionApiProps, MultiRegionFunction, MultiRegionSystem } from '../../src';
import { CODE, expectPropError, regional, resources, testSystem } from '../support/synth';

const open = ApiAuthorization.none({ reason: 'for the tests of this file' });

function api(system: MultiRegionSystem, props: MultiRegionApiProps = { authorization: open }) {
  const fn = new MultiRegionFunction(system, 'Handler', { codePath: CODE });
  return { api: new MultiRegionApi(system, 'Api', props), fn };
}

describe('MultiRegionApi', () => {
  test.each([1, 2, 3])('has the documented defaults in each of %i regions', count => {
    const system = testSystem(count);
    api(system);
    for (const region of system.regions) {
      const template = regional(system, region);
      template.hasResourceProperties('AWS::ApiGateway::RestApi', { Name: 'Orders-Api', EndpointConfiguration: { Types: ['REGIONAL'] } });
      template.hasResourceProperties('AWS::ApiGateway::Stage', {
        StageName: 'live',
        TracingEnabled: true,
        MethodSettings: [['*', '/*'], ['GET', '/~1health']].map(([httpMethod, path]) => ({
          HttpMethod: httpMethod, ResourcePath: path, LoggingLevel: 'ERROR', DataTraceEnabled: false, MetricsEnabled: true, ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000,
        })),
      });
      template.hasResourceProperties('AWS::ApiGateway::RequestValidator', { ValidateRequestBody: true, ValidateRequestParameters: true });
      template.resourceCountIs('AWS::ApiGateway::Account', 1);
      template.hasResourceProperties('AWS::WAFv2::WebACLAssociation', { ResourceArn: Match.anyValue() });
    }
  });

  test('logs each request as one line of JSON with its id, region and trace id', () => {
    const system = testSystem();
    api(system);
    const [stage] = resources(regional(system, 'us-west-2'), 'AWS::ApiGateway::Stage');
    expect(JSON.parse(stage.Properties.AccessLogSetting.Format)).toMatchObject({
      requestId: '$context.requestId', region: 'us-west-2', traceId: '$context.xrayTraceId', status: '$context.status',
    });
  });

  test('answers /health in every region without authorization', () => {
    const system = testSystem();
    api(system, { authorization: ApiAuthorization.iam() });
    for (const region of system.regions) {
      const template = regional(system, region);
      template.hasResourceProperties('AWS::ApiGateway::Resource', { PathPart: 'health' });
      template.hasResourceProperties('AWS::ApiGateway::Method', { HttpMethod: 'GET', AuthorizationType: 'NONE' });
    }
  });

  test('serves a route by the same region\'s live alias', () => {
    const system = testSystem();
    const { api: orders, fn } = api(system);
    orders.addRoute(HttpMethod.PUT, '/orders/{id}', fn, { authorization: ApiAuthorization.iam() });
    for (const region of system.regions) {
      const methods = resources(regional(system, region), 'AWS::ApiGateway::Method').filter(method => method.Properties.HttpMethod === 'PUT');
      expect(methods).toHaveLength(1);
      expect(methods[0].Properties.AuthorizationType).toBe('AWS_IAM');
      expect(methods[0].Properties.Integration).toMatchObject({ Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST' });
      expect(JSON.stringify(methods[0].Properties.Integration.Uri)).toContain('HandlerLive');
    }
  });

  test('validates the body of a route by its schema, as it is written', () => {
    const system = testSystem();
    const { api: orders, fn } = api(system);
    const requestSchema = { $schema: 'http://json-schema.org/draft-04/schema#', type: 'object', required: ['orderId'] };
    orders.addRoute(HttpMethod.POST, '/', fn, { requestSchema });
    const template = regional(system, 'us-west-2');
    template.hasResourceProperties('AWS::ApiGateway::Model', { ContentType: 'application/json', Schema: requestSchema });
    template.hasResourceProperties('AWS::ApiGateway::Method', {
      HttpMethod: 'POST', RequestModels: { 'application/json': { Ref: Match.anyValue() } }, RequestValidatorId: { Ref: Match.anyValue() },
    });
  });

  test('gives each region\'s API and URL', () => {
    const system = testSystem();
    const { api: orders } = api(system, {
      authorization: open, logRetention: RetentionDays.ONE_DAY, throttlingRateLimit: 5, throttlingBurstLimit: 9,
    });
    const stack = system.stackIn('us-west-2');
    expect(Stack.of(orders.inRegion('us-west-2'))).toBe(stack);
    expect(JSON.stringify(stack.resolve(orders.urlIn('us-west-2')))).toContain('.execute-api.us-west-2.');
    expect(orders.url).toBe(orders.urlIn('ap-southeast-2'));
    regional(system, 'us-west-2').hasOutput('*', { Value: stack.resolve(orders.urlIn('us-west-2')) });
    regional(system, 'us-west-2').hasResourceProperties('AWS::ApiGateway::Stage', {
      MethodSettings: Match.arrayWith([Match.objectLike({ HttpMethod: '*', ThrottlingRateLimit: 5, ThrottlingBurstLimit: 9 })]),
    });
  });

  describe('throws if', () => {
    const path = 'Orders/Api';
    const route = (method: any, at: any, options?: any) => () => {
      const { api: orders, fn } = api(testSystem());
      orders.addRoute(method, at, fn, options);
    };

    test('no authorization is chosen', () => {
      expectPropError(() => api(testSystem(), {}), 'authorization', 'undefined', 'none({ reason })', path);
      expectPropError(() => api(testSystem(), { authorization: 'none' as any }), 'authorization', '"none"', 'ApiAuthorization.jwt', path);
    });
    test.each(['', '  ', undefined])('an API is left open without a reason: %p', reason => {
      expectPropError(() => api(testSystem(), { authorization: ApiAuthorization.none({ reason: reason as string }) }), 'reason', reason ?? 'undefined', 'a reason, for those who audit it', path);
    });
    test.each(['throttlingRateLimit', 'throttlingBurstLimit'])('%s is 0', prop => {
      expectPropError(() => api(testSystem(), { authorization: open, [prop]: 0 }), prop, '0', 'above 0', path);
    });
    test.each([0.5, 1])('the rate is not above 0: %p is taken', throttlingRateLimit => {
      expect(() => api(testSystem(), { authorization: open, throttlingRateLimit })).not.toThrow();
    });
    test.each([
      ['throttlingRateLimit', Infinity, 'Infinity'], ['throttlingRateLimit', NaN, 'NaN'], ['throttlingRateLimit', -1, '-1'], ['throttlingRateLimit', Lazy.number({ produce: () => 5 }), 'an unresolved token'],
      ['throttlingBurstLimit', 1.5, '1.5'], ['throttlingBurstLimit', Infinity, 'Infinity'], ['throttlingBurstLimit', Lazy.number({ produce: () => 5 }), 'an unresolved token'],
    ])('%s is %p', (prop, value, shown) => {
      expectPropError(() => api(testSystem(), { authorization: open, [prop]: value }), prop, shown, prop === 'throttlingRateLimit' ? 'a literal number above 0' : 'a literal whole number above 0', path);
    });
    test('a method is not one', () => expectPropError(route('SEND', '/a'), 'method', '"SEND"', 'GET', path));
    test.each(['a', '/a/', '//a', '/a b', '', '/{a', '/a?b=c', undefined])('a path is not one: %p', at => {
      expectPropError(route(HttpMethod.GET, at), 'path', at ?? 'undefined', '/orders/{id}', path);
    });
    test('a path is reserved', () => {
      for (const at of ['/health', '/evacuation', '/evacuation/{region}']) expectPropError(route(HttpMethod.POST, at), 'path', `"${at}"`, 'health checks ask these', path);
    });
    test.each(['text', null, []])('a schema is not one: %p', requestSchema => {
      expectPropError(route(HttpMethod.POST, '/a', { requestSchema }), 'requestSchema of POST /a', JSON.stringify(requestSchema), 'as an object', path);
    });
    test('a route is there twice', () => {
      const { api: orders, fn } = api(testSystem());
      orders.addRoute(HttpMethod.GET, '/a', fn);
      orders.addRoute(HttpMethod.POST, '/a', fn);
      expectPropError(() => orders.addRoute(HttpMethod.GET, '/a', fn), 'route', '"GET /a"', 'each route once', path);
    });
    test('a function is of another system, or none', () => {
      const { api: orders } = api(testSystem());
      const fn = new MultiRegionFunction(testSystem(), 'Other', { codePath: CODE });
      expectPropError(() => orders.addRoute(HttpMethod.GET, '/a', fn), 'fn of GET /a', '"Orders/Other"', 'a construct of the system', path);
      expectPropError(() => orders.addRoute(HttpMethod.GET, '/a', undefined as any), 'fn of GET /a', 'undefined', 'a construct of the system', path);
    });
    test('the id gives a name that API Gateway does not accept', () => {
      expectPropError(() => new MultiRegionApi(testSystem(), 'My Api', { authorization: open }), 'id', '"My Api"', 'the name of a REST API', 'Orders/My Api');
    });
  });
});
