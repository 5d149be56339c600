import {
  JwtExpiredError, JwtInvalidIssuerError, JwtInvalidSignatureAlgorithmError, JwtInvalidSignatureError, JwtNotBeforeError, JwtParseError,
  JwtWithoutValidKidError, KidNotFoundInJwksError, WaitPeriodNotYetEndedJwkError,
} from 'aws-jwt-verify/error';
import { Jwks, JwkWithKid, SimpleJwksCache } from 'aws-jwt-verify/jwk';
import type { DecomposedJwt } from 'aws-jwt-verify/jwt';
import { JwtVerifierBase } from 'aws-jwt-verify/jwt-verifier';
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { JWKS_URI, JWT_AUDIENCE, JWT_ISSUER, JWT_TOKEN_USE, KEYS_UNAVAILABLE, REFUSED, ROUTE_SCOPES } from './jwt-constants';
import {
  answer, bearerToken, Caller, callerOf, mayUse, onlySigningKey, Reason, Refusal, requiredScopes, requireIssued, routeArn, RouteScopes,
} from './jwt-decision';
import type { JwtTokenUse } from './jwt-token-use';
import { decompose } from './jwt-token.lambda';
import { requireUse } from './jwt-use';
import { log } from '../system/log';

/** A token is used the moment it is issued, by a clock that may be a little ahead. */
const GRACE_SECONDS = 5;

/** The time for which a key is trusted that its issuer has withdrawn. */
const KEYS_MAX_AGE_MS = 60 * 60 * 1000;

/** A fetch may take 6 seconds (two attempts of 3): if each request waited for one, an issuer's outage would use up the account's concurrency. */
const BACK_OFF_MS = 5_000;

const KEY_TYPES: { [algorithm: string]: string } = {
  RS256: 'RSA', RS384: 'RSA', RS512: 'RSA', ES256: 'EC', ES384: 'EC', ES512: 'EC', EdDSA: 'OKP',
};

const REASONS: [new (...args: any[]) => Error, Reason][] = [
  [JwtParseError, 'malformed'],
  [JwtInvalidSignatureAlgorithmError, 'algorithm'],
  [JwtWithoutValidKidError, 'unknown key'],
  [KidNotFoundInJwksError, 'unknown key'],
  [WaitPeriodNotYetEndedJwkError, 'unknown key'],
  [JwtInvalidSignatureError, 'signature'],
  [JwtExpiredError, 'expired'],
  [JwtNotBeforeError, 'not yet valid'],
  [JwtInvalidIssuerError, 'issuer'],
];

/** The audience is for callerOf to check: the library knows no `client_id`. */
type Rules = { issuer: string; audience: null; jwksUri: string; graceSeconds: number };

class KeysUnavailable extends Error {}

/** The issuer's keys, for as long as the execution environment lives. An unknown key id fetches them anew, at most once in 10 seconds. */
class IssuerKeys extends SimpleJwksCache {
  private underWay?: Promise<Jwks>;
  private atHand?: Jwks;
  private fetchedAt = -Infinity;
  private failedAt = -Infinity;

  public get due(): boolean {
    return Date.now() - this.fetchedAt > KEYS_MAX_AGE_MS && !this.backsOff;
  }

  public override async getJwk(uri: string, jwt: Parameters<SimpleJwksCache['getJwk']>[1]) {
    const keyType = Object.hasOwn(KEY_TYPES, jwt.header.alg ?? '') ? KEY_TYPES[jwt.header.alg!] : undefined;
    // before the key is looked for: HS256 or none is no reason to ask the issuer
    if (keyType === undefined) throw new JwtInvalidSignatureAlgorithmError('algorithm', jwt.header.alg);
    const jwk = jwt.header.kid === undefined ? onlySigningKey((this.atHand ?? await this.getJwks(uri)).keys) : await super.getJwk(uri, jwt);
    if (jwk === undefined) throw new JwtWithoutValidKidError('no key id, and no key that is the only one');
    // a key need not say its algorithm; if it does, the verifier compares it as well
    if (jwk.kty !== keyType) throw new JwtInvalidSignatureAlgorithmError('key type', jwk.kty, keyType);
    return jwk as JwkWithKid; // without its id, the library only does not keep what it makes of the key
  }

  public override async getJwks(uri: string): Promise<Jwks> {
    this.underWay ??= this.fetchKeys(uri).finally(() => { this.underWay = undefined; });
    return this.underWay;
  }

  private get backsOff(): boolean {
    return Date.now() - this.failedAt < BACK_OFF_MS;
  }

  private async fetchKeys(uri: string): Promise<Jwks> {
    if (this.backsOff) throw new KeysUnavailable();
    try {
      const jwks = await super.getJwks(uri);
      this.fetchedAt = Date.now();
      this.atHand = jwks;
      return jwks;
    } catch (error) {
      this.failedAt = Date.now();
      log.error('keys not fetched', { error });
      throw new KeysUnavailable();
    }
  }
}

/** Verifies tokens that are taken apart, in the same way as the library's own verifiers do once they have taken them apart. */
class Verifier extends JwtVerifierBase<Rules, Rules, false> {
  constructor(private readonly rules: Rules, keys: IssuerKeys) {
    super(rules, keys);
  }

  public async verifyParts(token: DecomposedJwt) {
    return this.verifyDecomposedJwt(token, this.rules.jwksUri, this.rules);
  }
}

const issuer = process.env[JWT_ISSUER]!;
const tokenUse = process.env[JWT_TOKEN_USE] as JwtTokenUse;
const audience: string[] = JSON.parse(process.env[JWT_AUDIENCE]!);
const routeScopes: RouteScopes = JSON.parse(process.env[ROUTE_SCOPES]!);
const jwksUri = process.env[JWKS_URI]!;
if (!issuer || !jwksUri.startsWith('https://')) {
  throw new Error(`${JWT_ISSUER} must be set, and ${JWKS_URI} start with https://`);
}
const keys = new IssuerKeys();
const verifier = new Verifier({ issuer, audience: null, jwksUri, graceSeconds: GRACE_SECONDS }, keys);

// Begun at init, so that it overlaps with the start; the first request joins it. Not awaited: an issuer that is down must not fail the init.
void refreshKeys();

/**
 * Verifies the token of a request and answers with a policy for the request's route only.
 *
 * API Gateway answers 401 to a thrown `Unauthorized`, 403 to a policy that denies and 500 to any other error. Without the issuer's keys no token can be
 * told from a forged one, so nobody gets in; but it is no verdict on the caller, who should keep the token and try again. Hence 500, which is not cached.
 */
export async function handler(event: APIGatewayRequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> {
  const { httpMethod, resource, methodArn, requestContext } = event;
  const request = { request_id: requestContext?.requestId, route: `${httpMethod} ${resource}` };
  const arn = routeArn(methodArn, httpMethod, resource);
  // not awaited: the keys at hand serve this request, whether the issuer answers or not
  if (keys.due) void refreshKeys();

  let caller: Caller;
  try {
    const token = decompose(bearerToken(event.headers, event.multiValueHeaders));
    const claims = await verifier.verifyParts(token);
    requireIssued(claims, Date.now() / 1000);
    requireUse(tokenUse, token.header, claims);
    caller = callerOf(claims, audience);
  } catch (error) {
    if (error instanceof KeysUnavailable) {
      log.error(KEYS_UNAVAILABLE, request);
      throw new Error(KEYS_UNAVAILABLE);
    }
    log.warn(REFUSED, { reason: reasonOf(error), ...request });
    throw new Error('Unauthorized');
  }
  if (!mayUse(caller, requiredScopes(routeScopes, httpMethod, resource))) {
    log.warn(REFUSED, { reason: 'scope', ...request });
    return answer('Deny', caller, arn);
  }
  return answer('Allow', caller, arn);
}

async function refreshKeys(): Promise<void> {
  try {
    // by way of the verifier, which also forgets what it made of keys whose id was used again
    verifier.cacheJwks(await keys.getJwks(jwksUri));
  } catch {
    // logged where it failed; whoever needs a key that is not there meets it again
  }
}

/**
 * Returns the reason of an error. Anything but missing keys is the token's fault: Node, for one, throws its own error at an ECDSA signature of the
 * wrong length.
 */
function reasonOf(error: unknown): Reason {
  if (error instanceof Refusal) return error.reason;
  return REASONS.find(([type]) => error instanceof type)?.[1] ?? 'not verifiable';
}
