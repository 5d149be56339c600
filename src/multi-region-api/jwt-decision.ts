/** Why a caller is refused. It is all that a log tells of a token: never a part of it, never a claim. */
export type Reason =
  | 'no token' | 'several tokens' | 'too long' | 'malformed' | 'algorithm' | 'unknown key' | 'signature' | 'not verifiable'
  | 'expired' | 'not yet valid' | 'issuer' | 'audience' | 'no expiry' | 'no subject' | 'scope';

export class Refusal extends Error {
  constructor(public readonly reason: Reason) {
    super(reason);
  }
}

/** The claims that decide, of a token whose signature, issuer and times are verified. */
export interface Claims {
  readonly [claim: string]: unknown;
}

/** Who calls, as the functions behind the API get to know it. */
export interface Caller {
  readonly sub: string;
  readonly issuer: string;
  readonly scopes: string[];
  readonly clientId?: string;
}

export type RouteScopes = { readonly [route: string]: readonly string[] };

type Headers = { readonly [name: string]: string | readonly string[] | undefined } | null | undefined;

const MAX_TOKEN_LENGTH = 8 * 1024;
const BEARER = /^Bearer +(\S+)$/i;
const METHOD = /^[A-Z]+$/;
const STAGE_OF_METHOD_ARN = /^(arn:[a-z-]+:execute-api:[a-z0-9-]+:\d{12}:[A-Za-z0-9]+\/[A-Za-z0-9_-]+)\/[A-Z]+\//;
const PARAMETER = /^\{[A-Za-z0-9._-]+\+?\}$/;
const LITERAL = /^[A-Za-z0-9._~:-]+$/;
// RFC 6749, section 3.3
const SCOPE = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/** The token of the request's one Authorization header. */
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
 * The ARN of a route: the API and stage of a request, its method, and the resource's path as it was declared, a `*` for each parameter.
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

/** The scopes of which a route wants one; none if it wants no scope. The route's own come before those of its path's `ANY`. */
export function requiredScopes(routeScopes: RouteScopes, method: string, resource: string): readonly string[] {
  const route = [`${method} ${resource}`, `ANY ${resource}`].find(key => Object.hasOwn(routeScopes, key));
  return route === undefined ? [] : routeScopes[route];
}

/** The caller that verified claims speak of. */
export function callerOf(claims: Claims, audience: readonly string[]): Caller {
  // such a token would be good forever, and the verifier lets it pass
  if (typeof claims.exp !== 'number') throw new Refusal('no expiry');
  if (!audience.some(one => audienceOf(claims).includes(one))) throw new Refusal('audience');
  if (typeof claims.sub !== 'string' || claims.sub === '') throw new Refusal('no subject');
  const clientId = claims.client_id ?? claims.azp;
  return {
    sub: claims.sub,
    issuer: String(claims.iss),
    scopes: scopesOf(claims),
    ...(typeof clientId === 'string' && { clientId }),
  };
}

/** Whether a caller may use a route: any one of its scopes suffices, as with API Gateway's own JWT and Cognito authorizers. */
export function mayUse(caller: Caller, required: readonly string[]): boolean {
  return required.length === 0 || required.some(scope => caller.scopes.includes(scope));
}

/** What API Gateway is told. The context reaches the functions, and its values may be neither lists nor objects. */
export function answer(effect: 'Allow' | 'Deny', caller: Caller, arn: string) {
  const { sub, issuer, scopes, clientId } = caller;
  return {
    principalId: sub,
    policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: arn }] },
    ...(effect === 'Allow' && { context: { sub, scope: scopes.join(' '), issuer, ...(clientId !== undefined && { clientId }) } }),
  };
}

/** As API Gateway's JWT authorizer has it: `client_id` counts where there is no `aud`, which is so in the access tokens of Cognito. */
function audienceOf(claims: Claims): unknown[] {
  return [claims.aud ?? claims.client_id].flat();
}

/** Only what is one scope by RFC 6749, because an element of a list that holds a space would read as two further on. */
function scopesOf({ scope, scp }: Claims): string[] {
  const scopes: unknown = scope ?? scp;
  const list: unknown[] = typeof scopes === 'string' ? scopes.split(' ') : Array.isArray(scopes) ? scopes : [];
  return list.filter((one): one is string => typeof one === 'string' && SCOPE.test(one));
}
