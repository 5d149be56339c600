/** What an issuer signs, in the shape that it documents, and what the authorizer makes of it. */
export interface IssuerToken {
  readonly of: string;
  /** Besides `alg` and `kid`; `undefined` for what is left out. */
  readonly header: { readonly typ?: string; readonly [name: string]: unknown };
  readonly claims: { readonly iss: string; readonly [claim: string]: unknown };
  /** The audience of the API, and the scope of its route. */
  readonly audience: string;
  readonly scope?: string;
  readonly tokenUse?: 'access' | 'id';
  /** The context that functions get, besides the issuer; or the reason of a 401; or that it is a 403. */
  readonly expected: { readonly sub?: string; readonly principalId: string; readonly scope: string; readonly clientId?: string } | { readonly refused: string } | 'denied';
}

const UNTYPED = { typ: undefined };
const JWT = { typ: 'JWT' };
const AT_JWT = { typ: 'at+jwt' };
const times = () => {
  const now = Math.floor(Date.now() / 1000);
  return { iat: now, exp: now + 3600 };
};
const started = () => ({ nbf: Math.floor(Date.now() / 1000), ...times() });

/**
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
 */
function cognito(): IssuerToken[] {
  const iss = 'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_Orders001';
  const client = '3n4b5urk1ft4fl3mg5e62d9ado';
  const user = '6f1d2c3b-0a9e-4f58-8d77-1c2b3a4d5e6f';
  const jti = '1b5e2a90-7c3d-4f7e-9a51-0d4c8b7e6f21';
  const access = {
    'sub': user,
    'cognito:groups': ['buyers'],
    iss,
    'version': 2,
    'client_id': client,
    'origin_jti': jti,
    'event_id': jti,
    'token_use': 'access',
    'scope': 'openid orders/read',
    'auth_time': times().iat,
    ...times(),
    jti,
    'username': 'ana',
  };
  const id = {
    'sub': user,
    'cognito:groups': ['buyers'],
    'email_verified': true,
    iss,
    'cognito:username': 'ana',
    'origin_jti': jti,
    'aud': client,
    'event_id': jti,
    'token_use': 'id',
    'auth_time': times().iat,
    ...times(),
    jti,
    'email': 'ana@example.com',
    'at_hash': 'kq3Zt9m1Y0c8vH2sXwLr5g',
  };
  const common = { header: UNTYPED, audience: client };
  return [
    {
      ...common,
      of: 'Cognito: access token of a user, whose audience is the client',
      claims: access,
      scope: 'orders/read',
      expected: { sub: user, principalId: user, scope: 'openid orders/read', clientId: client },
    },
    {
      ...common,
      of: 'Cognito: access token bound to an API',
      claims: { ...access, aud: 'https://orders.example.com' },
      audience: 'https://orders.example.com',
      scope: 'orders/read',
      expected: { sub: user, principalId: user, scope: 'openid orders/read', clientId: client },
    },
    { ...common, of: 'Cognito: access token bound to another API', claims: { ...access, aud: 'https://billing.example.com' }, expected: { refused: 'audience' } },
    { ...common, of: 'Cognito: access token of another client', claims: { ...access, client_id: '7other0client1example2345' }, expected: { refused: 'audience' } },
    {
      ...common,
      of: 'Cognito: access token of a client, by its credentials',
      scope: 'orders/read',
      claims: { sub: client, token_use: 'access', scope: 'orders/read', auth_time: times().iat, iss, ...times(), version: 2, jti, client_id: client },
      expected: { sub: client, principalId: client, scope: 'orders/read', clientId: client },
    },
    { ...common, of: 'Cognito: ID token', claims: id, expected: { refused: 'token type' } },
    { ...common, of: 'Cognito: ID token, asked for', claims: id, tokenUse: 'id', expected: { sub: user, principalId: user, scope: '' } },
    { ...common, of: 'Cognito: access token where ID tokens are asked for', claims: access, tokenUse: 'id', expected: { refused: 'token type' } },
  ];
}

/**
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/optional-claims-reference, for `idtyp`
 */
function entra(): IssuerToken[] {
  const tid = '0c1f8c2e-5a0b-4f6d-9e37-2b9d1a7c4e50';
  const api = 'c3d7a1f0-8b24-4d19-a6e2-7f5093c1b8d4';
  const app = '5e9b7d31-2f64-4a8c-b0d5-91c3e6a7f248';
  const sub = 'aG3mQ9fT1xVb7KcW0dPz4nRy8sLhUe2jOi5kMq6tZ0E';
  const oid = 'f07b6a52-3c9d-4e81-8a14-6d2e5b90c7f3';
  const v2 = { aud: api, iss: `https://login.microsoftonline.com/${tid}/v2.0`, ...started(), aio: 'AWQAm/8', rh: '0.AXYA', tid, uti: 'k0Jm2Pq9', ver: '2.0' };
  const v1 = { aud: 'api://orders', iss: `https://sts.windows.net/${tid}/`, ...started(), acr: '1', aio: 'AWQAm/8', rh: '0.AXYA', tid, uti: 'k0Jm2Pq9', ver: '1.0' };
  const appOnly = { ...v2, azp: app, azpacr: '1', oid, roles: ['Orders.Read.All'], sub: oid };
  const common = { header: JWT, audience: api };
  return [
    {
      ...common,
      of: 'Entra ID: v2 access token of a user',
      scope: 'Orders.Read',
      claims: { ...v2, azp: app, azpacr: '0', name: 'Ana', oid, preferred_username: 'ana@example.com', scp: 'Orders.Read Orders.Write', sub },
      expected: { sub, principalId: sub, scope: 'Orders.Read Orders.Write', clientId: app },
    },
    {
      of: 'Entra ID: v1 access token of a user',
      header: { ...JWT, x5t: 'nOo3ZDrODXEK1jKWhXslHR_KXEg' },
      audience: 'api://orders',
      scope: 'Orders.Read',
      claims: { ...v1, amr: ['pwd'], appid: app, appidacr: '0', oid, scp: 'Orders.Read', sub, unique_name: 'ana@example.com', upn: 'ana@example.com' },
      expected: { sub, principalId: sub, scope: 'Orders.Read', clientId: app },
    },
    {
      ...common,
      of: 'Entra ID: v2 access token of an app that says so, whose application roles are its scopes',
      claims: { ...appOnly, idtyp: 'app' },
      scope: 'Orders.Read.All',
      expected: { sub: oid, principalId: oid, scope: 'Orders.Read.All', clientId: app },
    },
    {
      of: 'Entra ID: v1 access token of an app that says so',
      header: { ...JWT, x5t: 'nOo3ZDrODXEK1jKWhXslHR_KXEg' },
      audience: 'api://orders',
      scope: 'Orders.Read.All',
      claims: { ...v1, appid: app, appidacr: '1', idtyp: 'app', oid, roles: ['Orders.Read.All'], sub: oid },
      expected: { sub: oid, principalId: oid, scope: 'Orders.Read.All', clientId: app },
    },
    { ...common, of: 'Entra ID: access token of an app that does not say so, on a route with scopes', claims: appOnly, scope: 'Orders.Read.All', expected: 'denied' },
    { ...common, of: 'Entra ID: the same on a route without scopes', claims: appOnly, expected: { sub: oid, principalId: oid, scope: '', clientId: app } },
    {
      ...common,
      of: 'Entra ID: access token of a user who has a role of the scope\'s name',
      scope: 'Orders.Read.All',
      claims: { ...v2, azp: app, idtyp: 'user', oid, roles: ['Orders.Read.All'], scp: 'Profile.Read', sub },
      expected: 'denied',
    },
    {
      ...common,
      of: 'Entra ID: ID token for the same app registration, with such a role, on a route with scopes',
      scope: 'Orders.Read.All',
      claims: { ...v2, name: 'Ana', nonce: '678910', oid, preferred_username: 'ana@example.com', roles: ['Orders.Read.All'], sub },
      expected: 'denied',
    },
    { ...common, of: 'Entra ID: ID token that came with an access token', claims: { ...v2, nonce: '678910', oid, sub, at_hash: 'kq3Zt9m1Y0c8vH2sXwLr5g' }, expected: { refused: 'token type' } },
  ];
}

/**
 * @see https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
 * @see https://auth0.com/docs/secure/tokens/id-tokens/id-token-structure
 * @see https://openid.net/specs/openid-connect-backchannel-1_0.html#LogoutToken
 */
function auth0(): IssuerToken[] {
  const iss = 'https://example-shop.eu.auth0.com/';
  const audience = 'https://orders.example.com';
  const client = 'Zq7Rk2Lm9Tv4Xw1Yb6Nc3Pd8Fg5Hj0Ks';
  const user = 'auth0|7301f2c59d8e4ab6';
  const access = { iss, sub: user, aud: [audience, `${iss}userinfo`], ...times(), scope: 'openid profile read:orders' };
  return [
    {
      of: 'Auth0: access token of a user',
      header: JWT,
      claims: { ...access, azp: client },
      audience,
      scope: 'read:orders',
      expected: { sub: user, principalId: user, scope: 'openid profile read:orders', clientId: client },
    },
    {
      of: 'Auth0: access token of a user, RFC 9068 profile',
      header: AT_JWT,
      claims: { ...access, client_id: client, jti: 'mS8vQ1' },
      audience,
      scope: 'read:orders',
      expected: { sub: user, principalId: user, scope: 'openid profile read:orders', clientId: client },
    },
    {
      of: 'Auth0: access token of a client, by its credentials',
      header: JWT,
      audience,
      scope: 'read:orders',
      claims: { iss, sub: `${client}@clients`, aud: audience, ...times(), scope: 'read:orders', gty: 'client-credentials', azp: client, permissions: ['read:orders'] },
      expected: { sub: `${client}@clients`, principalId: `${client}@clients`, scope: 'read:orders', clientId: client },
    },
    { of: 'Auth0: ID token', header: JWT, claims: { iss, sub: user, aud: client, ...times(), name: 'Ana', nonce: 'n-0S6', sid: 's-1' }, audience, expected: { refused: 'audience' } },
    {
      of: 'Auth0: logout token',
      header: { typ: 'logout+jwt' },
      audience: client,
      expected: { refused: 'token type' },
      claims: { iss, sub: user, aud: client, ...times(), jti: 'mS8vQ1', sid: 's-1', events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
    },
  ];
}

/** @see https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/#access-token-payload */
function okta(): IssuerToken[] {
  const iss = 'https://example-shop.okta.com/oauth2/ausk7q2m4x9ZpLw1T0h7';
  const audience = 'api://orders';
  const client = '0oab8eb55Kb9jdMIr5d6';
  const access = { ver: 1, jti: 'AT.4vQe7Zk1', iss, aud: audience, ...times(), cid: client };
  const common = { header: UNTYPED, audience, scope: 'orders.read' };
  return [
    {
      ...common,
      of: 'Okta: access token of a user of a custom authorization server',
      claims: { ...access, uid: '00ub0oNGTSWTBKOLGLNR', scp: ['openid', 'orders.read'], auth_time: times().iat, sub: 'ana@example.com' },
      expected: { sub: 'ana@example.com', principalId: 'ana@example.com', scope: 'openid orders.read', clientId: client },
    },
    {
      ...common,
      of: 'Okta: access token of a client, by its credentials',
      claims: { ...access, scp: ['orders.read'], sub: client },
      expected: { sub: client, principalId: client, scope: 'orders.read', clientId: client },
    },
    { ...common, of: 'Okta: access token without the scope', claims: { ...access, scp: ['openid'], sub: 'ana@example.com' }, expected: 'denied' },
    {
      ...common,
      of: 'Okta: ID token',
      audience: client,
      scope: undefined,
      expected: { refused: 'token type' },
      claims: { sub: '00ub0oNGTSWTBKOLGLNR', ver: 1, iss, aud: client, ...times(), jti: 'ID.4vQe7Zk1', amr: ['pwd'], nonce: 'n-0S6', at_hash: 'kq3Zt9m1Y0c8vH2sXwLr5g' },
    },
  ];
}

/**
 * @see https://www.keycloak.org/docs/latest/server_admin/index.html#audience-support
 * @see https://www.keycloak.org/docs/latest/server_admin/index.html#_service_accounts
 * @see https://www.keycloak.org/docs/latest/upgrading/index.html, "sub claim is added to access token via protocol mapper"
 * @see https://github.com/keycloak/keycloak/blob/main/core/src/main/java/org/keycloak/util/TokenUtil.java, the values of `typ`
 */
function keycloak(): IssuerToken[] {
  const iss = 'https://login.example.com/realms/shop';
  const sub = '2d7e94a1-6b3c-4f05-9c8e-5a1b0f7d3e62';
  const access = {
    ...times(),
    jti: 'onrtac:8a1b',
    iss,
    aud: ['orders', 'account'],
    sub,
    typ: 'Bearer',
    azp: 'web',
    sid: 's-1',
    acr: '1',
    realm_access: { roles: ['buyer'] },
    resource_access: { orders: { roles: ['buyer'] } },
    scope: 'openid orders:read',
    preferred_username: 'ana',
  };
  const service = {
    ...times(),
    jti: 'trrtcc:8a1b',
    iss,
    aud: ['orders', 'account'],
    sub,
    typ: 'Bearer',
    azp: 'nightly-job',
    acr: '1',
    scope: 'orders:read',
    clientHost: '198.51.100.7',
    preferred_username: 'service-account-nightly-job',
    clientAddress: '198.51.100.7',
    client_id: 'nightly-job',
  };
  const { sub: _, ...withoutSubject } = access;
  const common = { header: JWT, audience: 'orders', scope: 'orders:read' };
  return [
    { ...common, of: 'Keycloak: access token of a user, for several audiences', claims: access, expected: { sub, principalId: sub, scope: 'openid orders:read', clientId: 'web' } },
    { ...common, of: 'Keycloak: access token of a user, RFC 9068 header', header: AT_JWT, claims: access, expected: { sub, principalId: sub, scope: 'openid orders:read', clientId: 'web' } },
    { ...common, of: 'Keycloak: access token of a client\'s service account', claims: service, expected: { sub, principalId: sub, scope: 'orders:read', clientId: 'nightly-job' } },
    {
      ...common,
      of: 'Keycloak: access token without the client scope `basic`, so without a subject',
      claims: withoutSubject,
      expected: { principalId: 'web', scope: 'openid orders:read', clientId: 'web' },
    },
    { ...common, of: 'Keycloak: access token bound to a key', claims: { ...access, typ: 'DPoP', cnf: { jkt: '0ZcOCORZNYy' } }, expected: { sub, principalId: sub, scope: 'openid orders:read', clientId: 'web' } },
    ...['ID', 'Serialized-ID', 'Refresh', 'Offline', 'Logout'].map((typ): IssuerToken =>
      ({ ...common, of: `Keycloak: token of the type ${typ}`, claims: { ...access, typ }, expected: { refused: 'token type' } })),
    {
      ...common,
      of: 'Keycloak: ID token, asked for',
      claims: { ...access, typ: 'ID', aud: 'web', scope: undefined, at_hash: 'kq3Zt9m1Y0c8vH2sXwLr5g' },
      audience: 'web',
      scope: undefined,
      tokenUse: 'id',
      expected: { sub, principalId: sub, scope: '', clientId: 'web' },
    },
  ];
}

/**
 * @see https://docs.duendesoftware.com/identityserver/apis/aspnetcore/authorization, scopes as a list
 * @see https://docs.duendesoftware.com/identityserver/reference/options, `AccessTokenJwtType` and `EmitScopesAsSpaceDelimitedStringInJwt`
 */
function duende(): IssuerToken[] {
  const iss = 'https://login.example.com';
  const common = { header: AT_JWT, audience: 'orders', scope: 'orders.read' };
  const access = { iss, ...started(), aud: 'orders', client_id: 'web', jti: '8A1B' };
  return [
    {
      ...common,
      of: 'Duende IdentityServer: access token of a user, scopes in a list',
      claims: { ...access, scope: ['openid', 'orders.read'], sub: '88421113', auth_time: times().iat, idp: 'local', amr: ['pwd'] },
      expected: { sub: '88421113', principalId: '88421113', scope: 'openid orders.read', clientId: 'web' },
    },
    {
      ...common,
      of: 'Duende IdentityServer: access token of a client, without a subject',
      claims: { ...access, scope: ['orders.read'] },
      expected: { principalId: 'web', scope: 'orders.read', clientId: 'web' },
    },
    { ...common, of: 'Duende IdentityServer: access token with a list that lacks the scope', claims: { ...access, scope: ['openid', 'orders.read orders.write'] }, expected: 'denied' },
  ];
}

export const issuerTokens: readonly IssuerToken[] = [cognito, entra, auth0, okta, keycloak, duende].flatMap(of => of());
