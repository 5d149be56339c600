import { Size } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { ApiAuthorization, HttpMethod, MultiRegionApi, MultiRegionApiProps, MultiRegionFunction, MultiRegionSystem, WebAclAction } from '../../src';
import { CODE, expectPropError, regional, resources, testSystem } from '../support/synth';

const open = ApiAuthorization.none({ reason: 'for the tests of this file' });

function apiIn(system: MultiRegionSystem, props: Partial<MultiRegionApiProps> = {}) {
  return new MultiRegionApi(system, 'Api', { authorization: open, ...props });
}

describe('the web ACL of MultiRegionApi', () => {
  const acl = (props: Partial<MultiRegionApiProps>) => {
    const system = testSystem(1);
    apiIn(system, props);
    const [{ Properties }] = resources(regional(system, 'ap-southeast-2'), 'AWS::WAFv2::WebACL');
    return { ...Properties, rule: (name: string) => Properties.Rules.find((rule: any) => rule.Name === name) };
  };

  test('blocks by default what managed rules find, floods, and bodies above 16 KiB', () => {
    const { rule, Rules, AssociationConfig, DefaultAction } = acl({});
    expect(DefaultAction).toEqual({ Allow: {} });
    expect(Rules.map(({ Name, Priority }: any) => [Priority, Name])).toEqual([
      [0, 'ProbeRateLimit'], [1, 'Probes'],
      [2, 'AWSManagedRulesAmazonIpReputationList'], [3, 'AWSManagedRulesCommonRuleSet'], [4, 'AWSManagedRulesKnownBadInputsRuleSet'], [5, 'RateLimit'], [6, 'PayloadLimit'],
    ]);
    expect(rule('AWSManagedRulesKnownBadInputsRuleSet')).toMatchObject({ OverrideAction: { None: {} } });
    expect(rule('AWSManagedRulesCommonRuleSet').Statement.ManagedRuleGroupStatement.RuleActionOverrides).toEqual([{ Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } }]);
    expect(rule('RateLimit')).toMatchObject({
      Action: { Block: { CustomResponse: { ResponseCode: 429 } } }, Statement: { RateBasedStatement: { Limit: 2000, AggregateKeyType: 'IP' } },
    });
    expect(rule('PayloadLimit')).toMatchObject({
      Action: { Block: { CustomResponse: { ResponseCode: 413 } } },
      Statement: { SizeConstraintStatement: { ComparisonOperator: 'GT', Size: 16384, FieldToMatch: { Body: { OversizeHandling: 'MATCH' } } } },
    });
    expect(AssociationConfig).toEqual({ RequestBody: { API_GATEWAY: { DefaultSizeInspectionLimit: 'KB_16' } } });
  });

  test('counts instead of blocking, takes other rules and limits', () => {
    const { rule, Rules, AssociationConfig } = acl({
      webAcl: {
        managedRuleGroups: ['AWSManagedRulesSQLiRuleSet'], managedRuleAction: WebAclAction.COUNT, rateLimit: 10, rateLimitAction: WebAclAction.COUNT, payloadLimit: Size.kibibytes(33),
      },
    });
    expect(Rules).toHaveLength(5);
    expect(rule('AWSManagedRulesSQLiRuleSet')).toMatchObject({ OverrideAction: { Count: {} } });
    expect(rule('RateLimit')).toMatchObject({ Action: { Count: {} }, Statement: { RateBasedStatement: { Limit: 10 } } });
    expect(rule('PayloadLimit').Statement.SizeConstraintStatement.Size).toBe(33 * 1024);
    expect(AssociationConfig.RequestBody.API_GATEWAY.DefaultSizeInspectionLimit).toBe('KB_48');
  });

  test('can be turned off', () => {
    const system = testSystem(1);
    apiIn(system, { webAcl: { enabled: false } });
    regional(system, 'ap-southeast-2').resourceCountIs('AWS::WAFv2::WebACL', 0);
    regional(system, 'ap-southeast-2').resourceCountIs('AWS::WAFv2::WebACLAssociation', 0);
  });

  test.each<[string, object, string, string, string]>([
    ['the rate limit is below 10', { rateLimit: 9 }, 'webAcl.rateLimit', '9', 'at least 10'],
    ['the rate limit is no whole number', { rateLimit: 10.5 }, 'webAcl.rateLimit', '10.5', 'a whole number'],
    ['the payload limit is above what AWS WAF inspects', { payloadLimit: Size.kibibytes(65) }, 'webAcl.payloadLimit', '65 KiB', 'from 1 to 64'],
    ['the payload limit is below 1 KiB', { payloadLimit: Size.bytes(512) }, 'webAcl.payloadLimit', '0.5 KiB', 'from 1 to 64'],
    ['a rule group is named twice', { managedRuleGroups: ['AWSManagedRulesSQLiRuleSet', 'AWSManagedRulesSQLiRuleSet'] }, 'webAcl.managedRuleGroups', '"AWSManagedRulesSQLiRuleSet"', 'each once'],
    ['a rule group has no name', { managedRuleGroups: [''] }, 'webAcl.managedRuleGroups', '""', 'each once'],
  ])('throws if %s', (_, webAcl, prop, value, allowed) => {
    expectPropError(() => apiIn(testSystem(), { webAcl }), prop, value, allowed, 'Orders/Api');
  });
});

describe('errors of MultiRegionApi', () => {
  const responses = (props: Partial<MultiRegionApiProps> = {}) => {
    const system = testSystem(1);
    apiIn(system, props);
    return Object.fromEntries(resources(regional(system, 'ap-southeast-2'), 'AWS::ApiGateway::GatewayResponse').map(({ Properties }) => [Properties.ResponseType, Properties]));
  };

  test('are problems as RFC 9457 has them, with nothing in them but a title, a status and the request\'s id', () => {
    const all = responses();
    expect(Object.keys(all)).toEqual(expect.arrayContaining(['DEFAULT_4XX', 'DEFAULT_5XX', 'UNAUTHORIZED', 'BAD_REQUEST_BODY', 'THROTTLED', 'REQUEST_TOO_LARGE']));
    for (const { ResponseParameters, ResponseTemplates, StatusCode } of Object.values<any>(all)) {
      expect(ResponseParameters['gatewayresponse.header.Content-Type']).toBe('\'application/problem+json\'');
      const body = JSON.parse(ResponseTemplates['application/json']);
      expect(body).toEqual({ type: 'about:blank', title: expect.any(String), requestId: '$context.requestId', ...(StatusCode && { status: Number(StatusCode) }) });
    }
  });

  test('say 404 for an unknown route, but 403 where a signature may be missing', () => {
    expect(responses().MISSING_AUTHENTICATION_TOKEN.StatusCode).toBe('404');
    expect(responses({ authorization: ApiAuthorization.iam() }).MISSING_AUTHENTICATION_TOKEN.StatusCode).toBe('403');
  });

  test('can be read by browsers of an allowed origin', () => {
    const all = responses({ cors: { allowOrigins: ['https://shop.example.com'] } });
    expect(all.UNAUTHORIZED.ResponseParameters['gatewayresponse.header.Access-Control-Allow-Origin']).toBe('\'https://shop.example.com\'');
    expect(responses().UNAUTHORIZED.ResponseParameters['gatewayresponse.header.Access-Control-Allow-Origin']).toBeUndefined();
  });
});

describe('CORS of MultiRegionApi', () => {
  test('answers preflight requests of allowed origins', () => {
    const system = testSystem();
    const api = apiIn(system, { cors: { allowOrigins: ['https://shop.example.com'], allowMethods: ['GET'] } });
    api.addRoute(HttpMethod.GET, '/orders', new MultiRegionFunction(system, 'Handler', { codePath: CODE }));
    regional(system, 'us-west-2').hasResourceProperties('AWS::ApiGateway::Method', {
      HttpMethod: 'OPTIONS',
      Integration: { Type: 'MOCK', IntegrationResponses: [Match.objectLike({ ResponseParameters: Match.objectLike({ 'method.response.header.Access-Control-Allow-Origin': '\'https://shop.example.com\'' }) })] },
    });
  });
});
