import { setTimeout as sleep } from 'timers/promises';
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import * as fc from 'fast-check';
import { Issuer } from '../support/issuer';
import { loadHandler } from '../support/local-endpoint';
import { LogLines } from '../support/log-lines';
import { Algorithm, base64url, SigningKey, tokenSignedWithPublicKey } from '../support/token-issuer';

const API = 'arn:aws:execute-api:us-west-2:111122223333:a1b2c3d4e5/live';
const ISSUER = 'https://issuer.example/';
const UNAVAILABLE = 'keys unavailable';

type Handler = (event: APIGatewayRequestAuthorizerEvent) => Promise<APIGatewayAuthorizerResult>;

const rsa = new SigningKey('rsa-1');
const ecdsa = new SigningKey('ec-1', 'ES256');
const unpublished = new SigningKey('unpublished');
// same id as a published key, but another key
const forged = new SigningKey('rsa-1');

const now = () => Math.floor(Date.now() / 1000);
const claims = (change: object = {}) => ({ iss: ISSUER, sub: 'u-1', aud: 'orders', iat: now(), exp: now() + 300, scope: 'orders:read', client_id: 'web', ...change });

function request(token?: string, change: object = {}): APIGatewayRequestAuthorizerEvent {
  return {
    type: 'REQUEST',
    methodArn: `${API}/GET/orders/42`,
    httpMethod: 'GET',
    resource: '/orders/{id}',
    path: '/orders/42',
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    multiValueHeaders: token === undefined ? {} : { Authorization: [`Bearer ${token}`] },
    requestContext: { requestId: 'r-1' },
    ...change,
  } as APIGatewayRequestAuthorizerEvent;
}

describe('the JWT authorizer', () => {
  let issuer: Issuer;
  let log: LogLines;

  beforeEach(async () => {
    issuer = await Issuer.start(rsa, ecdsa);
    log = new LogLines();
  });
  afterEach(async () => {
    jest.useRealTimers();
    await issuer.down();
    log.restore();
  });

  /** A new execution environment. */
  function start(environment: Record<string, string> = {}): Handler {
    return loadHandler<{ handler: Handler }>('../../src/multi-region-api/jwt-authorizer.lambda', {
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: JSON.stringify(['orders', 'stock']),
      JWT_TOKEN_USE: 'access',
      JWKS_URI: issuer.jwksUri,
      ROUTE_SCOPES: JSON.stringify({ 'GET /orders/{id}': ['orders:read', 'orders:admin'], 'DELETE /orders/{id}': ['orders:admin'], 'ANY /admin': ['orders:admin'] }),
      ...environment,
    }).handler;
  }

  /** An execution environment that has the keys. */
  async function startWarm(): Promise<Handler> {
    const handler = start();
    await handler(request(rsa.token(claims())));
    return handler;
  }

  const accepts = async (handler: Handler, token: string) => handler(request(token)).then(() => true, () => false);

  /** Only clocks and timers, and not those of sockets: the requests are real. */
  function holdTime(): void {
    jest.useFakeTimers({ doNotFake: ['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] });
  }

  async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
    for (let tries = 0; !await condition(); tries++) {
      if (tries === 500) throw new Error(`not within 5 seconds: ${condition}`);
      await sleep(10);
    }
  }

  const statement = (effect: string, arn: string) => ({ Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: arn }] });

  describe('given a valid token', () => {
    test('allows the route, and only that', async () => {
      expect(await start()(request(rsa.token(claims())))).toEqual({
        principalId: 'u-1',
        policyDocument: statement('Allow', `${API}/GET/orders/*`),
        context: { sub: 'u-1', scope: 'orders:read', issuer: ISSUER, clientId: 'web' },
      });
      expect(log.text).toBe('');
    });

    test.each<Algorithm>(['RS256', 'RS512', 'ES256', 'ES384', 'EdDSA'])('accepts %s', async alg => {
      const key = new SigningKey('another', alg);
      issuer.keys.push(key);
      expect(await start()(request(key.token(claims())))).toMatchObject({ principalId: 'u-1' });
    });

    test('accepts a key that does not say its algorithm, for algorithms of its type only', async () => {
      const key = new SigningKey('untold', 'ES256');
      const { alg, use, ...jwk } = key.jwk;
      issuer.instead = { status: 200, body: JSON.stringify({ keys: [jwk] }) };
      const handler = start();
      expect(await handler(request(key.token(claims())))).toMatchObject({ principalId: 'u-1' });
      await expect(handler(request(key.token(claims(), { alg: 'RS256' })))).rejects.toThrow(/^Unauthorized$/);
    });

    test.each([
      ['authorization', {}], ['AUTHORIZATION', null], ['Authorization', undefined],
    ])('finds it in %s', async (name, multiValueHeaders) => {
      const headers = { [name]: `Bearer ${rsa.token(claims())}` };
      expect(await start()(request(undefined, { headers, multiValueHeaders }))).toMatchObject({ principalId: 'u-1' });
    });

    test('finds it where there are only multi-value headers', async () => {
      const multiValueHeaders = { authorization: [`Bearer ${rsa.token(claims())}`] };
      expect(await start()(request(undefined, { headers: null, multiValueHeaders }))).toMatchObject({ principalId: 'u-1' });
    });

    test.each<[string, () => object]>([
      ['one of several audiences', () => ({ aud: ['billing', 'stock'] })],
      ['a client for an audience, as in access tokens of Cognito', () => ({ aud: undefined, client_id: 'orders' })],
      ['scp instead of scope', () => ({ scope: undefined, scp: ['orders:read'] })],
      ['scopes in a list', () => ({ scope: ['other', 'orders:read'] })],
      ['a list of scopes and claims of all other kinds', () => ({ scope: ['orders:read'], constructor: { a: 1 }, groups: [['\u00e9\ud83d\ude00', 1.5e300, null]], name: '"\\' })],
      ['any one of the route\'s scopes', () => ({ scope: 'other orders:admin' })],
      ['one that expired 2 seconds ago', () => ({ exp: now() - 2 })],
      ['one that will be valid in 3 seconds', () => ({ nbf: now() + 3 })],
      ['one of an issuer whose clock is 50 seconds ahead', () => ({ iat: now() + 50 })],
      ['one that does not say when it was issued', () => ({ iat: undefined })],
    ])('accepts %s', async (_, change) => {
      expect(await start()(request(rsa.token(claims(change()))))).toMatchObject({ policyDocument: statement('Allow', `${API}/GET/orders/*`) });
    });

    test.each<[string, object]>([
      ['JWT', { typ: 'JWT' }], ['jwt', { typ: 'jwt' }], ['no type', { typ: undefined }], ['JOSE', { typ: 'JOSE' }],
      ['at+jwt', { typ: 'at+jwt' }], ['application/AT+JWT', { typ: 'application/AT+JWT' }], ['a payload that is encoded, as all are', { b64: true }],
    ])('accepts a header that says %s', async (_, header) => {
      expect(await start()(request(rsa.token(claims(), header)))).toMatchObject({ policyDocument: statement('Allow', `${API}/GET/orders/*`) });
    });

    test('has the client as principal where there is no subject, and no subject then', async () => {
      expect(await start()(request(rsa.token(claims({ sub: undefined }))))).toEqual({
        principalId: 'web', policyDocument: statement('Allow', `${API}/GET/orders/*`), context: { scope: 'orders:read', issuer: ISSUER, clientId: 'web' },
      });
    });

    test('wants no scope where the route wants none', async () => {
      const root = { methodArn: `${API}/POST/`, httpMethod: 'POST', resource: '/' };
      expect(await start()(request(rsa.token(claims({ scope: undefined })), root))).toMatchObject({
        policyDocument: statement('Allow', `${API}/POST/`), context: { scope: '' },
      });
    });

    test('denies the route for want of scope', async () => {
      const other = { methodArn: `${API}/DELETE/orders/42`, httpMethod: 'DELETE' };
      expect(await start()(request(rsa.token(claims()), other))).toEqual({
        principalId: 'u-1', policyDocument: statement('Deny', `${API}/DELETE/orders/*`),
      });
      expect(log.of('WARN')).toEqual([{ message: 'refused', reason: 'scope', request_id: 'r-1', route: 'DELETE /orders/{id}' }]);
    });

    test('wants the scopes of ANY whatever the method', async () => {
      const admin = { methodArn: `${API}/PATCH/admin`, httpMethod: 'PATCH', resource: '/admin' };
      expect(await start()(request(rsa.token(claims()), admin))).toMatchObject({ policyDocument: statement('Deny', `${API}/PATCH/admin`) });
    });

    test('gives no answer about what is no route', async () => {
      const handler = await startWarm();
      await expect(handler(request(rsa.token(claims()), { resource: '/orders/*' }))).rejects.toThrow('not a request for a route');
    });
  });

  describe('refuses', () => {
    const part = (token: string, index: number) => token.split('.')[index];
    const assemble = (header: string | object, payload: string | object, signature: string | Buffer) =>
      [header, payload].map(one => (typeof one === 'string' ? one : base64url(one))).concat(base64url(signature)).join('.');

    test.each<[string, string, () => string]>([
      ['an expired token', 'expired', () => rsa.token(claims({ exp: now() - 7 }))],
      ['a token that is not yet valid', 'not yet valid', () => rsa.token(claims({ nbf: now() + 30 }))],
      ['a token without expiry', 'no expiry', () => rsa.token(claims({ exp: undefined }))],
      ['an expiry that is text', 'malformed', () => rsa.token(claims({ exp: '9999999999' }))],
      ['an expiry before all dates', 'not verifiable', () => rsa.token(claims({ exp: -1e300 }))],
      ['another issuer', 'issuer', () => rsa.token(claims({ iss: 'https://other.example/' }))],
      ['an issuer that only looks alike', 'issuer', () => rsa.token(claims({ iss: 'https://issuer.example' }))],
      ['no issuer', 'issuer', () => rsa.token(claims({ iss: undefined }))],
      ['another audience', 'audience', () => rsa.token(claims({ aud: 'billing' }))],
      ['another audience, though the client is one', 'audience', () => rsa.token(claims({ aud: 'billing', client_id: 'orders' }))],
      ['no audience', 'audience', () => rsa.token(claims({ aud: undefined }))],
      ['neither a subject nor a client', 'no subject', () => rsa.token(claims({ sub: undefined, client_id: undefined }))],
      ['an empty subject', 'no subject', () => rsa.token(claims({ sub: '' }))],
      ['a subject that is no text, though there is a client', 'malformed', () => rsa.token(claims({ sub: null }))],
      ['an issue in the future', 'issued in the future', () => rsa.token(claims({ iat: now() + 90 }))],
      ['an issue at the end of time', 'issued in the future', () => rsa.token(claims({ iat: 1e300 }))],
      ['a scope that is an object', 'malformed', () => rsa.token(claims({ scope: { 'orders:read': true } }))],
      ['a list of scopes, and an expiry that is text', 'malformed', () => rsa.token(claims({ scope: ['orders:read'], exp: '9999999999' }))],
      ['a list of scopes, and an audience that is none', 'malformed', () => rsa.token(claims({ scope: ['orders:read'], aud: 1 }))],
      ['a list of scopes, expired', 'expired', () => rsa.token(claims({ scope: ['orders:read'], exp: now() - 7 }))],
      ['a list of scopes, another audience', 'audience', () => rsa.token(claims({ scope: ['orders:read'], aud: 'billing' }))],
      ['a list of scopes that was added afterwards', 'signature', () => {
        const token = rsa.token(claims({ scope: undefined }));
        return `${part(token, 0)}.${base64url(claims({ scope: ['orders:read'] }))}.${part(token, 2)}`;
      }],
      ['a list of scopes that was replaced afterwards', 'signature', () => {
        const token = rsa.token(claims({ scope: ['orders:read'] }));
        return `${part(token, 0)}.${base64url(claims({ scope: ['orders:admin'] }))}.${part(token, 2)}`;
      }],
      ['a critical extension', 'extension', () => rsa.token(claims(), { 'crit': ['https://example.com/quota'], 'https://example.com/quota': 1 })],
      ['a critical extension that is a standard header', 'extension', () => rsa.token(claims(), { crit: ['exp'] })],
      ['an empty list of critical extensions', 'extension', () => rsa.token(claims(), { crit: [] })],
      ['critical extensions that are null', 'extension', () => rsa.token(claims(), { crit: null })],
      ['an unencoded payload', 'extension', () => rsa.token(claims(), { b64: false, crit: ['b64'] })],
      ['an unencoded payload that is not critical', 'extension', () => rsa.token(claims(), { b64: false })],
      ...['logout+jwt', 'application/logout+jwt', 'dpop+jwt', 'secevent+jwt', 'token-introspection+jwt', 'oauth-authz-req+jwt', 'at', 'access token', '', 'constructor', 1, null]
        .map((typ): [string, string, () => string] => [`the type ${JSON.stringify(typ)} in the header`, 'token type', () => rsa.token(claims(), { typ })]),
      ...['id', 'refresh', 'Access', '', 'constructor', 1, null, ['access']]
        .map((use): [string, string, () => string] => [`the token_use ${JSON.stringify(use)}`, 'token type', () => rsa.token(claims({ token_use: use }))]),
      ...['ID', 'Refresh', 'Offline', 'Logout', 'refresh'].map((typ): [string, string, () => string] => [`Keycloak's type ${typ}`, 'token type', () => rsa.token(claims({ typ }))]),
      ['an access token\'s hash, as in ID tokens', 'token type', () => rsa.token(claims({ at_hash: 'x' }))],
      ['a code\'s hash, as in ID tokens', 'token type', () => rsa.token(claims({ c_hash: 'x' }))],
      ['a logout, though its type is JWT', 'token type', () => rsa.token(claims({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }))],
      ['the type of an access token, and the use of an ID token', 'token type', () => rsa.token(claims({ token_use: 'id' }), { typ: 'at+jwt' })],
      ['alg none, unsigned', 'malformed', () => `${base64url({ alg: 'none', kid: 'rsa-1' })}.${base64url(claims())}.`],
      ['alg none, with a signature', 'algorithm', () => rsa.token(claims(), { alg: 'none' })],
      ['alg None', 'algorithm', () => rsa.token(claims(), { alg: 'None' })],
      ['no alg', 'algorithm', () => rsa.token(claims(), { alg: undefined })],
      ['alg __proto__', 'algorithm', () => rsa.token(claims(), { alg: '__proto__' })],
      ['HS256 with the public key as secret', 'algorithm', () => tokenSignedWithPublicKey(rsa, claims())],
      ['another algorithm than the key\'s', 'algorithm', () => rsa.token(claims(), { alg: 'RS512' })],
      ['the algorithm of another type of key', 'algorithm', () => rsa.token(claims(), { alg: 'ES256' })],
      ['the id of a key of another type', 'algorithm', () => rsa.token(claims(), { kid: 'ec-1' })],
      ['a key that the issuer does not publish', 'unknown key', () => unpublished.token(claims())],
      ['a key that the token itself brings', 'unknown key', () => unpublished.token(claims(), { jwk: unpublished.jwk, jku: 'https://evil.example/jwks.json' })],
      ['no key id', 'unknown key', () => rsa.token(claims(), { kid: undefined })],
      ['a key id that is no text', 'malformed', () => rsa.token(claims(), { kid: 1 })],
      ['another key under a published id', 'signature', () => forged.token(claims())],
      ['a tampered payload', 'signature', () => {
        const token = rsa.token(claims());
        return `${part(token, 0)}.${base64url(claims({ sub: 'admin' }))}.${part(token, 2)}`;
      }],
      ['the signature of another token', 'signature', () => `${rsa.token(claims({ sub: 'admin' })).split('.').slice(0, 2).join('.')}.${part(rsa.token(claims()), 2)}`],
      ['a tampered signature', 'signature', () => {
        const token = rsa.token(claims());
        const signature = Buffer.from(part(token, 2), 'base64url');
        signature[100] = (signature[100] + 1) % 256;
        return assemble(part(token, 0), part(token, 1), signature);
      }],
      ['an ECDSA signature that is too short', 'not verifiable', () => assemble({ alg: 'ES256', kid: 'ec-1' }, claims(), Buffer.alloc(3, 7))],
      ['an ECDSA signature of zeros', 'signature', () => assemble({ alg: 'ES256', kid: 'ec-1' }, claims(), Buffer.alloc(64))],
      ['an ECDSA signature in DER', 'not verifiable', () => assemble({ alg: 'ES256', kid: 'ec-1' }, claims(), Buffer.from(`3045${'00'.repeat(69)}`, 'hex'))],
      ['a signature spelled differently', 'malformed', () => {
        const token = rsa.token(claims()); // 256 bytes: the last of 342 characters has 4 bits that do not count
        return token.slice(0, -1) + String.fromCharCode(token.charCodeAt(token.length - 1) + 1);
      }],
      ['padding', 'malformed', () => `${rsa.token(claims())}==`],
      ['a token above 8 KiB', 'too long', () => rsa.token(claims({ big: 'x'.repeat(8192) }))],
      ['a payload that is no object', 'malformed', () => rsa.token(['u-1'])],
      ['a payload that is no JSON', 'malformed', () => assemble(base64url({ alg: 'RS256', kid: 'rsa-1' }), base64url('{"sub":'), 'x')],
      ['a header that is no JSON', 'malformed', () => assemble(base64url('x'), claims(), 'x')],
      ['two parts', 'malformed', () => rsa.token(claims()).split('.').slice(0, 2).join('.')],
      ['five parts, as of an encrypted token', 'malformed', () => 'aaaa.aaaa.aaaa.aaaa.aaaa'],
      ['random bytes', 'malformed', () => 'AAAA.////.AAAA'],
    ])('%s', async (_, reason, token) => {
      const handler = await startWarm();
      const bad = token();
      await expect(handler(request(bad))).rejects.toThrow(/^Unauthorized$/);
      expect(log.of('WARN')).toEqual([{ message: 'refused', reason, request_id: 'r-1', route: 'GET /orders/{id}' }]);
      expect(log.of('ERROR')).toEqual([]);
      expectNothingTold(bad);
    });

    test.each<[string, string, object]>([
      ['no header', 'no token', {}],
      ['headers that are null', 'no token', { headers: null, multiValueHeaders: null }],
      ['another scheme', 'no token', { headers: { Authorization: 'Basic dTpw' } }],
      ['a token without scheme', 'no token', { headers: { Authorization: rsa.token(claims()) } }],
      ['two headers', 'several tokens', { multiValueHeaders: { Authorization: [`Bearer ${rsa.token(claims())}`, 'Bearer x'] } }],
    ])('%s', async (_, reason, change) => {
      const handler = await startWarm();
      await expect(handler(request(undefined, change))).rejects.toThrow(/^Unauthorized$/);
      expect(log.of('WARN')).toEqual([{ message: 'refused', reason, request_id: 'r-1', route: 'GET /orders/{id}' }]);
    });

    test.each<[string, () => string]>([
      ['a token above 8 KiB', () => 'x'.repeat(8193)],
      ['alg none', () => rsa.token(claims(), { alg: 'none' })],
      ['HS256', () => tokenSignedWithPublicKey(rsa, claims())],
      ['a critical extension, of an unknown key', () => unpublished.token(claims(), { crit: ['x'], x: 1 })],
      ['a token without key id, where there are several keys', () => unpublished.token(claims(), { kid: undefined })],
    ])('%s without asking the issuer', async (_, token) => {
      const handler = await startWarm();
      await issuer.down();
      await expect(handler(request(token()))).rejects.toThrow(/^Unauthorized$/);
      await issuer.up();
      expect(issuer.fetches).toBe(1);
    });

    test('a key that is published for encryption', async () => {
      issuer.instead = { status: 200, body: JSON.stringify({ keys: [{ ...rsa.jwk, use: 'enc' }] }) };
      await expect(start()(request(rsa.token(claims())))).rejects.toThrow(/^Unauthorized$/);
    });

    test('what it accepted, once it has expired', async () => {
      const handler = start();
      const token = rsa.token(claims({ exp: now() + 60 }));
      await handler(request(token));
      holdTime();
      jest.setSystemTime(Date.now() + 67_000);
      await expect(handler(request(token))).rejects.toThrow(/^Unauthorized$/);
      expect(log.of('WARN')).toMatchObject([{ reason: 'expired' }]);
    });

    function expectNothingTold(token: string): void {
      for (const secret of [...token.split('.').filter(text => text.length > 10), 'u-1', 'admin', ISSUER]) expect(log.text).not.toContain(secret);
    }
  });

  describe('asked for ID tokens', () => {
    const idTokens = () => start({ JWT_TOKEN_USE: 'id' });

    test.each<[string, () => string]>([
      ['one that says so, as Cognito\'s', () => rsa.token(claims({ token_use: 'id', at_hash: 'x' }), { typ: undefined })],
      ['one that says so, as Keycloak\'s', () => rsa.token(claims({ typ: 'ID' }))],
      ['one that tells nothing', () => rsa.token(claims())],
    ])('accepts %s', async (_, token) => {
      expect(await idTokens()(request(token()))).toMatchObject({ principalId: 'u-1', policyDocument: statement('Allow', `${API}/GET/orders/*`) });
    });

    test.each<[string, () => string]>([
      ['an access token by its header', () => rsa.token(claims(), { typ: 'at+jwt' })],
      ['an access token of Cognito', () => rsa.token(claims({ token_use: 'access' }))],
      ['an access token of Keycloak', () => rsa.token(claims({ typ: 'Bearer' }))],
      ['an access token of Keycloak that is bound to a key', () => rsa.token(claims({ typ: 'DPoP' }))],
      ['a logout token', () => rsa.token(claims(), { typ: 'logout+jwt' })],
      ['a refresh token', () => rsa.token(claims({ typ: 'Refresh' }))],
    ])('refuses %s', async (_, token) => {
      await expect(idTokens()(request(token()))).rejects.toThrow(/^Unauthorized$/);
      expect(log.of('WARN')).toMatchObject([{ reason: 'token type' }]);
    });
  });

  describe('a token without key id', () => {
    const nameless = (key: SigningKey) => {
      const { kid, ...jwk } = key.jwk as Record<string, unknown>;
      return jwk;
    };
    const publish = (...keys: object[]) => { issuer.instead = { status: 200, body: JSON.stringify({ keys }) }; };
    const other = new SigningKey('rsa-2');

    test.each<[string, SigningKey, () => object[]]>([
      ['is good by the only key, which has none either', rsa, () => [nameless(rsa)]],
      ['is good by the only key, though that has one', rsa, () => [rsa.jwk]],
      ['is good by the only key that signs', rsa, () => [nameless(rsa), { ...nameless(other), use: 'enc' }]],
      ['is good by the only key, of a curve', ecdsa, () => [nameless(ecdsa)]],
    ])('%s', async (_, key, keys) => {
      publish(...keys());
      const handler = start();
      for (let i = 0; i < 2; i++) expect(await handler(request(key.token(claims(), { kid: undefined })))).toMatchObject({ principalId: 'u-1' });
      expect(issuer.fetches).toBe(1);
    });

    test.each<[string, string, () => string, () => object[]]>([
      ['where there are several keys', 'unknown key', () => rsa.token(claims(), { kid: undefined }), () => [nameless(rsa), nameless(other)]],
      ['where there are several keys, one for its algorithm', 'unknown key', () => rsa.token(claims(), { kid: undefined }), () => [nameless(rsa), nameless(ecdsa)]],
      ['where there is no key', 'unknown key', () => rsa.token(claims(), { kid: undefined }), () => []],
      ['where the only key is for encryption', 'unknown key', () => rsa.token(claims(), { kid: undefined }), () => [{ ...nameless(rsa), use: 'enc' }]],
      ['that is signed by another key', 'signature', () => forged.token(claims(), { kid: undefined }), () => [nameless(rsa)]],
      ['of another algorithm than the only key\'s', 'algorithm', () => rsa.token(claims(), { kid: undefined, alg: 'RS512' }), () => [nameless(rsa)]],
      ['of an algorithm for another type of key', 'algorithm', () => ecdsa.token(claims(), { kid: undefined }), () => [nameless(rsa)]],
      ['that is "signed" with the only key', 'algorithm', () => tokenSignedWithPublicKey(rsa, claims()), () => [nameless(rsa)]],
    ])('is refused %s', async (_, reason, token, keys) => {
      publish(...keys());
      await expect(start()(request(token()))).rejects.toThrow(/^Unauthorized$/);
      expect(log.of('WARN')).toMatchObject([{ reason }]);
    });

    test('is not taken for a token whose key id is unknown', async () => {
      publish(nameless(rsa));
      await expect(start()(request(rsa.token(claims())))).rejects.toThrow(/^Unauthorized$/);
      expect(log.of('WARN')).toMatchObject([{ reason: 'unknown key' }]);
    });

    test('is good by the new key an hour after the issuer changed it, at the latest', async () => {
      publish(nameless(rsa));
      const handler = start();
      await handler(request(rsa.token(claims(), { kid: undefined })));
      publish(nameless(other));
      holdTime();
      jest.setSystemTime(Date.now() + 3_601_000);
      await accepts(handler, rsa.token(claims(), { kid: undefined }));
      await eventually(async () => accepts(handler, other.token(claims(), { kid: undefined })));
      expect(await accepts(handler, rsa.token(claims(), { kid: undefined }))).toBe(false);
    });

    test('is no verdict on the caller while there are no keys', async () => {
      issuer.instead = { status: 503, body: '' };
      await expect(start()(request(rsa.token(claims(), { kid: undefined })))).rejects.toThrow(UNAVAILABLE);
    });
  });

  describe('whatever is done to a valid token', () => {
    const valid = {
      rsa: rsa.token(claims({ exp: now() + 3600 })), ecdsa: ecdsa.token(claims({ exp: now() + 3600 })), listed: rsa.token(claims({ exp: now() + 3600, scope: ['orders:read'] })),
    };
    const token = fc.constantFrom(...Object.values(valid));
    const character = fc.oneof(fc.constantFrom(...'ABYZabyz019-_.=+/ ~'), fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }));
    const header = fc.record({
      alg: fc.oneof(fc.constantFrom('RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA', 'HS256', 'none', '', 'constructor'), fc.jsonValue()),
      kid: fc.oneof(fc.constantFrom('rsa-1', 'ec-1'), fc.jsonValue()),
      crit: fc.jsonValue(),
    }, { requiredKeys: [] });

    const mutation = fc.oneof(
      fc.tuple(token, fc.nat(), character).map(([text, at, other]) => replace(text, at, 1, other)),
      fc.tuple(token, fc.nat(), character).map(([text, at, other]) => replace(text, at, 0, other)),
      fc.tuple(token, fc.nat(), fc.integer({ min: 1, max: 40 })).map(([text, at, count]) => replace(text, at, count, '')),
      fc.tuple(token, fc.nat()).map(([text, length]) => text.slice(0, length % text.length)),
      fc.tuple(token, fc.shuffledSubarray([0, 1, 2], { minLength: 0 })).map(([text, order]) => order.map(i => text.split('.')[i]).join('.')),
      fc.tuple(token, header).map(([text, other]) => [base64url(other), ...text.split('.').slice(1)].join('.')),
      fc.tuple(token, fc.object()).map(([text, other]) => [text.split('.')[0], base64url({ ...claims(), ...other }), text.split('.')[2]].join('.')),
      fc.tuple(token, fc.uint8Array({ maxLength: 300 })).map(([text, other]) => [...text.split('.').slice(0, 2), base64url(Buffer.from(other))].join('.')),
      fc.tuple(header, fc.jsonValue(), fc.uint8Array({ maxLength: 300 })).map(([h, p, s]) => [base64url(h), base64url(JSON.stringify(p)), base64url(Buffer.from(s))].join('.')),
      fc.string({ unit: 'binary' }),
      // blanks between the scheme and the token are none of the token's
    ).filter(text => !Object.values(valid).includes(text.trim()));

    function replace(text: string, at: number, count: number, other: string): string {
      const start_ = at % text.length;
      return text.slice(0, start_) + other + text.slice(start_ + count);
    }

    test('it is refused with 401, nothing of it is logged, and the issuer is left alone', async () => {
      const handler = await startWarm();
      for (const text of Object.values(valid)) await handler(request(text));
      await fc.assert(fc.asyncProperty(mutation, async text => {
        log.clear();
        await expect(handler(request(text))).rejects.toThrow(/^Unauthorized$/);
        expect(log.of('WARN').map(line => Object.keys(line))).toEqual([['message', 'reason', 'request_id', 'route']]);
      }), { numRuns: 3000 });
      // one at init; one in 10 seconds for unknown key ids
      expect(issuer.fetches).toBeLessThanOrEqual(5);
    }, 60_000);
  });

  describe('a list of scopes', () => {
    const odd = fc.oneof(fc.jsonValue(), fc.constantFrom('', 'orders', ISSUER, 'access', 'id', 0, -1, now() + 30, now() + 300, 1e300, null, ['orders'], ['orders', 1], {}));
    const name = fc.constantFrom('iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'client_id', 'azp', 'token_use', 'typ', 'scp', 'roles', 'at_hash', 'events', 'constructor', '__proto__');
    const change = fc.array(fc.tuple(name, odd), { maxLength: 4 });

    test('is no way round any check: with any other claims, it is answered as the same scopes in a text are', async () => {
      const handler = await startWarm();
      const outcome = async (changed: [string, unknown][], scope: unknown) => {
        log.clear();
        // as text, because a name may be __proto__
        const members = [...Object.entries(claims({ scope })), ...changed].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
        const answered = await handler(request(rsa.tokenOf(`{${members.join(',')}}`))).catch((error: Error) => error.message);
        return { answered, logged: log.of('WARN') };
      };
      await fc.assert(fc.asyncProperty(change, async changed => {
        expect(await outcome(changed, ['orders:read', 'other'])).toEqual(await outcome(changed, 'orders:read other'));
      }), { numRuns: 500 });
    }, 60_000);
  });

  describe('fetches the keys', () => {
    const good = () => request(rsa.token(claims()));

    test('once when cold, and never when warm', async () => {
      const handler = start();
      await handler(good());
      expect(issuer.fetches).toBe(1);
      for (let i = 0; i < 20; i++) await handler(i % 2 ? good() : request(ecdsa.token(claims())));
      expect(issuer.fetches).toBe(1);
    });

    test('once for concurrent requests when cold', async () => {
      const handler = start();
      await Promise.all(Array.from({ length: 20 }, async () => handler(good())));
      expect(issuer.fetches).toBe(1);
    });

    test('at init already', async () => {
      const handler = start();
      await eventually(() => issuer.fetches === 1);
      await handler(good());
      expect(issuer.fetches).toBe(1);
    });

    test('anew for a key that is new, and accepts it', async () => {
      const handler = await startWarm();
      const rotated = new SigningKey('rsa-2');
      issuer.keys = [rotated];
      expect(await handler(request(rotated.token(claims())))).toMatchObject({ principalId: 'u-1' });
      expect(issuer.fetches).toBe(2);
      // the issuer has withdrawn it, and that is known now
      await expect(handler(good())).rejects.toThrow(/^Unauthorized$/);
    });

    test('at most once in 10 seconds for unknown key ids, while known ones are served', async () => {
      const handler = await startWarm();
      holdTime();
      const unknown = async () => expect(handler(request(new SigningKey(`kid-${Math.random()}`, 'ES256').token(claims())))).rejects.toThrow(/^Unauthorized$/);
      for (let i = 0; i < 20; i++) await unknown();
      expect(issuer.fetches).toBe(2);
      await handler(good());
      jest.advanceTimersByTime(9_900);
      await unknown();
      expect(issuer.fetches).toBe(2);
      jest.advanceTimersByTime(100);
      await unknown();
      await unknown();
      expect(issuer.fetches).toBe(3);
      expect(log.of('WARN').map(({ reason }) => reason)).toEqual(Array(23).fill('unknown key'));
    });

    test('anew after an hour, while the keys at hand serve; a withdrawn key is refused from then on', async () => {
      const handler = await startWarm();
      holdTime();
      jest.setSystemTime(Date.now() + 3_590_000);
      await handler(good());
      await sleep(100); // a fetch would not have been awaited
      expect(issuer.fetches).toBe(1);
      issuer.keys = [ecdsa];
      jest.setSystemTime(Date.now() + 11_000);
      await handler(good());
      await eventually(() => issuer.fetches === 2);
      await eventually(async () => !await accepts(handler, rsa.token(claims())));
      expect(await accepts(handler, ecdsa.token(claims()))).toBe(true);
    });

    test('and takes a key whose id was used again for a new one, after an hour', async () => {
      const handler = await startWarm();
      holdTime();
      issuer.keys = [forged];
      jest.setSystemTime(Date.now() + 3_601_000);
      await handler(good());
      await eventually(async () => accepts(handler, forged.token(claims())));
      expect(await accepts(handler, rsa.token(claims()))).toBe(false);
      expect(issuer.fetches).toBe(2);
    });
  });

  describe('while the issuer is down', () => {
    const good = () => request(rsa.token(claims()));

    test('serves with the keys that it has', async () => {
      const handler = await startWarm();
      await issuer.down();
      for (let i = 0; i < 5; i++) expect(await handler(good())).toMatchObject({ principalId: 'u-1' });
      await issuer.up();
      expect(log.of('ERROR')).toEqual([]);
    });

    test('serves with keys that are old, trying for new ones every 5 seconds', async () => {
      const handler = await startWarm();
      issuer.instead = { status: 503, body: '' };
      holdTime();
      jest.setSystemTime(Date.now() + 3 * 3_600_000);
      for (let i = 0; i < 10; i++) {
        expect(await handler(good())).toMatchObject({ principalId: 'u-1' });
        await eventually(() => log.of('ERROR').length === 1);
      }
      expect(issuer.fetches).toBe(2);
      jest.setSystemTime(Date.now() + 5_000);
      await handler(good());
      await eventually(() => issuer.fetches === 3);
    });

    test('lets nobody in without keys, but does not call the token bad; and recovers', async () => {
      await issuer.down();
      const handler = start();
      for (let i = 0; i < 3; i++) await expect(handler(good())).rejects.toThrow(new RegExp(`^${UNAVAILABLE}$`));
      expect(log.of('WARN')).toEqual([]);
      const lines = log.of('ERROR');
      expect(lines.filter(({ message }) => message === 'keys not fetched')).toEqual([
        { message: 'keys not fetched', error: { name: expect.any(String), message: expect.stringContaining('ECONNREFUSED') } },
      ]);
      expect(lines.filter(({ message }) => message === UNAVAILABLE)).toEqual(
        Array(3).fill({ message: UNAVAILABLE, request_id: 'r-1', route: 'GET /orders/{id}' }));
      await issuer.up();
      holdTime();
      jest.setSystemTime(Date.now() + 5_000);
      expect(await handler(good())).toMatchObject({ principalId: 'u-1' });
      expect(issuer.fetches).toBe(1);
    });

    test('still refuses what needs no key to be refused', async () => {
      await issuer.down();
      const handler = start();
      await expect(handler(request())).rejects.toThrow(/^Unauthorized$/);
      await expect(handler(request(rsa.token(claims(), { alg: 'none' })))).rejects.toThrow(/^Unauthorized$/);
      await eventually(() => log.of('ERROR').length === 1);
      await issuer.up();
    });

    test('cannot tell a new key from one that is made up', async () => {
      const handler = await startWarm();
      issuer.instead = { status: 500, body: '' };
      for (let i = 0; i < 5; i++) await expect(handler(request(unpublished.token(claims())))).rejects.toThrow(UNAVAILABLE);
      expect(issuer.fetches).toBe(2);
      expect(await handler(good())).toMatchObject({ principalId: 'u-1' });
    });

    test('gives up after two attempts of 3 seconds', async () => {
      issuer.instead = 'hang';
      holdTime();
      const answer = expect(start()(good())).rejects.toThrow(UNAVAILABLE);
      await eventually(() => issuer.fetches === 1);
      jest.advanceTimersByTime(3_000);
      await eventually(() => issuer.fetches === 2);
      jest.advanceTimersByTime(3_000);
      await answer;
      expect(issuer.fetches).toBe(2);
    });

    test.each<[string, { status: number; body: string }]>([
      ['an error', { status: 500, body: JSON.stringify({ keys: [] }) }],
      ['a redirect', { status: 302, body: '' }],
      ['no JSON', { status: 200, body: '<html>' }],
      ['no keys', { status: 200, body: '{}' }],
      ['keys that are none', { status: 200, body: '{"keys":[1]}' }],
    ])('takes %s for an outage', async (_, instead) => {
      issuer.instead = instead;
      const handler = start();
      await expect(handler(good())).rejects.toThrow(UNAVAILABLE);
      expect(issuer.fetches).toBe(1);
    });
  });

  describe('trusts', () => {
    test('no issuer over plain HTTP', () => {
      expect(() => start({ JWKS_URI: issuer.jwksUri.replace('https:', 'http:') })).toThrow('JWKS_URI');
    });

    test('no issuer whose certificate is for another name', async () => {
      const handler = start({ JWKS_URI: issuer.jwksUri.replace('127.0.0.1', 'localhost') });
      await expect(handler(request(rsa.token(claims())))).rejects.toThrow(UNAVAILABLE);
      expect(issuer.fetches).toBe(0);
    });
  });
});
