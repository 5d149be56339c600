import { Lazy } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { orderSchema } from '../../example-app/order-schema';
import { ApiAuthorization, HttpMethod, MultiRegionApi, MultiRegionFunction } from '../../src';
import { CODE, expectPropError, regional, testSystem } from '../support/synth';

const authorization = ApiAuthorization.none({ reason: 'for the tests of this file' });
const REGION = 'ap-southeast-2';

function withSchema(requestSchema: any) {
  const system = testSystem(1);
  const fn = new MultiRegionFunction(system, 'Handler', { codePath: CODE });
  new MultiRegionApi(system, 'Api', { authorization }).addRoute(HttpMethod.POST, '/orders', fn, { requestSchema });
  return system;
}

/** Each keyword of draft 4. */
const ALL = {
  $schema: 'http://json-schema.org/draft-04/schema#',
  id: 'http://example.com/order',
  title: 'Order',
  description: 'What is ordered',
  type: 'object',
  definitions: { 'item/of~it': { type: ['string', 'null'], format: 'uri', pattern: '^[a-z]+$', minLength: 0, maxLength: 5 }, 'any': {} },
  required: ['items'],
  minProperties: 1,
  maxProperties: 9,
  properties: {
    items: { type: 'array', items: { $ref: '#/definitions/item~1of~0it' }, minItems: 0, maxItems: 5, uniqueItems: true },
    pair: { items: [{ type: 'number', multipleOf: 0.5 }, { enum: ['a', 1, false] }], additionalItems: false },
    price: { minimum: 0, maximum: 10, exclusiveMaximum: true },
    tree: { $ref: '#' },
    const: { type: 'string' },
    $ref: { type: 'string' },
    type: { default: 5 },
  },
  patternProperties: { '^x-': {} },
  additionalProperties: { not: { type: 'object' } },
  dependencies: { price: ['items'], pair: { required: ['price'] } },
  allOf: [{ anyOf: [{ oneOf: [{ type: 'object' }] }] }],
};

describe('requestSchema of MultiRegionApi', () => {
  test('may have every keyword of draft 4, and reaches the template as it is written', () => {
    regional(withSchema(ALL), REGION).hasResourceProperties('AWS::ApiGateway::Model', Match.objectEquals({ RestApiId: Match.anyValue(), ContentType: 'application/json', Schema: ALL }));
  });

  test('may be the example-app\'s', () => {
    expect(() => withSchema(orderSchema)).not.toThrow();
  });

  test.each<[string, any, string, string, string]>([
    ['$id of draft 6', { $id: 'order' }, 'keyword at # of requestSchema of POST /orders', '"$id"', 'id in its place'],
    ['const of draft 6', { properties: { a: { const: 1 } } }, 'keyword at #/properties/a of requestSchema', '"const"', 'enum with one value in its place'],
    ['examples', { items: { examples: [] } }, 'keyword at #/items of', '"examples"', 'none in its place; the keywords of JSON Schema draft 4: $ref, $schema, additionalItems'],
    ['$defs of 2019-09', { $defs: {} }, 'keyword at # of', '"$defs"', 'definitions in its place'],
    ['nullable of OpenAPI', { properties: { 'a/b': { nullable: true } } }, 'keyword at #/properties/a~1b of', '"nullable"', 'type with "null"'],
    ['a keyword that Object has', { constructor: 1 }, 'keyword at # of', '"constructor"', 'the keywords of JSON Schema draft 4'],
    ['the CDK\'s own notation', { schema: ALL.$schema, type: 'object' }, 'keyword at # of', '"schema"', 'the keywords of JSON Schema draft 4'],
    ['a number as exclusiveMinimum', { items: [{ exclusiveMinimum: 0 }] }, 'exclusiveMinimum at #/items/0 of', '0', 'a number only since draft 6'],
    ['exclusiveMaximum alone', { exclusiveMaximum: true }, 'exclusiveMaximum at # of', 'true', 'only beside maximum'],
    ['another draft', { $schema: 'http://json-schema.org/draft-07/schema#' }, '$schema at # of', 'draft-07', 'http://json-schema.org/draft-04/schema#'],
    ['a reference that leads nowhere', { $ref: '#/definitions/item' }, '$ref at # of', '"#/definitions/item"', 'a place in the same schema'],
    ['a reference to what is no schema', { properties: { a: { $ref: '#/required' } }, required: ['a'] }, '$ref at #/properties/a of', '"#/required"', 'a place in the same schema'],
    ['a reference to another document', { $ref: 'item.json' }, '$ref at # of', '"item.json"', 'cannot refer to another document'],
    ['a reference that is not encoded', { $ref: '#/%' }, '$ref at # of', '"#/%"', 'a place in the same schema'],
    ['a type that there is not', { type: 'date' }, 'type at # of', '"date"', 'one of array, boolean'],
    ['no required names', { required: [] }, 'required at # of', '[]', 'not empty'],
    ['required as of draft 3', { properties: { a: { required: true } } }, 'required at #/properties/a of', 'true', 'a list of names'],
    ['no values', { enum: [] }, 'enum at # of', '[]', 'not empty'],
    ['a value twice', { enum: [{ a: 1 }, { a: 1 }] }, 'enum at # of', '[{"a":1},{"a":1}]', 'each once'],
    ['null for a value', { enum: ['a', null] }, 'enum at # of', '["a",null]', 'no null in a template: for that, allow the type "null"'],
    ['null within a default', { default: { a: [null] } }, 'default at # of', '{"a":[null]}', 'no null in a template'],
    ['a number that JSON lacks', { maximum: Infinity }, 'maximum at # of', 'null', 'a number'],
    ['a boolean as schema', { properties: { a: true } }, 'properties at # of', '{"a":true}', 'each an object'],
    ['no alternatives', { anyOf: [] }, 'anyOf at # of', '[]', 'a list of schemas, not empty'],
    ['a negative length', { minLength: -1 }, 'minLength at # of', '-1', 'a whole number, not negative'],
    ['a pattern that is none', { pattern: '(' }, 'pattern at # of', '"("', 'a regular expression'],
    ['a property pattern that is none', { patternProperties: { '(': {} } }, 'patternProperties at # of', '{"(":{}}', 'by regular expression'],
    ['a dependency on nothing', { dependencies: { a: [] } }, 'dependencies at # of', '{"a":[]}', 'schemas or lists of names'],
    ['null for a schema', { not: null }, 'not at # of', 'null', 'a schema, as an object'],
    ['a token', Lazy.any({ produce: () => ({}) }), 'requestSchema of POST /orders', 'an unresolved token', 'a JSON Schema'],
  ])('throws if it has %s', (_, schema, prop, value, allowed) => {
    expectPropError(() => withSchema(schema), prop, value, allowed, 'Orders/Api');
  });

  test('throws if it cannot be written as JSON', () => {
    const circle: any = { properties: {} };
    circle.properties.self = circle;
    expectPropError(() => withSchema(circle), 'requestSchema of POST /orders', '…', 'no circles', 'Orders/Api');
    expectPropError(() => withSchema({ maximum: 5n }), 'requestSchema of POST /orders', '…', 'no bigint', 'Orders/Api');
  });

  test('is warned of if it has what API Gateway documents as not supported in imports', () => {
    const system = withSchema({ definitions: { a: {} }, properties: { price: { minimum: 0, exclusiveMinimum: true } }, anyOf: [{ $ref: '#/definitions/a' }] });
    regional(system, REGION);
    expect(Annotations.fromStack(system.stackIn(REGION)).findWarning('*', Match.stringLikeRegexp('documents as not supported')).map(({ entry }) => entry.data)).toEqual([
      expect.stringContaining('requestSchema of POST /orders has exclusiveMinimum at #/properties/price, $ref in anyOf at #'),
    ]);
  });
});
