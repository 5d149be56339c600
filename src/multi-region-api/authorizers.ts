import { Duration, Lazy, Stack } from 'aws-cdk-lib';
import {
  AuthorizationType, CognitoUserPoolsAuthorizer, IAuthorizer, IdentitySource, Method, MethodOptions, RequestAuthorizer,
} from 'aws-cdk-lib/aws-apigateway';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { FilterPattern, ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ApiAuthorization, CognitoAuthorization, IamAuthorization, JwtAuthorization, NoAuthorization } from './api-authorization';
import { JWKS_URI, JWT_AUDIENCE, JWT_ISSUER, KEYS_UNAVAILABLE, ROUTE_SCOPES } from './jwt-constants';
import { MultiRegionFunction } from '../multi-region-function/multi-region-function';
import { acknowledge } from '../system/acknowledge';
import { watch } from '../system/legacy';
import { invalidProp } from '../system/errors';
import { handlerBundle } from '../system/handler-bundle';
import { Layout } from '../system/layout';
import { PerRegion } from '../system/per-region';

const DEFAULT_TTL = Duration.minutes(5);

/** Lambda takes 4 KB of environment; what is not scopes needs less than this. */
const MAX_ROUTE_SCOPES = 3000;

/** The authorizers that an API's routes use: one per authorization and region, made when a route first asks for it. */
export class Authorizers {
  private readonly made = new Map<ApiAuthorization, Authorizer>();

  constructor(private readonly owner: Construct, private readonly layout: Layout) {}

  public of(authorization: ApiAuthorization): Authorizer {
    if (!this.made.has(authorization)) {
      this.made.set(authorization, this.make(authorization));
    }
    return this.made.get(authorization)!;
  }

  private make(authorization: ApiAuthorization): Authorizer {
    const number = [...this.made.keys()].filter(other => other.constructor === authorization.constructor).length;
    const id = (kind: string) => (number === 0 ? kind : `${kind}${number + 1}`);
    if (authorization instanceof JwtAuthorization) return new JwtAuthorizer(this.owner, this.layout, id('JwtAuthorizer'), authorization);
    if (authorization instanceof CognitoAuthorization) return new CognitoAuthorizer(this.layout, id('CognitoAuthorizer'), authorization);
    return new WithoutAuthorizer(this.owner, authorization as IamAuthorization | NoAuthorization);
  }
}

/** What a route asks of its callers. */
export interface Authorizer {
  /** Notes the scopes of a route; throws if this authorization knows none. */
  require(route: string, scopes: string[]): void;
  /** The part of the method's options. */
  methodOptions(region: string, scopes: string[]): MethodOptions;
  /** Acknowledges what compliance checks find on the method. */
  acknowledge(method: Method): void;
}

class JwtAuthorizer implements Authorizer {
  private readonly authorizers: PerRegion<IAuthorizer>;
  private readonly routeScopes: { [route: string]: string[] } = {};

  constructor(private readonly owner: Construct, layout: Layout, id: string, authorization: JwtAuthorization) {
    const verifier = new MultiRegionFunction(owner, id, {
      description: `verifies tokens of ${authorization.props.issuer}`.slice(0, 256),
      codePath: handlerBundle('multi-region-api/jwt-authorizer'),
      environment: {
        [JWT_ISSUER]: authorization.props.issuer,
        [JWT_AUDIENCE]: JSON.stringify(authorization.audience),
        [JWKS_URI]: authorization.jwksUri,
        // routes are added after the authorizer is made
        [ROUTE_SCOPES]: Lazy.string({ produce: () => this.renderedScopes() }),
      },
      // a refusal is an error to Lambda, by which API Gateway knows it: any caller could set off the alarm and roll back a deployment
      rollbackOnAlarm: false,
      internetAccess: true, // to the issuer's keys
    });
    layout.perShare((share, region) => watchKeys(new Construct(share, `${id}-Keys`), authorization.props.issuer, verifier._logGroupIn(region)));
    this.authorizers = layout.perShare((share, region) => new RequestAuthorizer(share, `${id}-Gateway`, {
      handler: verifier.inRegion(region),
      // the decision is about a token and a route, so both are the cache's key
      identitySources: [IdentitySource.header('Authorization'), IdentitySource.context('httpMethod'), IdentitySource.context('resourcePath')],
      resultsCacheTtl: authorization.props.resultsCacheTtl ?? DEFAULT_TTL,
    }));
  }

  public require(route: string, scopes: string[]): void {
    this.routeScopes[route] = scopes;
    const size = this.renderedScopes().length;
    if (size > MAX_ROUTE_SCOPES) {
      throw invalidProp(this.owner, `scopes of ${route}`, scopes,
        `scopes of all routes together of at most ${MAX_ROUTE_SCOPES} characters; these make ${size}`);
    }
  }

  /** A route without scopes is left out, unless it would then be taken for the path's ANY. */
  private renderedScopes(): string {
    const wantsScopes = (route: string) => (this.routeScopes[route] ?? []).length > 0;
    const rendered = Object.entries(this.routeScopes).filter(([route]) => wantsScopes(route) || wantsScopes(route.replace(/^\S+/, 'ANY')));
    return JSON.stringify(Object.fromEntries(rendered));
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
}

/** Tells when nobody gets in, because the issuer's keys cannot be had. */
function watchKeys(scope: Construct, issuer: string, logGroup: ILogGroup): void {
  const filter = new MetricFilter(scope, 'Unavailable', {
    logGroup,
    filterPattern: FilterPattern.literal(`"${KEYS_UNAVAILABLE}"`),
    metricNamespace: 'MultiRegionApi',
    metricName: `KeysUnavailable-${scope.node.addr.slice(0, 8)}`,
  });
  watch(scope, 'KeysUnavailable', {
    description: `The keys of ${issuer} cannot be fetched from ${Stack.of(scope).region}, so requests get a 500. Look at the issuer's health and at the authorizer's log.`,
    metric: filter.metric({ period: Duration.minutes(1), statistic: 'Sum' }),
    threshold: 1,
  });
}

class CognitoAuthorizer implements Authorizer {
  private readonly authorizers: PerRegion<IAuthorizer>;

  constructor(layout: Layout, id: string, authorization: CognitoAuthorization) {
    this.authorizers = layout.perShare((share, region) => new CognitoUserPoolsAuthorizer(share, id, {
      cognitoUserPools: authorization.props.userPoolArns[region].map((arn, i) => UserPool.fromUserPoolArn(share, `${id}-UserPool${i}`, arn)),
      resultsCacheTtl: authorization.props.resultsCacheTtl ?? DEFAULT_TTL,
    }));
  }

  public require(): void {}

  public methodOptions(region: string, scopes: string[]): MethodOptions {
    return {
      authorizationType: AuthorizationType.COGNITO,
      authorizer: this.authorizers.in(region),
      authorizationScopes: scopes.length > 0 ? scopes : undefined,
    };
  }

  public acknowledge(): void {}
}

class WithoutAuthorizer implements Authorizer {
  constructor(private readonly owner: Construct, private readonly authorization: IamAuthorization | NoAuthorization) {}

  public require(route: string, scopes: string[]): void {
    if (scopes.length > 0) {
      throw invalidProp(this.owner, `scopes of ${route}`, scopes, 'none, because only jwt and cognito authorization know scopes');
    }
  }

  public methodOptions(): MethodOptions {
    return { authorizationType: this.authorization instanceof IamAuthorization ? AuthorizationType.IAM : AuthorizationType.NONE };
  }

  public acknowledge(method: Method): void {
    if (this.authorization instanceof NoAuthorization) {
      const { reason } = this.authorization.props;
      acknowledge(method, { id: 'AwsSolutions-APIG4', reason }, { id: 'AwsSolutions-COG4', reason });
    } else {
      acknowledge(method, {
        id: 'AwsSolutions-COG4',
        reason: 'IAM authorizes the callers; a Cognito user pool lives in one region, which the others would depend on',
      });
    }
  }
}
