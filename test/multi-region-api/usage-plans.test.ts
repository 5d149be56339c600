import { Template } from 'aws-cdk-lib/assertions';
import { Period } from 'aws-cdk-lib/aws-apigateway';
import { ApiAuthorization, ApiUsagePlanProps, HttpMethod, MultiRegionApi, MultiRegionApiProps, MultiRegionFunction, MultiRegionSystem } from '../../src';
import { expectNoFindings } from '../support/findings';
import { CODE, errorOf, expectPropError, regional, resources, testSystem } from '../support/synth';

const open = ApiAuthorization.none({ reason: 'for the tests of this file' });
const PARTNERS: ApiUsagePlanProps = { apiKeySecrets: { acme: 'orders/api-keys/acme', globex: 'orders/api-keys/globex' } };

function apiIn(system: MultiRegionSystem, props: MultiRegionApiProps = {}) {
  const api = new MultiRegionApi(system, 'Api', { authorization: open, ...props });
  api.addRoute(HttpMethod.GET, '/orders', new MultiRegionFunction(system, 'Handler', { codePath: CODE }), { apiKeyRequired: true });
  return api;
}
const methodsOf = (template: Template) => Object.fromEntries(resources(template, 'AWS::ApiGateway::Method').map(({ Properties }) => [JSON.stringify(Properties.ResourceId).includes('health') ? '/health' : '/orders', Properties]));

describe('MultiRegionApi.addUsagePlan', () => {
  test.each([1, 2, 10])('gives customers the same keys in each of %i regions, out of each region\'s replica of a secret', count => {
    const system = testSystem(count);
    apiIn(system).addUsagePlan('Partners', { ...PARTNERS, throttlingRateLimit: 5, throttlingBurstLimit: 10, quotaLimit: 1000 });
    for (const region of system.regions) {
      const template = regional(system, region);
      expect(resources(template, 'AWS::ApiGateway::ApiKey').map(({ Properties: { Enabled, Name, Value } }) => [Enabled, Name, Value])).toEqual([
        [true, 'Orders-Api-Partners-acme', '{{resolve:secretsmanager:orders/api-keys/acme:SecretString:::}}'],
        [true, 'Orders-Api-Partners-globex', '{{resolve:secretsmanager:orders/api-keys/globex:SecretString:::}}'],
      ]);
      const [{ Properties: plan }] = resources(template, 'AWS::ApiGateway::UsagePlan');
      expect(plan).toMatchObject({
        UsagePlanName: 'Orders-Api-Partners',
        ApiStages: [{ ApiId: { Ref: expect.stringMatching(/^ApiRestApi/) }, Stage: { Ref: expect.stringMatching(/^ApiRestApiDeploymentStagelive/) } }],
        Throttle: { RateLimit: 5, BurstLimit: 10 },
        Quota: { Limit: 1000, Period: 'MONTH' },
      });
      template.resourceCountIs('AWS::ApiGateway::UsagePlanKey', 2);
      const methods = methodsOf(template);
      expect([methods['/orders'].ApiKeyRequired, methods['/health'].ApiKeyRequired ?? false]).toEqual([true, false]);
      const problems = resources(template, 'AWS::ApiGateway::GatewayResponse').map(({ Properties }) => [Properties.ResponseType, Properties.StatusCode]);
      expect(problems).toEqual(expect.arrayContaining([['INVALID_API_KEY', '403'], ['QUOTA_EXCEEDED', '429']]));
    }
    expectNoFindings(system);
  });

  test('limits only what it is told to', () => {
    const system = testSystem(1);
    apiIn(system).addUsagePlan('Partners', PARTNERS);
    const [{ Properties }] = resources(regional(system, 'ap-southeast-2'), 'AWS::ApiGateway::UsagePlan');
    expect([Properties.Throttle, Properties.Quota]).toEqual([undefined, undefined]);
  });

  test('is needed by routes that ask for keys', () => {
    const synthesis = (plan?: ApiUsagePlanProps) => () => {
      const system = testSystem(1);
      const api = apiIn(system);
      if (plan) api.addUsagePlan('Partners', plan);
      (system.node.root as any).synth();
    };
    expect(errorOf(synthesis())).toContain('apiKeyRequired of GET /orders is true; allowed: only with a usage plan, by addUsagePlan, because nobody has a key [Orders/Api]');
    expect(synthesis(PARTNERS)).not.toThrow();
  });

  test('needs the header to be allowed by cors', () => {
    const withHeaders = (allowHeaders?: string[]) => () => apiIn(testSystem(1), { cors: { allowOrigins: ['https://shop.example.com'], allowHeaders } });
    [undefined, ['*'], ['x-api-key']].forEach(headers => expect(withHeaders(headers)).not.toThrow());
    expect(errorOf(withHeaders(['Authorization']))).toContain('X-Api-Key among them, or *, because GET /orders asks for it');
  });

  test.each<[string, Partial<ApiUsagePlanProps>, string, string, string]>([
    ['there is no customer', { apiKeySecrets: {} }, 'apiKeySecrets', '{}', 'at least one secret'],
    ['a secret is an ARN', { apiKeySecrets: { acme: 'arn:aws:secretsmanager:us-west-2:111122223333:secret:a-AbCdEf' } }, 'apiKeySecrets of acme', 'arn:aws', 'no ARN, which names one region'],
    ['the name of a customer is none', { apiKeySecrets: { 'a b': 'orders/a' } }, 'customer of apiKeySecrets', '"a b"', 'letters, digits'],
    ['two customers have one secret', { apiKeySecrets: { acme: 'orders/a', globex: 'orders/a' } }, 'apiKeySecrets', 'orders/a', 'each secret once'],
    ['a period has no quota', { quotaPeriod: Period.DAY }, 'quotaPeriod', '"DAY"', 'only with quotaLimit'],
    ['a quota is broken', { quotaLimit: 1.5 }, 'quotaLimit', '1.5', 'a literal whole number above 0'],
    ['a rate is zero', { throttlingRateLimit: 0 }, 'throttlingRateLimit', '0', 'a literal number above 0'],
    ['a burst is broken', { throttlingBurstLimit: 0.5 }, 'throttlingBurstLimit', '0.5', 'a literal whole number above 0'],
  ])('throws if %s', (_, props, prop, value, allowed) => {
    expectPropError(() => apiIn(testSystem(1)).addUsagePlan('Partners', { ...PARTNERS, ...props }), prop, value, allowed, 'Orders/Api');
  });

  test('throws if there is a plan of that id, or one with that secret', () => {
    const api = apiIn(testSystem(1));
    api.addUsagePlan('Partners', PARTNERS);
    expectPropError(() => api.addUsagePlan('Partners', { apiKeySecrets: { hooli: 'orders/h' } }), 'id of a usage plan', '"Partners"', 'each id once', 'Orders/Api');
    expectPropError(() => api.addUsagePlan('Others', { apiKeySecrets: { hooli: 'orders/api-keys/acme' } }), 'apiKeySecrets', 'orders/api-keys/acme', 'each secret once', 'Orders/Api');
  });
});
