import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { ApiAuthorization, HttpMethod, MultiRegionApi, MultiRegionApiProps, MultiRegionFunction } from '../../src';
import { CODE, expectPropError, regional, resources, testSystem } from '../support/synth';

const authorization = ApiAuthorization.none({ reason: 'for the tests of this file' });

function apiWith(props: Partial<MultiRegionApiProps> = {}) {
  const system = testSystem(1);
  const api = new MultiRegionApi(system, 'Api', { authorization, ...props });
  const fn = new MultiRegionFunction(system, 'Handler', { codePath: CODE });
  const add = (path: string, method = HttpMethod.GET) => api.addRoute(method, path, fn);
  return { system, add, template: (): Template => regional(system, 'ap-southeast-2') };
}

describe('MultiRegionApi takes', () => {
  test('the characters of API Gateway, one variable in one place, and a greedy one at the end', () => {
    const { add, template } = apiWith();
    const paths = ['/', '/events:batch', '/a.b_c-d', '/orders/{id}', '/orders/{id}/items/{item}', '/orders/all', '/files/{path+}', '/health/live', '/ping/me', '/get', '/...'];
    paths.forEach(path => add(path));
    const parts = resources(template(), 'AWS::ApiGateway::Resource').map(({ Properties }) => Properties.PathPart);
    expect(parts).toEqual(expect.arrayContaining(['events:batch', 'a.b_c-d', '{id}', 'items', '{item}', '{path+}', 'live', 'me', 'get', '...']));
  });

  test('the same path with several methods, ANY beside cors, and OPTIONS without it', () => {
    const { add } = apiWith({ cors: { allowOrigins: ['*'] } });
    add('/orders/{id}', HttpMethod.ANY);
    add('/orders/{id}', HttpMethod.GET);
    expect(() => apiWith().add('/orders', HttpMethod.OPTIONS)).not.toThrow();
  });
});

describe('MultiRegionApi throws if', () => {
  test.each([
    ['/a~b', 'dots, underscores, hyphens and colons'],
    ['/a,b', 'dots, underscores, hyphens and colons'],
    ['/order{id}', 'a part is a {variable}'],
    ['/{}', 'a part is a {variable}'],
    ['/{a b}', 'a part is a {variable}'],
    ['/a/../b', 'a path such as /orders/{id}'],
    ['/.', 'a path such as /orders/{id}'],
    ['/{path+}/b', 'a greedy variable at the end only'],
    ['/{id}/items/{id}', 'each variable once'],
    ['/ping', 'which API Gateway reserves'],
    ['/sping', 'which API Gateway reserves'],
    ['/GET', 'parts other than GET'],
    ['/orders/Resource', 'parts other than Resource'],
    ['/Default', 'parts other than Default'],
    ['/POSTBody', 'parts other than POSTBody'],
  ])('a path cannot be one: %s', (path, allowed) => {
    expectPropError(() => apiWith().add(path), 'path', `"${path}"`, allowed, 'Orders/Api');
  });

  test('a path is longer than a method with authorization can be', () => {
    expect(() => apiWith().add(`/${'a'.repeat(1499)}`)).not.toThrow();
    expectPropError(() => apiWith().add(`/${'a'.repeat(1500)}`), 'path', '"/aaa', 'at most 1500 characters; these are 1501', 'Orders/Api');
  });

  test.each([
    ['/orders/{id}', '/orders/{orderId}/items', '{id} in place of {orderId}, as in /orders/{id}'],
    ['/orders/{id}/items', '/orders/{orderId}', '{id} in place of {orderId}, as in /orders/{id}/items'],
    ['/{proxy+}', '/{id}', '{proxy+} in place of {id}'],
    ['/orders/{id}', '/orders/{id+}', '{id} in place of {id+}'],
  ])('%s has another variable in the same place: %s', (first, second, allowed) => {
    const { add } = apiWith();
    add(first);
    expectPropError(() => add(second), 'path', `"${second}"`, allowed, 'Orders/Api');
    // nothing of the refused path stays
    expect(() => add('/orders')).not.toThrow();
  });

  test('it answers OPTIONS by its cors', () => {
    const { add } = apiWith({ cors: { allowOrigins: ['https://shop.example.com'] } });
    expectPropError(() => add('/orders', HttpMethod.OPTIONS), 'method', '"OPTIONS"', 'the API answers OPTIONS /orders by its cors', 'Orders/Api');
  });
});

describe('MultiRegionApi warns once of', () => {
  const warnings = ({ system, template }: ReturnType<typeof apiWith>) => {
    template();
    return Annotations.fromStack(system.stackIn('ap-southeast-2')).findWarning('*', Match.stringLikeRegexp('API Gateway\'s default quota')).map(({ entry }) => entry.data);
  };

  test('more resources than the quota of an API', () => {
    const path = (letter: string, depth: number) => Array.from({ length: depth }, (_, i) => `/${letter}${i}`).join('');
    const enough = apiWith();
    enough.add(path('a', 298)); // beside the root and /health
    expect(warnings(enough)).toEqual([]);
    const tooMany = apiWith();
    tooMany.add(path('a', 298));
    tooMany.add(path('b', 1));
    tooMany.add(path('c', 1));
    expect(warnings(tooMany)).toEqual([expect.stringContaining('Orders/Api has more than 300 resources')]);
  });

  test('more authorizers than the quota of an API', () => {
    const built = apiWith();
    const fn = new MultiRegionFunction(built.system, 'Other', { codePath: CODE });
    const api = new MultiRegionApi(built.system, 'Second', { authorization });
    const cognito = (i: number) => ApiAuthorization.cognito({ userPoolArns: { 'ap-southeast-2': [`arn:aws:cognito-idp:ap-southeast-2:111122223333:userpool/ap-southeast-2_${i}`] } });
    for (let i = 0; i < 12; i++) api.addRoute(HttpMethod.GET, `/a${i}`, fn, { authorization: cognito(i) });
    expect(warnings(built)).toEqual([expect.stringContaining('Orders/Second has more than 10 authorizers')]);
  });
});
