/** What an API takes over from one that a team had before: parameters, media types, and an account that somebody else sets up. */
import { ApiAuthorization, HttpMethod, MultiRegionApi, MultiRegionApiProps, MultiRegionFunction, MultiRegionSystem, RouteOptions } from '../../src';
import { expectNoFindings } from '../support/findings';
import { CODE, expectPropError, regional, resources, testSystem } from '../support/synth';

const open = ApiAuthorization.none({ reason: 'for the tests of this file' });
const REGION = 'ap-southeast-2';

function apiIn(system: MultiRegionSystem, props: MultiRegionApiProps = {}, options: RouteOptions = {}) {
  const api = new MultiRegionApi(system, 'Api', { authorization: open, ...props });
  api.addRoute(HttpMethod.GET, '/orders', new MultiRegionFunction(system, 'Handler', { codePath: CODE }), options);
  return api;
}

describe('A route of MultiRegionApi', () => {
  const problems = (system: MultiRegionSystem, region: string) => resources(regional(system, region), 'AWS::ApiGateway::GatewayResponse').map(({ Properties }) => Properties.ResponseType);

  test('needs query parameters and headers, in every region, and answers 400 in the form of the other errors', () => {
    const system = testSystem();
    apiIn(system, {}, { requiredQueryParameters: ['from', 'to'], requiredHeaders: ['Idempotency-Key'] });
    for (const region of system.regions) {
      const method = resources(regional(system, region), 'AWS::ApiGateway::Method').find(({ Properties }) => Properties.RequestParameters);
      expect(method.Properties.RequestParameters).toEqual({ 'method.request.querystring.from': true, 'method.request.querystring.to': true, 'method.request.header.Idempotency-Key': true });
      const [validator] = resources(regional(system, region), 'AWS::ApiGateway::RequestValidator');
      expect(validator.Properties.ValidateRequestParameters).toBe(true);
      expect(problems(system, region)).toContain('BAD_REQUEST_PARAMETERS');
    }
    expectNoFindings(system);
  });

  test('needs none unless it is told, and then the API has no answers about them', () => {
    const system = testSystem(1);
    apiIn(system);
    expect(resources(regional(system, REGION), 'AWS::ApiGateway::Method').filter(({ Properties }) => 'RequestParameters' in Properties)).toEqual([]);
    expect(problems(system, REGION).filter((type: string) => /PARAMETERS|API_KEY|QUOTA/.test(type))).toEqual([]);
  });

  test.each<[string, RouteOptions, string, string]>([
    ['no name', { requiredQueryParameters: ['a b'] }, 'requiredQueryParameters of GET /orders', '"a b"'],
    ['one query parameter twice', { requiredQueryParameters: ['a', 'a'] }, 'requiredQueryParameters of GET /orders', '["a","a"]'],
    ['one header twice', { requiredHeaders: ['X-A', 'x-a'] }, 'requiredHeaders of GET /orders', '["X-A","x-a"]'],
  ])('throws if it needs %s', (_, options, prop, value) => {
    expectPropError(() => apiIn(testSystem(1), {}, options), prop, value, 'name', 'Orders/Api');
  });
});

describe('MultiRegionApi', () => {
  test('takes bodies that are bytes, and makes a new deployment for that', () => {
    const deploymentOf = (binaryMediaTypes?: string[]) => {
      const system = testSystem(1);
      apiIn(system, { binaryMediaTypes });
      const template = regional(system, REGION);
      expect(resources(template, 'AWS::ApiGateway::RestApi')[0].Properties.BinaryMediaTypes).toEqual(binaryMediaTypes);
      return Object.keys(template.findResources('AWS::ApiGateway::Deployment'))[0];
    };
    expect(deploymentOf(['image/png', 'application/*', '*/*'])).not.toBe(deploymentOf());
  });

  test.each(['png', 'image/png; q=1', 'image/', '/png', ''])('throws if a media type is %p', type => {
    expectPropError(() => apiIn(testSystem(1), { binaryMediaTypes: [type] }), 'binaryMediaTypes', JSON.stringify(type), 'image/png', 'Orders/Api');
  });

  test.each([[undefined, 1], [true, 1], [false, 0]])('sets the account\'s role for logs in each region, if cloudWatchRole is %p: %i', (cloudWatchRole, count) => {
    const system = testSystem();
    apiIn(system, { cloudWatchRole });
    for (const region of system.regions) {
      const template = regional(system, region);
      template.resourceCountIs('AWS::ApiGateway::Account', count);
      expect(resources(template, 'AWS::IAM::Role').filter(({ Properties }) => JSON.stringify(Properties.AssumeRolePolicyDocument).includes('apigateway.')).length).toBe(count);
      const [{ DependsOn = [] }] = resources(template, 'AWS::ApiGateway::Stage');
      expect(DependsOn.filter((id: string) => id.startsWith('ApiGatewayAccount')).length > 0).toBe(count > 0);
      // it outlives the system, for the sake of others
      for (const { DeletionPolicy } of resources(template, 'AWS::ApiGateway::Account')) expect(DeletionPolicy).toBe('Retain');
    }
    expectNoFindings(system);
  });
});
