import { Lazy } from 'aws-cdk-lib';
import { AuthorizationType, IAuthorizer, IdentitySource, Method, MethodOptions } from 'aws-cdk-lib/aws-apigateway';
import { FilterPattern, ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { JwtAuthorization } from './api-authorization';
import { keysUnavailableMetric } from './api-metrics';
import { Authorizer, AuthorizerScope, DEFAULT_TTL } from './authorizer';
import { JWKS_URI, JWT_AUDIENCE, JWT_ISSUER, JWT_TOKEN_USE, KEYS_UNAVAILABLE, ROUTE_SCOPES } from './jwt-constants';
import { JwtTokenUse } from './jwt-token-use';
import { lambdaAuthorizerIn } from './lambda-authorizer';
import { MultiRegionFunction } from '../multi-region-function/multi-region-function';
import { acknowledge } from '../system/acknowledge';
import { invalidProp } from '../system/errors';
import { handlerBundle } from '../system/handler-bundle';
import { PerRegion } from '../system/per-region';

/** Lambda takes 4 KB of environment; what is not scopes needs less than this. */
const MAX_ROUTE_SCOPES = 3000;

/** The decision is about a token and a route, so both are the key of API Gateway's cache. */
const IDENTITY_SOURCES = [IdentitySource.header('Authorization'), IdentitySource.context('httpMethod'), IdentitySource.context('resourcePath')];

/** A function in each region that verifies the tokens of an issuer. */
export class JwtAuthorizer implements Authorizer {
  private readonly authorizers: PerRegion<IAuthorizer>;
  private readonly routeScopes: { [route: string]: string[] } = {};

  constructor(private readonly owner: Construct, scopes: PerRegion<AuthorizerScope>, id: string, authorization: JwtAuthorization) {
    const { issuer, tokenUse = JwtTokenUse.ACCESS, resultsCacheTtl = DEFAULT_TTL } = authorization.props;
    const verifier = new MultiRegionFunction(owner, id, {
      description: `verifies tokens of ${issuer}`.slice(0, 256),
      codePath: handlerBundle('multi-region-api/jwt-authorizer'),
      environment: {
        [JWT_ISSUER]: issuer,
        [JWT_AUDIENCE]: JSON.stringify(authorization.audience),
        [JWT_TOKEN_USE]: tokenUse,
        [JWKS_URI]: authorization.jwksUri,
        // routes are added after the authorizer is made
        [ROUTE_SCOPES]: Lazy.string({ produce: () => this.renderedScopes() }),
      },
      // a refusal is an error to Lambda, by which API Gateway knows it: any caller could set off the alarm and roll back a deployment
      rollbackOnAlarm: false,
      internetAccess: true, // to the issuer's keys
    });
    this.authorizers = scopes.map((regional, region) => {
      addKeysAlarm(regional, new Construct(regional.scope.regional, `${id}-Keys`), issuer, verifier.functionName, verifier._logGroupIn(region));
      return lambdaAuthorizerIn(regional, id, verifier, { type: 'REQUEST', identitySources: IDENTITY_SOURCES, resultsCacheTtl });
    });
  }

  public registerScopes(route: string, scopes: string[]): void {
    this.routeScopes[route] = scopes;
    const size = this.renderedScopes().length;
    if (size > MAX_ROUTE_SCOPES) {
      throw invalidProp(this.owner, `scopes of ${route}`, scopes,
        `scopes of all routes together of at most ${MAX_ROUTE_SCOPES} characters; these make ${size}`);
    }
  }

  public methodOptions(region: string): MethodOptions {
    return { authorizationType: AuthorizationType.CUSTOM, authorizer: this.authorizers.in(region) };
  }

  public acknowledge(method: Method): void {
    acknowledge(method, {
      id: 'AwsSolutions-COG4',
      reason: 'an authorizer in the same region verifies tokens of an OpenID Connect issuer; a Cognito user pool lives in one region, which the others would depend on',
    });
  }

  /** Renders the scopes of routes: one without scopes is left out, unless it would then be taken for the path's ANY. */
  private renderedScopes(): string {
    const wantsScopes = (route: string) => (this.routeScopes[route] ?? []).length > 0;
    const rendered = Object.entries(this.routeScopes).filter(([route]) => wantsScopes(route) || wantsScopes(route.replace(/^\S+/, 'ANY')));
    return JSON.stringify(Object.fromEntries(rendered));
  }
}

/** Adds the alarm on keys that cannot be fetched, so that nobody gets in. */
function addKeysAlarm({ scope, alarms }: AuthorizerScope, part: Construct, issuer: string, authorizerName: string, logGroup: ILogGroup): void {
  const source = keysUnavailableMetric(authorizerName);
  new MetricFilter(part, 'Unavailable', {
    logGroup, filterPattern: FilterPattern.literal(`"${KEYS_UNAVAILABLE}"`), metricNamespace: source.namespace, metricName: source.metricName,
  });
  alarms.add(part, 'keysUnavailable', {
    description: `The keys of ${issuer} cannot be fetched from ${scope.region}, so requests get a 500. Look at the issuer's health and at the authorizer's log.`,
    metric: scope.metric(source),
    threshold: 1,
  });
}
