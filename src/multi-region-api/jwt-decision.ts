/** The reason for which a caller is refused. It is all that a log has of a token: never a part of it, never a claim. */
export type Reason =
  | 'no token' | 'several tokens' | 'too long' | 'malformed' | 'extension' | 'algorithm' | 'unknown key' | 'signature' | 'not verifiable'
  | 'expired' | 'not yet valid' | 'issued in the future' | 'issuer' | 'token type' | 'audience' | 'no expiry' | 'no subject' | 'scope';

export class Refusal extends Error {
  constructor(public readonly reason: Reason) {
    super(reason);
  }
}

/** The claims that decide, of a token whose signature, issuer and times are verified. */
export interface Claims {
  readonly [claim: string]: unknown;
}

/** The caller, as the functions behind the API get to know it. */
export interface Caller {
  /** The subject, or the client where the token has no subject. */
  readonly principalId: string;
  readonly sub?: string;
  readonly issuer: string;
  readonly scopes: string[];
  readonly clientId?: string;
}

export type RouteScopes = { readonly [route: string]: readonly string[] };

type Headers = { readonly [name: string]: string | readonly string[] | undefined } | null | undefined;

const MAX_TOKEN_LENGTH = 8 * 1024;
/** An issuer whose clock is further ahead than this has a fault, or the token is not of this time. */
const MAX_SECONDS_AHEAD = 60;
/** The client, by RFC 9068, OpenID Connect (also Entra ID v2, Auth0 and Keycloak), Entra ID v1 and Okta. */
const CLIENT_CLAIMS = ['client_id', 'azp', 'appid', 'cid'];
const BEARER = /^Bearer +(\S+)$/i;
const METHOD = /^[A-Z]+$/;
const STAGE_OF_METHOD_ARN = /^(arn:[a-z-]+:execute-api:[a-z0-9-]+:\d{12}:[A-Za-z0-9]+\/[A-Za-z0-9_-]+)\/[A-Z]+\//;
const PARAMETER = /^\{[A-Za-z0-9._-]+\+?\}$/;
const LITERAL = /^[A-Za-z0-9._~:-]+$/;
// RFC 6749, section 3.3
const SCOPE = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/** Returns the token of the request's one Authorization header. */
export function bearerToken(headers: Headers, multiValueHeaders: Headers): string {
  const values = new Set([headers, multiValueHeaders].flatMap(all => Object.entries(all ?? {}))
    .filter(([name]) => name.toLowerCase() === 'authorization')
    .flatMap(([, value]) => value ?? []));
  // API Gateway caches the answer by one of the headers; it need not be the one that was verified
  if (values.size > 1) throw new Refusal('several tokens');
  const token = BEARER.exec([...values][0] ?? '')?.[1];
  if (token === undefined) throw new Refusal('no token');
  if (token.length > MAX_TOKEN_LENGTH) throw new Refusal('too long');
  const parts = token.split('.');
  // Node decodes base64 leniently, so that several spellings would be one token
  if (parts.length !== 3 || !parts.every(part => part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part)) {
    throw new Refusal('malformed');
  }
  return token;
}

/**
 * Returns the ARN of a route: the API and stage of a request, its method, and the resource's path as it was declared, a `*` for each parameter.
 *
 * Nothing of the path that the caller sent is in it. IAM's `*` also spans slashes, so the ARN of `/orders/{id}` covers `/orders/{id}/refund` as well:
 * that is why method and resource path have to be part of the key by which API Gateway caches the answer.
 */
export function routeArn(methodArn: string, method: string, resource: string): string {
  const stage = STAGE_OF_METHOD_ARN.exec(methodArn)?.[1];
  const segments = resource === '/' ? [] : resource.split('/').slice(1);
  if (stage === undefined || !METHOD.test(method) || !resource.startsWith('/') || !segments.every(s => PARAMETER.test(s) || LITERAL.test(s))) {
    throw new Error('not a request for a route');
  }
  return `${stage}/${method}/${segments.map(segment => (PARAMETER.test(segment) ? '*' : segment)).join('/')}`;
}

/** Returns the scopes of which a route wants one; none if it wants no scope. The route's own come before those of its path's `ANY`. */
export function requiredScopes(routeScopes: RouteScopes, method: string, resource: string): readonly string[] {
  const route = [`${method} ${resource}`, `ANY ${resource}`].find(key => Object.hasOwn(routeScopes, key));
  return route === undefined ? [] : routeScopes[route];
}

/**
 * Returns the key of a token that names none, of those that its issuer publishes: there must be one only that signs.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#Signing
 */
export function onlySigningKey<Key extends { readonly use?: string }>(keys: readonly Key[]): Key | undefined {
  const signing = keys.filter(({ use }) => use === undefined || use === 'sig');
  return signing.length === 1 ? signing[0] : undefined;
}

/** Throws if a token says that it was issued at a time that has not come, as API Gateway's own JWT authorizer does. */
export function requireIssued({ iat }: Claims, now: number): void {
  if (typeof iat === 'number' && iat > now + MAX_SECONDS_AHEAD) throw new Refusal('issued in the future');
}

/**
 * Returns the caller that verified claims speak of.
 *
 * Some issuers leave the subject out where a client calls for itself. The client is the principal then, but never the subject: a client's id may be chosen so that it is some user's subject.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9068#section-5
 */
export function callerOf(claims: Claims, audience: readonly string[]): Caller {
  // such a token would be good forever, and the verifier lets it pass
  if (typeof claims.exp !== 'number') throw new Refusal('no expiry');
  if (!audience.some(one => audienceOf(claims).includes(one))) throw new Refusal('audience');
  const { sub } = claims;
  const clientId = CLIENT_CLAIMS.map(name => claims[name]).find(isFilledText);
  const principalId = sub === undefined ? clientId : sub;
  if (!isFilledText(principalId)) throw new Refusal('no subject');
  return {
    principalId,
    ...(sub !== undefined && { sub: principalId }),
    issuer: String(claims.iss),
    scopes: scopesOf(claims),
    ...(clientId !== undefined && { clientId }),
  };
}

/** Returns whether a caller may use a route: any one of its scopes suffices, as with API Gateway's own JWT and Cognito authorizers. */
export function mayUse(caller: Caller, required: readonly string[]): boolean {
  return required.length === 0 || required.some(scope => caller.scopes.includes(scope));
}

/** Returns the answer to API Gateway. The context reaches the functions, and its values may be neither lists nor objects. */
export function answer(effect: 'Allow' | 'Deny', caller: Caller, arn: string) {
  const { principalId, sub, issuer, scopes, clientId } = caller;
  return {
    principalId,
    policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: arn }] },
    ...(effect === 'Allow' && { context: { ...(sub !== undefined && { sub }), scope: scopes.join(' '), issuer, ...(clientId !== undefined && { clientId }) } }),
  };
}

/**
 * Returns the audience, as API Gateway's JWT authorizer has it: `client_id` counts where there is no `aud`, which is so in the access tokens of
 * Cognito.
 */
function audienceOf(claims: Claims): unknown[] {
  return [claims.aud ?? claims.client_id].flat();
}

/**
 * Returns only what is one scope by RFC 6749, because an element of a list that holds a space would read as two further on.
 *
 * Entra ID has the permissions of an app that calls for itself in `roles`, but there it also has the roles of users, which are no scopes, since they were granted to no client. `idtyp` tells them apart.
 *
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/optional-claims-reference
 */
function scopesOf({ scope, scp, idtyp, roles }: Claims): string[] {
  const scopes: unknown = scope ?? scp ?? (idtyp === 'app' ? roles : undefined);
  const list: unknown[] = typeof scopes === 'string' ? scopes.split(' ') : Array.isArray(scopes) ? scopes : [];
  return list.filter((one): one is string => typeof one === 'string' && SCOPE.test(one));
}

const isFilledText = (value: unknown): value is string => typeof value === 'string' && value !== '';
