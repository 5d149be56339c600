import * as fc from 'fast-check';
import { answer, bearerToken, callerOf, Claims, mayUse, requiredScopes, requireIssued, routeArn } from '../../src/multi-region-api/jwt-decision';

const API = 'arn:aws:execute-api:us-west-2:111122223333:a1b2c3d4e5/live';
const TOKEN = 'aGVhZGVy.cGF5bG9hZA.c2lnbmF0dXJl';

/** Whether IAM takes an ARN for one that a policy's resource names: `*` is any text, slashes included. */
function matches(resource: string, arn: string): boolean {
  const pattern = resource.split('*').map(text => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*');
  return new RegExp(`^${pattern}$`, 's').test(arn);
}

describe('bearerToken', () => {
  test.each([
    ['Authorization', 'Bearer'], ['authorization', 'Bearer'], ['AUTHORIZATION', 'bearer'], ['aUthOrization', 'BEARER'],
  ])('is what %s: %s carries', (name, scheme) => {
    expect(bearerToken({ 'X-Other': 'x', [name]: `${scheme} ${TOKEN}` }, null)).toBe(TOKEN);
    expect(bearerToken(null, { [name]: [`${scheme} ${TOKEN}`] })).toBe(TOKEN);
    expect(bearerToken({ [name]: `${scheme} ${TOKEN}` }, { [name]: [`${scheme} ${TOKEN}`] })).toBe(TOKEN);
  });

  test.each<[string, any, any]>([
    ['no headers', null, null],
    ['headers that are not there', undefined, undefined],
    ['no such header', { 'X-Authorization': `Bearer ${TOKEN}` }, {}],
    ['an empty header', { Authorization: '' }, { Authorization: [''] }],
    ['a header without a value', { Authorization: undefined }, { Authorization: [] }],
    ['another scheme', { Authorization: `Basic ${TOKEN}` }, null],
    ['no scheme', { Authorization: TOKEN }, null],
    ['a scheme only', { Authorization: 'Bearer ' }, null],
    ['two tokens in one header', { Authorization: `Bearer ${TOKEN}, Bearer ${TOKEN}` }, null],
    ['something after the token', { Authorization: `Bearer ${TOKEN} x` }, null],
    ['a line break', { Authorization: `Bearer ${TOKEN}\n` }, null],
  ])('is refused for %s', (_, headers, multiValueHeaders) => {
    expect(() => bearerToken(headers, multiValueHeaders)).toThrow('no token');
  });

  test.each<[string, any, any]>([
    ['twice', null, { Authorization: [`Bearer ${TOKEN}`, 'Bearer a.b.c'] }],
    ['in two spellings', { Authorization: `Bearer ${TOKEN}`, authorization: 'Bearer a.b.c' }, null],
    ['differently in the two forms of headers', { Authorization: `Bearer ${TOKEN}` }, { authorization: ['Bearer a.b.c'] }],
  ])('is refused for a header that is there %s, since only one of them is cached', (_, headers, multiValueHeaders) => {
    expect(() => bearerToken(headers, multiValueHeaders)).toThrow('several tokens');
  });

  test('is refused above 8 KiB, before it is looked into', () => {
    const longest = `${'A'.repeat(8192 - 10)}.AAAA.AAAA`;
    expect(bearerToken({ Authorization: `Bearer ${longest}` }, null)).toHaveLength(8192);
    expect(() => bearerToken({ Authorization: `Bearer ${'.'.repeat(8193)}` }, null)).toThrow('too long');
  });

  test.each(['a', 'a.b', 'aa..aa', '..', 'aa.bb.cc.dd', 'aGVhZGVy.cGF5bG9hZA.c2lnbmF0dXJlcw=', 'aGVhZGVy.cGF5bG9hZB.c2lnbmF0dXJl', 'aGVhZGVy.c+/5.c2ln', 'aGVhZGVy.cGF5.c2ln\u00e9'])(
    'is refused if it is %p, which is no JWT in its only spelling', token => {
      expect(() => bearerToken({ Authorization: `Bearer ${token}` }, null)).toThrow('malformed');
    });

  test('takes no time with any header', () => {
    const begun = process.hrtime.bigint();
    for (const header of [`Bearer${' '.repeat(100_000)}`, `Bearer ${'.'.repeat(100_000)}`, `Bearer ${'a '.repeat(50_000)}`]) {
      expect(() => bearerToken({ Authorization: header }, null)).toThrow();
    }
    expect(Number(process.hrtime.bigint() - begun) / 1e6).toBeLessThan(1000);
  });
});

describe('routeArn', () => {
  test.each([
    ['GET', '/orders/{id}', '/orders/42', 'GET/orders/*'],
    ['POST', '/orders', '/orders', 'POST/orders'],
    ['GET', '/', '/', 'GET/'],
    ['GET', '/{proxy+}', '/a/b/c', 'GET/*'],
    ['DELETE', '/orders/{id}/lines/{line}', '/orders/1/lines/2', 'DELETE/orders/*/lines/*'],
    ['GET', '/files/{path+}', '/files/*', 'GET/files/*'],
    ['GET', '/v1.0/~me_-:x', '/v1.0/~me_-:x', 'GET/v1.0/~me_-:x'],
  ])('of %s %s, asked as %s, is %s of the API and stage', (method, resource, path, expected) => {
    expect(routeArn(`${API}/${method}${path}`, method, resource)).toBe(`${API}/${expected}`);
  });

  test.each(['arn:aws-cn', 'arn:aws-us-gov'])('is in the partition of the request, %s', partition => {
    const api = API.replace('arn:aws', partition);
    expect(routeArn(`${api}/GET/orders`, 'GET', '/orders')).toBe(`${api}/GET/orders`);
  });

  test.each(['/orders/*', '/orders/42/../..', '/orders/a:b', '/orders/${aws:username}', '/orders/?', '/orders//', '/orders/%2A', '/orders/x\ny'])(
    'has nothing of the path %p that was asked for', path => {
      expect(routeArn(`${API}/GET${path}`, 'GET', '/orders/{id}')).toBe(`${API}/GET/orders/*`);
    });

  test.each([
    ['no ARN', '', 'GET', '/orders'],
    ['an ARN of something else', 'arn:aws:lambda:us-west-2:111122223333:function:f', 'GET', '/orders'],
    ['a wildcard for the API', 'arn:aws:execute-api:us-west-2:111122223333:*/live/GET/orders', 'GET', '/orders'],
    ['a wildcard for the stage', 'arn:aws:execute-api:us-west-2:111122223333:a1b2/*/GET/orders', 'GET', '/orders'],
    ['a wildcard for the region', 'arn:aws:execute-api:*:111122223333:a1b2/live/GET/orders', 'GET', '/orders'],
    ['a wildcard for the method', `${API}/GET/orders`, '*', '/orders'],
    ['two methods', `${API}/GET/orders`, 'GET/orders/POST', '/orders'],
    ['no method', `${API}/GET/orders`, '', '/orders'],
    ['a wildcard in the resource', `${API}/GET/orders`, 'GET', '/orders/*'],
    ['a question mark in the resource', `${API}/GET/orders`, 'GET', '/order?'],
    ['a policy variable in the resource', `${API}/GET/orders`, 'GET', '/${aws:username}'],
    ['a half parameter', `${API}/GET/orders`, 'GET', '/x{id}'],
    ['no resource', `${API}/GET/orders`, 'GET', ''],
    ['a resource without a slash', `${API}/GET/orders`, 'GET', 'orders'],
    ['an empty segment', `${API}/GET/orders`, 'GET', '/orders//x'],
  ])('throws for %s', (_, methodArn, method, resource) => {
    expect(() => routeArn(methodArn, method, resource)).toThrow('not a request for a route');
  });

  const literal = fc.stringMatching(/^[A-Za-z0-9._~-]{1,8}$/);
  const parameter = fc.stringMatching(/^[A-Za-z0-9._-]{1,8}$/);
  const segment = fc.oneof(literal.map(text => ({ text, parameter: false })), parameter.map(text => ({ text, parameter: true })));
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS');
  const resourceOf = (segments: { text: string; parameter: boolean }[]) => `/${segments.map(s => (s.parameter ? `{${s.text}}` : s.text)).join('/')}`;
  const pathOf = (segments: { text: string; parameter: boolean }[], values: string[]) =>
    `/${segments.map((s, i) => (s.parameter ? values[i % values.length] : s.text)).join('/')}`;
  const value = fc.oneof(fc.string({ minLength: 1, maxLength: 12 }), fc.constantFrom('*', '?', '..', '%2F', '${aws:username}', 'a:b'))
    .filter(text => !text.includes('/'));
  const values = fc.array(value, { minLength: 1, maxLength: 4 });

  test('allows any request of its route, whatever its parameters are', () => {
    fc.assert(fc.property(fc.array(segment, { maxLength: 5 }), method, values, values, (segments, verb, one, other) => {
      const arn = routeArn(`${API}/${verb}${pathOf(segments, one)}`, verb, resourceOf(segments));
      // what is cached for one request is used for the other
      return matches(arn, `${API}/${verb}${pathOf(segments, other)}`);
    }), { numRuns: 1000 });
  });

  test('allows no request with another method, API, stage or account, nor one that differs in a literal segment', () => {
    fc.assert(fc.property(fc.array(segment, { maxLength: 5 }), method, values, fc.nat(), literal, (segments, verb, some, at, text) => {
      const path = pathOf(segments, some);
      const arn = routeArn(`${API}/${verb}${path}`, verb, resourceOf(segments));
      const others = [
        `${API}/${verb === 'GET' ? 'POST' : 'GET'}${path}`,
        `${API.replace('a1b2c3d4e5', 'f6g7h8i9j0')}/${verb}${path}`,
        `${API.replace('live', 'test')}/${verb}${path}`,
        `${API.replace('111122223333', '444455556666')}/${verb}${path}`,
      ];
      const changed = segments.map((s, i) => (i === at % segments.length && !s.parameter ? { ...s, text } : s));
      // `*` spans slashes: only where no parameter is about, one literal cannot stand for another
      if (!segments.some(s => s.parameter) && resourceOf(changed) !== resourceOf(segments)) {
        others.push(`${API}/${verb}${pathOf(changed, some)}`);
      }
      return others.every(other => !matches(arn, other));
    }), { numRuns: 1000 });
  });

  test('has a wildcard for each parameter and no other', () => {
    fc.assert(fc.property(fc.array(segment, { maxLength: 5 }), method, values, (segments, verb, some) => {
      const arn = routeArn(`${API}/${verb}${pathOf(segments, some)}`, verb, resourceOf(segments));
      expect(arn.split(/[*?$]/)).toHaveLength(segments.filter(s => s.parameter).length + 1);
      expect(arn.split('/')).toEqual([...API.split('/'), verb, ...segments.length === 0 ? [''] : segments.map(s => (s.parameter ? '*' : s.text))]);
    }), { numRuns: 1000 });
  });

  test('is made or refused, but never wider, for any resource and method ARN', () => {
    fc.assert(fc.property(fc.string(), fc.string(), fc.string(), (methodArn, verb, resource) => {
      expect(() => routeArn(methodArn, verb, resource)).toThrow('not a request for a route');
      expect(() => routeArn(`${API}/GET/${methodArn}`, `*${verb}`, '/')).toThrow('not a request for a route');
      expect(() => routeArn(`${API}/GET/${methodArn}`, 'GET', `/*${resource}`)).toThrow('not a request for a route');
      expect(routeArn(`${API}/GET/${methodArn}`, 'GET', '/orders')).toBe(`${API}/GET/orders`);
    }), { numRuns: 1000 });
  });
});

describe('requiredScopes', () => {
  const routeScopes = { 'GET /orders/{id}': ['orders:read'], 'ANY /admin': ['admin'], 'GET /admin': ['admin', 'audit'], 'ANY /open': ['x'], 'GET /open': [] };

  test.each([
    ['GET', '/orders/{id}', ['orders:read']],
    ['POST', '/orders/{id}', []],
    ['GET', '/orders', []],
    ['DELETE', '/admin', ['admin']],
    ['GET', '/admin', ['admin', 'audit']],
    ['GET', '/open', []],
    ['POST', '/open', ['x']],
  ])('of %s %s are %p', (method, resource, scopes) => {
    expect(requiredScopes(routeScopes, method, resource)).toEqual(scopes);
  });
});

describe('callerOf', () => {
  const claims: Claims = { iss: 'https://issuer.example', sub: 'u-1', aud: 'orders', exp: 1, scope: 'orders:read orders:write' };

  test('tells subject, issuer, scopes and client', () => {
    expect(callerOf({ ...claims, client_id: 'web' }, ['orders'])).toEqual({
      principalId: 'u-1', sub: 'u-1', issuer: 'https://issuer.example', scopes: ['orders:read', 'orders:write'], clientId: 'web',
    });
    expect(callerOf({ ...claims, azp: { not: 'text' } }, ['orders'])).not.toHaveProperty('clientId');
  });

  test.each<[object, string | undefined]>([
    [{ client_id: 'web', azp: 'spa', appid: 'a', cid: 'c' }, 'web'],
    [{ azp: 'spa', appid: 'a', cid: 'c' }, 'spa'],
    [{ appid: 'a', cid: 'c' }, 'a'],
    [{ cid: 'c' }, 'c'],
    [{ client_id: '', azp: 7, appid: ['a'], cid: 'c' }, 'c'],
    [{ clientId: 'web' }, undefined],
  ])('tells the client of %p', (change, clientId) => {
    expect(callerOf({ ...claims, ...change }, ['orders']).clientId).toBe(clientId);
    if (clientId === undefined) {
      expect(() => callerOf({ ...claims, ...change, sub: undefined }, ['orders'])).toThrow(expect.objectContaining({ reason: 'no subject' }));
    } else {
      const caller = callerOf({ ...claims, ...change, sub: undefined }, ['orders']);
      expect(caller).toMatchObject({ principalId: clientId, clientId });
      expect(caller).not.toHaveProperty('sub');
      expect(answer('Allow', caller, API).context).not.toHaveProperty('sub');
    }
  });

  test.each<[string, object, string]>([
    ['no expiry', { exp: undefined }, 'no expiry'],
    ['an expiry that is no number', { exp: '1' }, 'no expiry'],
    ['another audience', { aud: 'billing' }, 'audience'],
    ['other audiences', { aud: ['billing', 'Orders'] }, 'audience'],
    ['no audience', { aud: undefined }, 'audience'],
    ['an empty audience', { aud: [], client_id: 'orders' }, 'audience'],
    ['another audience, though its client is one', { aud: 'billing', client_id: 'orders' }, 'audience'],
    ['no audience, and another client', { aud: undefined, client_id: 'billing' }, 'audience'],
    ['no subject', { sub: undefined }, 'no subject'],
    ['an empty subject', { sub: '', client_id: 'web' }, 'no subject'],
    ['a subject that is no text', { sub: 1, client_id: 'web' }, 'no subject'],
    ['a subject that is null', { sub: null, client_id: 'web' }, 'no subject'],
  ])('refuses claims with %s', (_, change, reason) => {
    expect(() => callerOf({ ...claims, ...change }, ['orders', 'stock'])).toThrow(expect.objectContaining({ reason }));
  });

  test.each<[string, object]>([
    ['the audience', {}],
    ['one of its audiences', { aud: ['billing', 'stock'] }],
    ['the client, in a token without audience', { aud: undefined, client_id: 'stock' }],
  ])('accepts %s as audience', (_, change) => {
    expect(callerOf({ ...claims, ...change }, ['orders', 'stock']).sub).toBe('u-1');
  });

  test.each<[object, string[]]>([
    [{ scope: 'a b' }, ['a', 'b']],
    [{ scope: ' a  b ' }, ['a', 'b']],
    [{ scope: '' }, []],
    [{ scope: undefined, scp: 'a b' }, ['a', 'b']],
    [{ scope: undefined, scp: ['a', 'b'] }, ['a', 'b']],
    [{ scope: undefined, scp: ['a b', 1, null, ['c'], 'd'] }, ['d']],
    [{ scope: 'a', scp: ['b'] }, ['a']],
    [{ scope: undefined, scp: { a: true } }, []],
    [{ scope: undefined }, []],
    [{ scope: ['a', 'b'] }, ['a', 'b']],
    [{ scope: ['a b', 'a"', '', 'c'] }, ['c']],
    [{ scope: [], scp: 'a' }, []],
    [{ scope: undefined, roles: ['a'] }, []],
    [{ scope: undefined, roles: ['a', 'b'], idtyp: 'app' }, ['a', 'b']],
    [{ scope: undefined, roles: ['a'], idtyp: 'user' }, []],
    [{ scope: undefined, scp: 'b', roles: ['a'], idtyp: 'app' }, ['b']],
    [{ scope: '', roles: ['a'], idtyp: 'app' }, []],
  ])('reads the scopes of %p as %p', (change, scopes) => {
    expect(callerOf({ ...claims, ...change }, ['orders']).scopes).toEqual(scopes);
  });

  test('gives the functions behind it the scopes that it decided by', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.array(fc.oneof(fc.string(), fc.integer()))), scp => {
      const caller = callerOf({ ...claims, scope: undefined, scp }, ['orders']);
      expect(answer('Allow', caller, API).context!.scope.split(' ').filter(one => one !== '')).toEqual(caller.scopes);
    }));
  });
});

describe('requireIssued', () => {
  test.each([[{}, true], [{ iat: 1000 }, true], [{ iat: -1e300 }, true], [{ iat: 1060 }, true], [{ iat: 1061 }, false], [{ iat: 1e300 }, false]])(
    'of %p, at 1000, passes: %p', (claims, passes) => {
      const required = () => requireIssued(claims, 1000);
      if (passes) expect(required).not.toThrow();
      else expect(required).toThrow(expect.objectContaining({ reason: 'issued in the future' }));
    });
});

describe('mayUse', () => {
  const caller = { principalId: 'u-1', sub: 'u-1', issuer: 'i', scopes: ['a', 'b'] };

  test.each<[string[], boolean]>([[[], true], [['a'], true], [['c', 'b'], true], [['c'], false], [['A'], false], [['a b'], false], [[''], false]])(
    'of a caller with a and b, where %p is wanted, is %p', (required, may) => expect(mayUse(caller, required)).toBe(may));
});
