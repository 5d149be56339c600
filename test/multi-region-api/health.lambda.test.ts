import { handler as _handler } from '../../src/multi-region-api/health.lambda';
import { loadHandler } from '../support/local-endpoint';

describe('the health handler', () => {
  test('tells region and version, uncached, without asking anything else', async () => {
    const { handler } = loadHandler<{ handler: typeof _handler }>('../../src/multi-region-api/health.lambda', { AWS_REGION: 'eu-west-1', AWS_LAMBDA_FUNCTION_VERSION: '7' });
    const response = await handler();
    expect(response).toMatchObject({ statusCode: 200, headers: { 'cache-control': 'no-store' } });
    expect(JSON.parse(response.body)).toEqual({ status: 'ok', region: 'eu-west-1', version: '7' });
  });
});
