import { Duration, Lazy } from 'aws-cdk-lib';
import { Cors, CorsOptions } from 'aws-cdk-lib/aws-apigateway';
import { ApiAuthorization, HttpMethod, MultiRegionApi, MultiRegionFunction } from '../../src';
import { CODE, expectPropError, regional, resources, testSystem } from '../support/synth';

const open = ApiAuthorization.none({ reason: 'for the tests of this file' });
const jwt = ApiAuthorization.jwt({ issuer: 'https://login.example.com', audience: ['orders'] });
const ORIGIN = 'https://shop.example.com';

function apiWith(cors: any, authorization = open) {
  const system = testSystem(1);
  return { api: new MultiRegionApi(system, 'Api', { authorization, cors: { allowOrigins: [ORIGIN], ...cors } }), fn: new MultiRegionFunction(system, 'Handler', { codePath: CODE }) };
}

describe('cors of MultiRegionApi', () => {
  test.each<[string, Partial<CorsOptions>]>([
    ['all origins', { allowOrigins: Cors.ALL_ORIGINS }],
    ['several origins, with ports, of a computer at home and of apps', { allowOrigins: [ORIGIN, 'http://localhost:3000', 'https://[::1]:8443', 'capacitor://localhost'] }],
    ['credentials', { allowCredentials: true, allowHeaders: ['Authorization', 'X-Request-Id'], allowMethods: ['GET', 'PATCH'], exposeHeaders: ['ETag'] }],
    ['all headers and methods, without credentials', { allowHeaders: ['*'], allowMethods: ['*'], exposeHeaders: ['*'] }],
    ['the time that answers are kept', { maxAge: Duration.days(1), statusCode: 200 }],
    ['no cache', { disableCache: true, allowMethods: ['ANY'] }],
  ])('takes %s', (_, cors) => {
    expect(() => apiWith(cors)).not.toThrow();
  });

  test.each<[string, any, string, string, string]>([
    ['there is no origin', { allowOrigins: [] }, 'cors.allowOrigins', '[]', 'at least one of origins'],
    ['there is no list of origins', { allowOrigins: undefined }, 'cors.allowOrigins', 'undefined', 'at least one of origins'],
    ['all origins are mixed with others', { allowOrigins: ['*', ORIGIN] }, 'cors.allowOrigins', '"*"', '* alone'],
    ['an origin has a slash at the end', { allowOrigins: [`${ORIGIN}/`] }, 'cors.allowOrigins', `"${ORIGIN}/"`, 'a slash at the end'],
    ['an origin has a path', { allowOrigins: [`${ORIGIN}/shop`] }, 'cors.allowOrigins', '/shop"', 'without a path'],
    ['an origin has no scheme', { allowOrigins: ['shop.example.com'] }, 'cors.allowOrigins', '"shop.example.com"', 'such as https://shop.example.com'],
    ['an origin has capital letters', { allowOrigins: ['https://Shop.example.com'] }, 'cors.allowOrigins', 'Shop', 'in lower case'],
    ['an origin names the usual port', { allowOrigins: [`${ORIGIN}:443`] }, 'cors.allowOrigins', ':443', 'the usual port'],
    ['an origin is a wildcard', { allowOrigins: ['https://*.example.com'] }, 'cors.allowOrigins', '*.example.com', 'origins such as'],
    ['an origin is null', { allowOrigins: ['null'] }, 'cors.allowOrigins', '"null"', 'origins such as'],
    ['an origin is a token', { allowOrigins: [Lazy.string({ produce: () => ORIGIN })] }, 'cors.allowOrigins', '', 'origins such as'],
    ['an origin cannot be parsed', { allowOrigins: ['https://a:b'] }, 'cors.allowOrigins', '"https://a:b"', 'origins such as'],
    ['all origins come with credentials', { allowOrigins: ['*'], allowCredentials: true }, 'cors.allowOrigins', '["*"]', 'with cors.allowCredentials browsers do not take *'],
    ['all headers come with credentials', { allowHeaders: ['*'], allowCredentials: true }, 'cors.allowHeaders', '["*"]', 'each by its name'],
    ['all methods come with credentials', { allowMethods: ['*'], allowCredentials: true }, 'cors.allowMethods', '["*"]', 'each by its name'],
    ['all exposed headers come with credentials', { exposeHeaders: ['*'], allowCredentials: true }, 'cors.exposeHeaders', '["*"]', 'each by its name'],
    ['there is no header', { allowHeaders: [] }, 'cors.allowHeaders', '[]', 'leave it out for the usual ones'],
    ['a header is none', { allowHeaders: ['X Id'] }, 'cors.allowHeaders', '"X Id"', 'names of headers'],
    ['there is no method', { allowMethods: [] }, 'cors.allowMethods', '[]', 'leave it out for all'],
    ['a method is none', { allowMethods: ['get'] }, 'cors.allowMethods', '"get"', 'GET'],
    ['ANY is mixed with others', { allowMethods: ['ANY', 'GET'] }, 'cors.allowMethods', '["ANY","GET"]', 'ANY alone'],
    ['there is no exposed header', { exposeHeaders: [] }, 'cors.exposeHeaders', '[]', 'leave it out for none'],
    ['answers are kept for no time', { maxAge: Duration.seconds(0) }, 'cors.maxAge', '0 seconds', 'or cors.disableCache'],
    ['answers are kept for a part of a second', { maxAge: Duration.millis(1500) }, 'cors.maxAge', '1 second 500 millis', 'whole seconds from 1'],
    ['answers are kept for longer than browsers do', { maxAge: Duration.days(2) }, 'cors.maxAge', '2 days', 'to 86400'],
    ['answers are kept, and not', { maxAge: Duration.hours(1), disableCache: true }, 'cors.maxAge', '1 hour', 'none beside cors.disableCache'],
    ['the status is one of a refusal', { statusCode: 304 }, 'cors.statusCode', '304', 'from 200 to 299'],
  ])('throws if %s', (_, cors, prop, value, allowed) => {
    expectPropError(() => apiWith(cors), prop, value, allowed, 'Orders/Api');
  });

  test.each([[['*']], [['Content-Type']]])('throws if the API or a route asks for Authorization, and headers are %j', allowHeaders => {
    expectPropError(() => apiWith({ allowHeaders }, jwt), 'cors.allowHeaders', JSON.stringify(allowHeaders), 'because the API asks for it', 'Orders/Api');
    const { api, fn } = apiWith({ allowHeaders });
    expectPropError(() => api.addRoute(HttpMethod.GET, '/orders', fn, { authorization: ApiAuthorization.iam() }), 'cors.allowHeaders', JSON.stringify(allowHeaders), 'because GET /orders asks for it', 'Orders/Api');
  });

  test.each([[true, '\'true\''], [false, undefined]])('lets browsers read API Gateway\'s own errors with credentials: %p', (allowCredentials, expected) => {
    const system = testSystem(1);
    new MultiRegionApi(system, 'Api', { authorization: open, cors: { allowOrigins: [ORIGIN], allowCredentials } });
    for (const { Properties: { ResponseParameters } } of resources(regional(system, 'ap-southeast-2'), 'AWS::ApiGateway::GatewayResponse')) {
      expect(ResponseParameters['gatewayresponse.header.Access-Control-Allow-Origin']).toBe(`'${ORIGIN}'`);
      expect(ResponseParameters['gatewayresponse.header.Access-Control-Allow-Credentials']).toBe(expected);
    }
  });

  test('takes Authorization beside all other headers, and the CDK\'s usual headers', () => {
    expect(() => apiWith({ allowHeaders: ['*', 'authorization'] }, jwt)).not.toThrow();
    expect(() => apiWith({}, jwt)).not.toThrow();
  });
});
