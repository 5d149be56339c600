import * as fc from 'fast-check';
import { correlationIdOf } from '../../example-app/handlers/correlation-id';

describe('the correlation id of a request', () => {
  const of = (headers: Record<string, string | undefined> | null) => correlationIdOf({ headers, requestContext: { requestId: 'r-1' } } as Parameters<typeof correlationIdOf>[0]);

  test.each(['x-correlation-id', 'X-Correlation-Id', 'X-CORRELATION-ID'])('is the client\'s, whose header is %s', name => {
    expect(of({ [name]: 'Order.2026_11-22' })).toBe('Order.2026_11-22');
  });

  test.each([null, {}, { 'x-correlation-id': undefined }, { 'correlation-id': 'c-1' }])('is API Gateway\'s if there is none: %j', headers => {
    expect(of(headers)).toBe('r-1');
  });

  test.each(['', ' ', 'a b', 'a\nb', '{"level":"ERROR"}', 'x'.repeat(65), 'é', '${jndi}', '"'])('is API Gateway\'s if the client\'s cannot be one: %j', id => {
    expect(of({ 'x-correlation-id': id })).toBe('r-1');
  });

  test('is always short and plain, whatever the client sends', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), id => {
      expect(of({ 'x-correlation-id': id })).toMatch(/^[A-Za-z0-9._-]{1,64}$/);
    }));
  });
});
