/** What lets an API call functions, and which functions it may call. */
import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import {
  ApiAuthorization, CognitoAuthorizationProps, GlobalTable, HttpMethod, JwtAuthorizationProps, MultiRegionApi, MultiRegionApiProps,
  MultiRegionFunction, MultiRegionSystem, RouteOptions, SystemUnit,
} from '../../src';
import { sizeOf } from '../../src/system/inline-role';
import { DOMAIN } from '../support/order-system';
import { expectOwnReferencesOnly } from '../support/references';
import { CODE, errorOf, expectPropError, regional, resources, testSystem } from '../support/synth';

const open = ApiAuthorization.none({ reason: 'for the tests of this file' });
const JWT: JwtAuthorizationProps = { issuer: 'https://login.example.com', audience: ['orders'] };
const REGION = 'ap-southeast-2';

const functionIn = (scope: MultiRegionSystem | SystemUnit, id = 'Handler') => new MultiRegionFunction(scope, id, { codePath: CODE });
const apiIn = (scope: MultiRegionSystem | SystemUnit, props: MultiRegionApiProps = {}) => new MultiRegionApi(scope, 'Api', { authorization: open, ...props });

/** The permissions of a stack, as functions that they are on, with what may invoke these. */
function permissions(template: Template, functionName: string) {
  return resources(template, 'AWS::Lambda::Permission').map(({ Properties }) => Properties).filter(({ FunctionName }) => JSON.stringify(FunctionName).includes(functionName));
}

describe('MultiRegionApi may invoke a function', () => {
  test('by one permission for all routes, of its stage only, which is there before they are', () => {
    const system = testSystem();
    const [api, fn] = [apiIn(system), functionIn(system)];
    api.addRoute(HttpMethod.GET, '/', fn);
    api.addRoute(HttpMethod.PUT, '/orders/{id}', fn);
    for (const region of system.regions) {
      const template = regional(system, region);
      expect(permissions(template, 'HandlerLive')).toEqual([{
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: expect.stringMatching(/^HandlerLive/) },
        Principal: 'apigateway.amazonaws.com',
        SourceArn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:execute-api:${region}:`, { Ref: 'AWS::AccountId' }, ':', { Ref: expect.stringMatching(/^ApiRestApi/) }, '/live/*/*']] },
      }]);
      template.hasResource('AWS::ApiGateway::Deployment', { DependsOn: Match.arrayWith([Match.stringLikeRegexp('^HandlerLiveApi')]) });
    }
  });

  test('by a permission for each of several APIs', () => {
    const system = testSystem(1);
    const fn = functionIn(system);
    apiIn(system).addRoute(HttpMethod.GET, '/orders', fn);
    new MultiRegionApi(system, 'Admin', { authorization: open }).addRoute(HttpMethod.GET, '/orders', fn);
    expect(permissions(regional(system, REGION), 'HandlerLive')).toHaveLength(2);
  });

  test('by a permission for its authorizer', () => {
    const system = testSystem(1);
    apiIn(system, { authorization: ApiAuthorization.jwt(JWT) }).addRoute(HttpMethod.GET, '/orders', functionIn(system));
    const template = regional(system, REGION);
    const [permission, ...others] = permissions(template, 'JwtAuthorizer');
    expect(others).toEqual([]);
    expect(permission.SourceArn['Fn::Join'][1].slice(-3)).toEqual([{ Ref: expect.stringMatching(/^ApiRestApi/) }, '/authorizers/', { Ref: expect.stringMatching(/^ApiJwtAuthorizerGateway/) }]);
    template.hasResource('AWS::ApiGateway::Deployment', { DependsOn: Match.arrayWith([Match.stringLikeRegexp('^ApiJwtAuthorizerLiveAuthorizer')]) });
  });

  test('by a policy far below Lambda\'s quota, with 100 routes to one function and the longest names', () => {
    const system = testSystem(1, { systemName: 'S'.repeat(40) });
    const fn = functionIn(system, 'F'.repeat(64 - 41));
    const api = new MultiRegionApi(system, 'A'.repeat(16), { authorization: open }); // the longest of which a function /health can be named
    for (let i = 0; i < 100; i++) api.addRoute(HttpMethod.POST, `/${'a'.repeat(100)}${i}`, fn);
    const statements = permissions(regional(system, REGION), 'F'.repeat(23)).map(({ Action, Principal, FunctionName, SourceArn }) => ({
      // as CloudFormation names a statement: the stack, the logical id, a random part
      Sid: 'x'.repeat(100), Effect: 'Allow', Principal: { Service: Principal }, Action, Resource: FunctionName, Condition: { ArnLike: { 'AWS:SourceArn': SourceArn } },
    }));
    expect(sizeOf(statements)).toBeLessThan(20_480 / 20);
  });

  test('at two resources a route, and one a function', () => {
    const count = (routes: number, functions: number) => {
      const system = testSystem(1);
      const api = apiIn(system);
      const table = new GlobalTable(system, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
      const fns = Array.from({ length: functions }, (_, i) => functionIn(system, `Handler${i}`));
      fns.forEach(fn => table.grantReadWriteData(fn));
      for (let i = 0; i < routes; i++) api.addRoute(HttpMethod.GET, `/a${i}`, fns[i % functions]);
      return Object.keys(regional(system, REGION).toJSON().Resources).length;
    };
    const [one, ofSameFunction, ofTwo, withoutRoute] = [count(1, 1), count(2, 1), count(2, 2), count(0, 1)];
    expect(ofSameFunction - one).toBe(2);
    expect(one - withoutRoute).toBe(3);
    // a function with a role that holds its grant, a route and all
    expect(ofTwo - one).toBeLessThanOrEqual(12);
  });
});

describe('MultiRegionApi in a system with units', () => {
  test('calls functions of any unit by literal names, and has the permission in its own stack', () => {
    const system = testSystem();
    const fn = functionIn(new SystemUnit(system, 'Billing'));
    const api = apiIn(system, { domain: DOMAIN });
    api.addRoute(HttpMethod.GET, '/bills', fn);
    api.addRoute(HttpMethod.POST, '/bills', fn);
    for (const region of system.regions) {
      const template = regional(system, region);
      const alias = ['arn:', { Ref: 'AWS::Partition' }, `:lambda:${region}:`, { Ref: 'AWS::AccountId' }, ':function:Orders-Billing-Handler:live'];
      const method = resources(template, 'AWS::ApiGateway::Method').find(({ Properties }) => Properties.HttpMethod === 'POST');
      expect(JSON.stringify(method.Properties.Integration.Uri)).toContain('function:Orders-Billing-Handler:live/invocations');
      expect(permissions(template, 'Orders-Billing-Handler')).toEqual([expect.objectContaining({ FunctionName: { 'Fn::Join': ['', alias] }, Principal: 'apigateway.amazonaws.com' })]);
      template.hasResource('AWS::ApiGateway::Deployment', { DependsOn: Match.arrayWith([Match.stringLikeRegexp('^ApiApiOrdersBillingHandler')]) });
    }
    expectOwnReferencesOnly(system);
  });

  test('is wholly in the unit that it is in, with a function that answers for evacuations', () => {
    const system = testSystem();
    const unit = new SystemUnit(system, 'Billing');
    const api = apiIn(unit, { domain: DOMAIN });
    api.addRoute(HttpMethod.GET, '/bills', functionIn(unit));
    for (const region of system.regions) {
      const template = Template.fromStack(unit._stacks.stackIn(region));
      template.hasResourceProperties('AWS::ApiGateway::RestApi', { Name: 'Orders-Billing-Api' });
      template.hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: 'Orders-Billing-Control-Evacuation', Environment: { Variables: { CONTROL_TABLE_NAME: 'Orders-Control-Table' } },
      });
      expect(permissions(template, 'Live').every(({ FunctionName }) => FunctionName.Ref)).toBe(true);
      Template.fromStack(unit._stacks.meshIn(region)).resourceCountIs('AWS::Route53::RecordSet', 2);
      expect(resources(regional(system, region), 'AWS::Lambda::Function').map(({ Properties }) => Properties.FunctionName)).not.toContain('Orders-Control-Evacuation');
    }
  });

  test('throws if it is in a unit, and a function is in another unit or in the system', () => {
    const system = testSystem();
    const api = apiIn(new SystemUnit(system, 'Billing'));
    const elsewhere = functionIn(new SystemUnit(system, 'Shipping'));
    const allowed = 'an API belongs in the system itself, or in the unit of its functions';
    expectPropError(() => api.addRoute(HttpMethod.GET, '/a', elsewhere), 'fn of GET /a', '"Orders/Shipping/Handler"', allowed, 'Orders/Billing/Api');
    expectPropError(() => api.addRoute(HttpMethod.GET, '/a', functionIn(system)), 'fn of GET /a', '"Orders/Handler"', allowed, 'Orders/Billing/Api');
  });
});

describe('MultiRegionApi makes a new deployment, without which its stage would go on with the old state,', () => {
  const deploymentOf = (props: MultiRegionApiProps, options: RouteOptions = {}) => {
    const system = testSystem(1);
    apiIn(system, props).addRoute(HttpMethod.POST, '/orders', functionIn(system), options);
    return Object.keys(regional(system, REGION).findResources('AWS::ApiGateway::Deployment'))[0];
  };

  test('when the schema of a body changes', () => {
    const withSchema = (requestSchema: object) => deploymentOf({}, { requestSchema: requestSchema as RouteOptions['requestSchema'] });
    expect(withSchema({ type: 'object' })).toBe(withSchema({ type: 'object' }));
    expect(withSchema({ type: 'object' })).not.toBe(withSchema({ type: 'object', required: ['orderId'] }));
  });

  test('when the lifetime of an authorizer\'s decisions changes', () => {
    const jwt = (props: Partial<JwtAuthorizationProps>) => deploymentOf({ authorization: ApiAuthorization.jwt({ ...JWT, ...props }) });
    expect(jwt({})).toBe(jwt({ resultsCacheTtl: Duration.minutes(5) }));
    expect(jwt({})).not.toBe(jwt({ resultsCacheTtl: Duration.seconds(0) }));
  });

  test('when the user pools change', () => {
    const pool = (name: string): CognitoAuthorizationProps => ({ userPoolArns: { [REGION]: [`arn:aws:cognito-idp:${REGION}:111122223333:userpool/${REGION}_${name}`] } });
    const cognito = (name: string) => deploymentOf({ authorization: ApiAuthorization.cognito(pool(name)) });
    expect(cognito('abc')).toBe(cognito('abc'));
    expect(cognito('abc')).not.toBe(cognito('def'));
  });
});

describe('alarm settings of MultiRegionApi', () => {
  const synthesis = (props: MultiRegionApiProps) => () => {
    const system = testSystem(1);
    apiIn(system, props);
    (system.node.root as any).synth();
  };

  test.each(['certificateExpiry', 'keysUnavailable'])('stop the synthesis if there is no such alarm: %s', key => {
    expect(errorOf(synthesis({ alarmSettings: { [key]: { threshold: 7 } } }))).toContain(`alarmSettings.${key} is`);
    expect(synthesis({ alarmSettings: { [key]: { enabled: false } } })).not.toThrow();
  });

  test('change the alarms', () => {
    const system = testSystem(1);
    const alarmSettings = {
      serverErrors: { threshold: 9 }, latency: { threshold: 800 }, certificateExpiry: { threshold: 20 }, keysUnavailable: { threshold: 3 },
    };
    const api = apiIn(system, { domain: DOMAIN, alarmSettings, authorization: ApiAuthorization.jwt(JWT) });
    api.addRoute(HttpMethod.GET, '/orders', functionIn(system));
    const template = regional(system, REGION);
    const thresholds = { '5XXError': 9, 'Latency': 800, 'DaysToExpiry': 20, 'KeysUnavailable-Orders-Api-JwtAuthorizer': 3 };
    Object.entries(thresholds).forEach(([MetricName, Threshold]) => template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName, Threshold }));
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      MetricTransformations: [Match.objectLike({ MetricNamespace: 'cdk-multi-region', MetricName: 'KeysUnavailable-Orders-Api-JwtAuthorizer' })],
    });
  });
});
