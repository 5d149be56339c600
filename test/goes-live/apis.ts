import { Duration, Size } from 'aws-cdk-lib';
import { Period } from 'aws-cdk-lib/aws-apigateway';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { GeoLocation, HostedZone } from 'aws-cdk-lib/aws-route53';
import { byRegion, OnlyAtSynthesis, Subject, thresholds, With } from './subject';
import { ApiAuthorization, ApiRouting, CustomAuthorizerType, HttpMethod, JwtTokenUse, MultiRegionApi, MultiRegionFunction, MultiRegionSystem, WebAclAction } from '../../src';
import { DOMAIN } from '../support/order-system';
import { CODE } from '../support/synth';

const OPEN = ApiAuthorization.none({ reason: 'a test' });
const jwt = (props: object = {}) => ApiAuthorization.jwt({ issuer: 'https://login.example.com', audience: ['orders'], ...props });
const poolArns = (system: MultiRegionSystem, name = 'a') => byRegion(system, region => [`arn:aws:cognito-idp:${region}:111122223333:userpool/${region}_${name}`]);

/** An API with a route that has a body. */
function apiOf(system: MultiRegionSystem, props: object, route: object = {}): void {
  const api = new MultiRegionApi(system, 'Api', { authorization: OPEN, ...props });
  api.addRoute(HttpMethod.POST, '/orders', functionOf(system, 'PlaceOrder'), route);
}

const functionOf = (system: MultiRegionSystem, id: string) => new MultiRegionFunction(system, id, { codePath: CODE });
const certificateArns = (system: MultiRegionSystem) => byRegion(system, region => `arn:aws:acm:${region}:111122223333:certificate/1b2c3d4e-0000-0000-0000-000000000000`);
const schema = (...required: string[]) => ({ type: 'object', required });

export const APIS: Subject[] = [
  {
    of: 'MultiRegionApiProps',
    base: () => ({ domain: DOMAIN }),
    make: (system, props) => apiOf(system, props),
    changes: {
      alarmSettings: { latency: { threshold: 7 } },
      authorization: jwt(),
      binaryMediaTypes: ['image/png'],
      cloudWatchRole: false,
      cors: { allowOrigins: ['https://example.com'] },
      domain: undefined,
      health: { failureThreshold: 5 },
      logRetention: RetentionDays.ONE_WEEK,
      routing: ApiRouting.failover(),
      throttlingBurstLimit: 77,
      throttlingRateLimit: 77,
      webAcl: { rateLimit: 777 },
    },
  },
  // whatever another one of the same kind changes
  ...Object.entries<[object, object]>({
    allowOrigins: [{ allowOrigins: ['https://a.example.com'] }, { allowOrigins: ['https://b.example.com'] }],
    allowHeaders: [{ allowOrigins: ['https://a.example.com'] }, { allowOrigins: ['https://a.example.com'], allowHeaders: ['x-own'] }],
    allowMethods: [{ allowOrigins: ['https://a.example.com'] }, { allowOrigins: ['https://a.example.com'], allowMethods: ['GET'] }],
    maxAge: [{ allowOrigins: ['https://a.example.com'] }, { allowOrigins: ['https://a.example.com'], maxAge: Duration.minutes(7) }],
    exposeHeaders: [{ allowOrigins: ['https://a.example.com'] }, { allowOrigins: ['https://a.example.com'], exposeHeaders: ['x-own'] }],
    allowCredentials: [{ allowOrigins: ['https://a.example.com'] }, { allowOrigins: ['https://a.example.com'], allowCredentials: true }],
    statusCode: [{ allowOrigins: ['https://a.example.com'] }, { allowOrigins: ['https://a.example.com'], statusCode: 200 }],
  }).map(([what, [cors, changed]]): Subject => ({
    of: 'MultiRegionApiProps', when: `another ${what} of cors`, base: () => ({ cors }), make: (system, props) => apiOf(system, props), changes: { cors: changed },
  })),
  ...([['iam', ApiAuthorization.iam()], ['none', OPEN]] as const).map(([what, authorization]): Subject => ({
    of: 'MultiRegionApiProps', when: `${what} after jwt`, base: () => ({ authorization: jwt() }), make: (system, props) => apiOf(system, props), changes: { authorization },
  })),
  {
    of: 'RouteOptions',
    base: () => ({ authorization: jwt(), requestSchema: schema('id'), scopes: ['write'] }),
    make: (system, options) => apiOf(system, {}, options),
    changes: {
      authorization: new With({ authorization: OPEN, scopes: undefined }), requestSchema: schema('id', 'amount'), scopes: ['other'], requiredHeaders: ['X-Shop'], requiredQueryParameters: ['shop'],
    },
  },
  {
    of: 'RouteOptions',
    when: 'with API keys',
    make: (system, options) => {
      const api = new MultiRegionApi(system, 'Api', { authorization: OPEN });
      api.addRoute(HttpMethod.POST, '/orders', functionOf(system, 'PlaceOrder'), options);
      api.addUsagePlan('Partners', { apiKeySecrets: { acme: 'keys/acme' } });
    },
    changes: { apiKeyRequired: true },
  },
  {
    of: 'ApiUsagePlanProps',
    base: () => ({ apiKeySecrets: { acme: 'keys/acme' }, quotaLimit: 1000 }),
    make: (system, plan) => {
      const api = new MultiRegionApi(system, 'Api', { authorization: OPEN });
      api.addRoute(HttpMethod.POST, '/orders', functionOf(system, 'PlaceOrder'), { apiKeyRequired: true });
      api.addUsagePlan('Partners', plan);
    },
    changes: { apiKeySecrets: { acme: 'keys/acme', globex: 'keys/globex' }, throttlingRateLimit: 7, throttlingBurstLimit: 7, quotaLimit: 777, quotaPeriod: Period.DAY },
  },
  {
    of: 'RouteOptions',
    when: 'with a user pool',
    base: system => ({ authorization: ApiAuthorization.cognito({ userPoolArns: poolArns(system) }), scopes: ['write'] }),
    make: (system, options) => apiOf(system, {}, options),
    changes: { scopes: ['other'], requestSchema: schema('id') },
  },
  {
    of: 'RouteOptions',
    when: 'without its schema',
    base: () => ({ requestSchema: schema('id') }),
    make: (system, options) => apiOf(system, {}, options),
    changes: { requestSchema: undefined },
  },
  {
    of: 'MultiRegionApi.addRoute',
    base: system => ({ method: HttpMethod.GET, path: '/orders', fn: functionOf(system, 'PlaceOrder') }),
    make: (system, { method, path, fn, more = [] }) => {
      const api = new MultiRegionApi(system, 'Api', { authorization: OPEN });
      [path, ...more].forEach(one => api.addRoute(method, one, fn));
    },
    changes: { method: HttpMethod.PUT, path: '/others', fn: (system: MultiRegionSystem) => functionOf(system, 'Other'), more: ['/more'] },
  },
  ...Object.entries({
    weighted: [ApiRouting.weighted({ 'ap-southeast-2': 1, 'us-west-2': 1 }), ApiRouting.weighted({ 'ap-southeast-2': 1, 'us-west-2': 3 })],
    geolocation: [ApiRouting.geolocation({ 'us-west-2': [GeoLocation.country('US')] }, 'ap-southeast-2'), ApiRouting.geolocation({ 'us-west-2': [GeoLocation.country('CA')] }, 'ap-southeast-2')],
  }).map(([how, [routing, changed]]): Subject => ({
    of: 'MultiRegionApiProps', when: how, base: () => ({ domain: DOMAIN, routing }), make: (system, props) => apiOf(system, props), changes: { routing: changed },
  })),
  {
    of: 'JwtAuthorizationProps',
    make: (system, props) => apiOf(system, { authorization: jwt(props) }),
    changes: { audience: ['other'], issuer: 'https://other.example.com', jwksUri: 'https://login.example.com/keys', tokenUse: JwtTokenUse.ID, resultsCacheTtl: Duration.minutes(7) },
  },
  {
    of: 'CognitoAuthorizationProps',
    base: system => ({ userPoolArns: poolArns(system) }),
    make: (system, props) => apiOf(system, { authorization: ApiAuthorization.cognito(props) }),
    changes: { userPoolArns: (system: MultiRegionSystem) => poolArns(system, 'b'), resultsCacheTtl: Duration.minutes(7) },
  },
  {
    of: 'CustomAuthorizationProps',
    make: (system, props) => apiOf(system, { authorization: ApiAuthorization.custom(functionOf(system, 'Admit'), props) }),
    changes: {
      type: CustomAuthorizerType.TOKEN,
      identitySources: ['method.request.header.X-Shop'],
      tokenPattern: new With({ type: CustomAuthorizerType.TOKEN, tokenPattern: '^Bearer .+$' }),
      resultsCacheTtl: Duration.minutes(7),
    },
  },
  {
    of: 'NoAuthorizationProps',
    base: () => ({ reason: 'a test' }),
    make: (system, props) => apiOf(system, { authorization: ApiAuthorization.none(props) }),
    changes: { reason: new OnlyAtSynthesis('it is for those who audit the app') },
  },
  {
    of: 'ApiDomainProps',
    base: () => ({ domainName: 'orders.example.com', hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com' }),
    make: (system, domain) => apiOf(system, { domain }),
    changes: {
      domainName: 'shop.example.com',
      certificateArns,
      externalDns: (system: MultiRegionSystem) => new With({
        hostedZoneId: undefined, zoneName: undefined, certificateArns: certificateArns(system), externalDns: true,
      }),
      hostedZoneId: 'Z9876543210EXAMPLE',
      zoneName: new With({ zoneName: 'example.org', domainName: 'orders.example.org' }),
      hostedZone: (system: MultiRegionSystem) => new With({
        hostedZoneId: undefined, zoneName: undefined, hostedZone: HostedZone.fromHostedZoneAttributes(system.globalStack, 'Zone', { hostedZoneId: 'Z9876543210EXAMPLE', zoneName: 'example.com' }),
      }),
    },
  },
  {
    of: 'ApiHealthOptions',
    make: (system, health) => apiOf(system, { domain: DOMAIN, health }),
    changes: { checkerRegions: ['us-east-1', 'us-west-1', 'eu-west-1', 'sa-east-1'], evacuation: false, failureThreshold: 5, requestInterval: Duration.seconds(30) },
  },
  {
    of: 'WebAclOptions',
    make: (system, webAcl) => apiOf(system, { webAcl }),
    changes: {
      countedManagedRules: { AWSManagedRulesCommonRuleSet: ['GenericRFI_BODY'] }, enabled: false, managedRuleAction: WebAclAction.COUNT, managedRuleGroups: ['AWSManagedRulesKnownBadInputsRuleSet'], payloadLimit: Size.kibibytes(32), rateLimit: 777, rateLimitAction: WebAclAction.COUNT,
    },
  },
  {
    of: 'ApiAlarmSettings',
    make: (system, alarmSettings) => apiOf(system, { authorization: jwt(), domain: DOMAIN, alarmSettings }),
    changes: { ...thresholds('certificateExpiry', 'keysUnavailable', 'latency', 'serverErrors'), evacuationInForce: { evaluationPeriods: 7 }, probesMissing: { evaluationPeriods: 7 } },
  },
];
