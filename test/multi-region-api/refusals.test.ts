/** Whatever is given, it is taken, and then by the CDK as well, or refused by an error that names prop, allowed values and path. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { CfnModel, CorsOptions, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { requireCors, requireHeader } from '../../src/multi-region-api/cors';
import { requireRequestSchema } from '../../src/multi-region-api/request-schema';
import { requirePath, RoutePaths } from '../../src/multi-region-api/route-paths';
import { requireScopes } from '../../src/multi-region-api/scopes';

const owner = () => new Construct(new Stack(new App({ treeMetadata: false }), 'Orders'), 'Api');
const REFUSAL = /^.+ is .*; allowed: .+ \[Orders\/Api\]$/s;

/** Whether it was taken; fails if the error is not one of ours. */
function isTaken(attempt: () => void): boolean {
  try {
    attempt();
    return true;
  } catch (error) {
    expect((error as Error).message).toMatch(REFUSAL);
    return false;
  }
}

const often = <T>(value: T) => ({ arbitrary: fc.constant(value), weight: 4 });

const hasNull = (value: unknown): boolean => value === null || (typeof value === 'object' && Object.values(value!).some(hasNull));

describe('any', () => {
  const segment = fc.oneof(
    fc.constantFrom('a', 'b', '{id}', '{orderId}', '{proxy+}', 'GET', 'Resource', 'Default', 'health', 'evacuation', 'ping', '..', 'a:b', '{', '{}', ''),
    fc.string({ maxLength: 5 }),
  );

  test('paths of an API', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.array(segment, { maxLength: 4 }).map(all => `/${all.join('/')}`), fc.string()), { minLength: 1, maxLength: 6 }), paths => {
      const [construct, tree] = [owner(), new RoutePaths(owner())];
      const restApi = new RestApi(Stack.of(construct), 'RestApi', { cloudWatchRole: false, deploy: false });
      for (const path of paths.filter(one => isTaken(() => requirePath(construct, one)) && isTaken(() => tree.add(one)))) {
        const resource = path === '/' ? restApi.root : restApi.root.resourceForPath(path);
        if (!resource.node.tryFindChild('GET')) resource.addMethod('GET');
      }
    }), { numRuns: 150 });
  });

  test('schema of a body', () => {
    const keyword = fc.constantFrom(
      '$ref', '$schema', 'type', 'properties', 'required', 'items', 'enum', 'not', 'anyOf', 'exclusiveMinimum', 'minimum', 'pattern', 'dependencies', 'const', 'toString', '__proto__',
    );
    const value: fc.Arbitrary<unknown> = fc.letrec(tie => ({
      schema: fc.dictionary(keyword, tie('value'), { maxKeys: 4 }),
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom(0, -1, 1.5, NaN, true, '', '#', '#/properties/type', 'object', '(', null, undefined, [], {}, ['a'], ['a', 'a'], 7n),
        fc.array(tie('value'), { maxLength: 3 }),
        tie('schema'),
      ),
    })).schema;
    fc.assert(fc.property(fc.oneof(value, fc.anything()), schema => {
      const construct = owner();
      if (!isTaken(() => { requireRequestSchema(construct, 'requestSchema', schema); })) return;
      const model = new CfnModel(Stack.of(construct), 'Model', { restApiId: 'api', schema });
      expect(hasNull(Stack.of(construct).resolve((model as any)._toCloudFormation()))).toBe(false);
    }), { numRuns: 2000 });
  });

  test('cors', () => {
    const list = (...values: string[]) => fc.option(
      fc.array(fc.oneof(often(values[0]), fc.constantFrom(...values), fc.string()), { maxLength: 3 }), { nil: undefined },
    );
    const cors = fc.record({
      allowOrigins: list('https://a.example.com', '*', 'null', 'https://a.example.com/', 'http://localhost:1', '//a', 'https://'),
      allowHeaders: list('Authorization', '*', 'X-Id'),
      allowMethods: list('GET', 'ANY', '*', 'get'),
      exposeHeaders: list('ETag', '*'),
      allowCredentials: fc.option(fc.boolean(), { nil: undefined }),
      disableCache: fc.option(fc.boolean(), { nil: undefined }),
      maxAge: fc.option(fc.integer({ min: 0, max: 1e9 }).map(ms => Duration.millis(ms)), { nil: undefined }),
      statusCode: fc.option(fc.integer(), { nil: undefined }),
    }) as fc.Arbitrary<CorsOptions>;
    fc.assert(fc.property(cors, options => {
      const construct = owner();
      if (!isTaken(() => requireCors(construct, options))) return;
      isTaken(() => requireHeader(construct, options, 'Authorization', 'the API'));
      new RestApi(Stack.of(construct), 'RestApi', { cloudWatchRole: false, deploy: false }).root.addCorsPreflight(options);
    }), { numRuns: 1000 });
  });

  test('scopes', () => {
    fc.assert(fc.property(fc.option(fc.array(fc.string(), { maxLength: 3 }), { nil: undefined }), scopes => {
      if (isTaken(() => requireScopes(owner(), 'scopes', scopes))) expect(scopes?.join(' ').split(' ')).toEqual(scopes);
    }));
  });
});
