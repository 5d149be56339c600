import { Duration } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { CognitoAuthorizationProps, JwtAuthorizationProps, NoAuthorizationProps } from './authorization-props';
import { CustomAuthorizationProps, CustomAuthorizerType } from './custom-authorization';
import { JwtTokenUse } from './jwt-token-use';
import { IMultiRegionFunction } from '../multi-region-function/i-multi-region-function';
import { requireFunction } from '../multi-region-function/require-function';
import { AuthorizationKind } from '../system/description';
import { invalidProp, requireLiteral } from '../system/errors';

/**
 * Lambda takes 4 KB of environment, most of which is for the scopes of routes.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MAX_ISSUER_AND_AUDIENCE = 700;

/** The authorization of an API's callers. */
export abstract class ApiAuthorization {
  /**
   * Asks callers for a JSON Web Token of an OpenID Connect issuer. An authorizer in each region verifies it; it fetches the issuer's keys once per execution environment, and goes on with
   * those while the issuer is down.
   *
   * No region depends on another's user pool.
   *
   * Access tokens of Amazon Cognito, Microsoft Entra ID (versions 1 and 2), Auth0, Okta (custom authorization servers), Keycloak, Duende IdentityServer and any issuer that follows RFC 9068 are accepted, those of
   * clients that call for themselves as well. A token has at most 8,192 characters. It must
   *
   * - be signed by a key of the issuer, with RS256, RS384, RS512, ES256, ES384, ES512 or EdDSA. A token without `kid` is good while the issuer publishes one signing key only; a new key of such an issuer is known
   *   after an hour at the latest. A header that makes an extension critical (`crit`) is refused.
   * - have an `exp` that is not past and no `nbf` that is to come, each by more than 5 seconds, and no `iat` more than 1 minute from now.
   * - be for one of the audiences, and of the kind that `tokenUse` names.
   *
   * Otherwise callers get a 401, and the authorizer logs the reason. They get a 403 if the token has none of the scopes of the route. The scopes of a token are in `scope`, or else in `scp`, as text or as a list. The application
   * roles of Microsoft Entra ID count as scopes only in tokens of an app that calls for itself, which have `idtyp`, an optional claim, as `app`. No other roles, groups or permissions count.
   *
   * Functions find `principalId`, `sub`, `clientId`, `scope` and `issuer` in `requestContext.authorizer`. The principal is the `sub` of the token. Where it has none, the principal is the client (`client_id`, `azp`, `appid` or
   * `cid`), and functions get no `sub`. A token with neither is refused.
   */
  public static jwt(props: JwtAuthorizationProps): ApiAuthorization {
    return new JwtAuthorization(props);
  }

  /**
   * Asks callers to sign with AWS credentials; IAM decides.
   *
   * A SigV4 signature names one region. Callers that use a name which moves between regions must sign with SigV4A.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
   */
  public static iam(): ApiAuthorization {
    return new IamAuthorization();
  }

  /** Asks callers for a token of an Amazon Cognito user pool of the region that they call. */
  public static cognito(props: CognitoAuthorizationProps): ApiAuthorization {
    return new CognitoAuthorization(props);
  }

  /**
   * Asks a function of one's own about callers, in each region that of the region: a Lambda authorizer.
   *
   * The function answers with a policy, as API Gateway documents it. Callers get a 403 if that denies, a 401 if the function fails with exactly `Unauthorized`, and a 500 if it fails otherwise. To Lambda each of these failures is an
   * error: set `rollbackOnAlarm: false` for a `MultiRegionFunction` that refuses by them, or any caller can roll back its deployment. One that there is already comes by `MultiRegionFunction.fromFunctions`.
   *
   * It decides without any other region as long as the function asks none: whatever it asks must be in each region, or be kept.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
   */
  public static custom(fn: IMultiRegionFunction, props: CustomAuthorizationProps = {}): ApiAuthorization {
    return new CustomAuthorization(fn, props);
  }

  /** Lets anyone call. */
  public static none(props: NoAuthorizationProps): ApiAuthorization {
    return new NoAuthorization(props);
  }

  /** @internal */
  public abstract readonly _kind: AuthorizationKind;

  protected constructor() {}

  /** The headers that browsers must be allowed to send. @internal */
  public get _headers(): string[] {
    return ['Authorization'];
  }

  /** Throws unless it is complete. @internal */
  public abstract _validate(owner: IConstruct, regions: string[]): void;
}

/** @internal */
export class JwtAuthorization extends ApiAuthorization {
  public readonly _kind = 'JWT';

  constructor(public readonly props: JwtAuthorizationProps) {
    super();
  }

  /** One audience may come as a string, from JavaScript. */
  public get audience(): string[] {
    return [this.props.audience ?? []].flat();
  }

  public get jwksUri(): string {
    return this.props.jwksUri ?? `${String(this.props.issuer).replace(/\/$/, '')}/.well-known/jwks.json`;
  }

  public _validate(owner: IConstruct): void {
    const { audience, props: { issuer, tokenUse, resultsCacheTtl } } = this;
    requireLiteral(owner, 'authorization.issuer', issuer, /^https:\/\/[^\s/?#]+[^\s?#]*$/, 'a literal https URL, as in the tokens\' iss');
    requireLiteral(owner, 'authorization.jwksUri', this.jwksUri, /^https:\/\/[^\s/]+\S*$/, 'a literal https URL');
    for (const [prop, url] of Object.entries({ issuer, jwksUri: this.jwksUri })) {
      if (!isHttpsUrl(url)) throw invalidProp(owner, `authorization.${prop}`, url, 'a literal https URL, with the name of a host');
    }
    if (audience.length === 0 || audience.some(one => typeof one !== 'string' || one.trim() === '')) {
      throw invalidProp(owner, 'authorization.audience', audience, 'at least one audience, none empty');
    }
    const size = [issuer, this.jwksUri, JSON.stringify(audience)].join('').length;
    if (size > MAX_ISSUER_AND_AUDIENCE) {
      throw invalidProp(owner, 'authorization.audience', audience,
        `with issuer and jwksUri at most ${MAX_ISSUER_AND_AUDIENCE} characters, because they are environment variables; these are ${size}`);
    }
    if (tokenUse !== undefined && !Object.values(JwtTokenUse).includes(tokenUse)) {
      throw invalidProp(owner, 'authorization.tokenUse', tokenUse, Object.values(JwtTokenUse).join(' or '));
    }
    requireTtl(owner, resultsCacheTtl);
  }
}

/** @internal */
export class IamAuthorization extends ApiAuthorization {
  public readonly _kind = 'IAM';

  constructor() {
    super();
  }

  public _validate(): void {}
}

/** @internal */
export class CognitoAuthorization extends ApiAuthorization {
  public readonly _kind = 'COGNITO';

  constructor(public readonly props: CognitoAuthorizationProps) {
    super();
  }

  public _validate(owner: IConstruct, regions: string[]): void {
    for (const region of regions) {
      const arns = this.props.userPoolArns?.[region];
      if (!Array.isArray(arns) || arns.length === 0) {
        throw invalidProp(owner, `authorization.userPoolArns of ${region}`, arns, 'at least one user pool ARN for every region');
      }
      if (new Set(arns).size < arns.length) throw invalidProp(owner, `authorization.userPoolArns of ${region}`, arns, 'each user pool once');
      const ofRegion = new RegExp(`^arn:aws[a-z-]*:cognito-idp:${region}:\\d{12}:userpool/[\\w-]+$`);
      arns.forEach(arn => requireLiteral(owner, `authorization.userPoolArns of ${region}`, arn, ofRegion, `the literal ARN of a user pool in ${region}`));
    }
    const unknown = Object.keys(this.props.userPoolArns).find(region => !regions.includes(region));
    if (unknown) {
      throw invalidProp(owner, 'authorization.userPoolArns', unknown, `regions of this system: ${regions.join(', ')}`);
    }
    requireTtl(owner, this.props.resultsCacheTtl);
  }
}

const HEADER_SOURCE = /^method\.request\.header\.([\w.-]+)$/;
const SOURCE = /^(method\.request\.(header|querystring)|context|stageVariables)\.[\w.-]+$/;

/** @internal */
export class CustomAuthorization extends ApiAuthorization {
  public readonly _kind = 'CUSTOM';

  constructor(public readonly fn: IMultiRegionFunction, public readonly props: CustomAuthorizationProps) {
    super();
  }

  public get type(): CustomAuthorizerType {
    return this.props.type ?? CustomAuthorizerType.REQUEST;
  }

  public get identitySources(): string[] {
    return this.props.identitySources ?? ['method.request.header.Authorization'];
  }

  public override get _headers(): string[] {
    return this.identitySources.flatMap(source => HEADER_SOURCE.exec(source)?.[1] ?? []);
  }

  public _validate(owner: IConstruct): void {
    const { fn, type, identitySources, props: { tokenPattern, resultsCacheTtl } } = this;
    requireFunction(owner, 'authorization.fn', fn);
    if (!Object.values(CustomAuthorizerType).includes(type)) throw invalidProp(owner, 'authorization.type', type, Object.values(CustomAuthorizerType).join(' or '));
    const [pattern, allowed] = type === CustomAuthorizerType.TOKEN
      ? [HEADER_SOURCE, 'one header, such as method.request.header.Authorization, because a TOKEN authorizer sees one']
      : [SOURCE, 'at least one of method.request.header.<name>, method.request.querystring.<name>, context.<name> and stageVariables.<name>, each literal'];
    if (!Array.isArray(identitySources) || identitySources.length === 0 || (type === CustomAuthorizerType.TOKEN && identitySources.length > 1)) {
      throw invalidProp(owner, 'authorization.identitySources', identitySources, allowed);
    }
    identitySources.forEach(source => requireLiteral(owner, 'authorization.identitySources', source, pattern, allowed));
    if (tokenPattern !== undefined) {
      if (type !== CustomAuthorizerType.TOKEN) throw invalidProp(owner, 'authorization.tokenPattern', tokenPattern, 'only with CustomAuthorizerType.TOKEN');
      requireLiteral(owner, 'authorization.tokenPattern', tokenPattern, /./, 'a literal regular expression');
    }
    requireTtl(owner, resultsCacheTtl);
  }
}

/** @internal */
export class NoAuthorization extends ApiAuthorization {
  public readonly _kind = 'NONE';

  constructor(public readonly props: NoAuthorizationProps) {
    super();
  }

  public override get _headers(): string[] {
    return [];
  }

  public _validate(owner: IConstruct): void {
    const reason = this.props?.reason;
    if (typeof reason !== 'string' || reason.trim() === '') {
      throw invalidProp(owner, 'authorization.reason', reason, 'a reason, for those who audit it');
    }
  }
}

/** @see https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html */
function requireTtl(owner: IConstruct, ttl?: Duration): void {
  if (ttl === undefined) return;
  const seconds = ttl.isUnresolved() ? NaN : ttl.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds > 3600) {
    throw invalidProp(owner, 'authorization.resultsCacheTtl', ttl.toHumanString(), 'whole seconds, at most 1 hour');
  }
}

function isHttpsUrl(text: string): boolean {
  try {
    return new URL(text).protocol === 'https:';
  } catch {
    return false;
  }
}
