import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { IssuerToken, issuerTokens } from './issuer-tokens';
import { Issuer } from '../support/issuer';
import { loadHandler } from '../support/local-endpoint';
import { LogLines } from '../support/log-lines';
import { SigningKey } from '../support/token-issuer';

const API = 'arn:aws:execute-api:us-west-2:111122223333:a1b2c3d4e5/live';
/** The handler as it is deployed. */
const BUNDLE = '../../assets/multi-region-api/jwt-authorizer.lambda/index.js';

type Handler = (event: APIGatewayRequestAuthorizerEvent) => Promise<APIGatewayAuthorizerResult>;

/** Tokens in the shapes that large issuers document, with invented values and signed by keys of this test. */
describe('the deployed JWT authorizer', () => {
  const key = new SigningKey('rsa-1');
  let issuer: Issuer;
  let log: LogLines;

  beforeAll(async () => { issuer = await Issuer.start(key); });
  afterAll(async () => issuer.down());
  beforeEach(() => { log = new LogLines(); });
  afterEach(() => log.restore());

  async function ask({ claims, header, audience, scope, tokenUse = 'access' }: IssuerToken): Promise<APIGatewayAuthorizerResult> {
    const { handler } = loadHandler<{ handler: Handler }>(BUNDLE, {
      JWT_ISSUER: claims.iss,
      JWT_AUDIENCE: JSON.stringify([audience]),
      JWT_TOKEN_USE: tokenUse,
      JWKS_URI: issuer.jwksUri,
      ROUTE_SCOPES: JSON.stringify(scope === undefined ? {} : { 'GET /orders/{id}': [scope] }),
    });
    return handler({
      type: 'REQUEST',
      methodArn: `${API}/GET/orders/42`,
      httpMethod: 'GET',
      resource: '/orders/{id}',
      path: '/orders/42',
      headers: { Authorization: `Bearer ${key.token(claims, header)}` },
      requestContext: { requestId: 'r-1' },
    } as unknown as APIGatewayRequestAuthorizerEvent);
  }

  const effect = ({ policyDocument: { Statement: [statement] } }: APIGatewayAuthorizerResult) => statement.Effect;
  const reasons = () => log.of('WARN').map(({ message, reason }) => `${message}: ${reason}`);

  test.each(issuerTokens.map(token => [token.of, token] as const))('%s', async (_, token) => {
    const { expected } = token;
    if (expected === 'denied') {
      const result = await ask(token);
      expect(effect(result)).toBe('Deny');
      expect(result).not.toHaveProperty('context');
      expect(reasons()).toEqual(['refused: scope']);
    } else if ('refused' in expected) {
      await expect(ask(token)).rejects.toThrow(/^Unauthorized$/);
      expect(reasons()).toEqual([`refused: ${expected.refused}`]);
    } else {
      const { principalId, ...context } = expected;
      const result = await ask(token);
      expect([effect(result), result.principalId, result.context]).toEqual(['Allow', principalId, { ...context, issuer: token.claims.iss }]);
      expect(reasons()).toEqual([]);
    }
  });
});
