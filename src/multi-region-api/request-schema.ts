import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { invalidProp } from '../system/errors';

type Schema = { readonly [keyword: string]: unknown };

/** The rule for the value of a keyword. */
interface ValueRule {
  readonly allowed: string;
  readonly accepts: (value: any) => boolean;
  /** The schemas within the value, by where they are in it. */
  readonly schemasIn?: (value: any) => [string, Schema][];
}

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown) => typeof value === 'string';
const isFilledList = (value: unknown): value is unknown[] => Array.isArray(value) && value.length > 0;
const isDistinct = (values: unknown[]) => new Set(values.map(value => JSON.stringify(value))).size === values.length;
const isSchemaList = (value: unknown) => isFilledList(value) && value.every(isSchema);
const isNameList = (value: unknown) => isFilledList(value) && value.every(isText) && isDistinct(value);
const isPattern = (value: unknown) => {
  try {
    return typeof value === 'string' && Boolean(new RegExp(value));
  } catch {
    return false;
  }
};
const escaped = (key: string) => key.replace(/~/g, '~0').replace(/\//g, '~1');
const own = (value: unknown): [string, Schema][] => (isSchema(value) ? [['', value]] : []);
const listed = (value: unknown): [string, Schema][] => (Array.isArray(value) ? value.map((schema, i) => [`/${i}`, schema]) : []);
const named = (value: Schema): [string, Schema][] => Object.entries(value).flatMap(([key, schema]) => (isSchema(schema) ? [[`/${escaped(key)}`, schema]] : []));

/**
 * A template cannot have it.
 *
 * @see https://github.com/aws/aws-cdk/issues/8660
 */
const hasNull = (value: unknown): boolean => value === null || (typeof value === 'object' && Object.values(value!).some(hasNull));
const NO_NULL = 'none of them null, because CloudFormation takes no null in a template: for that, allow the type "null"';

const TEXT: ValueRule = { allowed: 'a text', accepts: isText };
const FLAG: ValueRule = { allowed: 'true or false', accepts: value => typeof value === 'boolean' };
const NUMBER: ValueRule = { allowed: 'a number', accepts: value => typeof value === 'number' };
const COUNT: ValueRule = { allowed: 'a whole number, not negative', accepts: value => Number.isInteger(value) && value >= 0 };
const SCHEMA: ValueRule = { allowed: 'a schema, as an object', accepts: isSchema, schemasIn: own };
const SCHEMAS: ValueRule = { allowed: 'a list of schemas, not empty', accepts: isSchemaList, schemasIn: listed };
const NAMED_SCHEMAS: ValueRule = { allowed: 'schemas by name, each an object', accepts: value => isSchema(value) && Object.values(value).every(isSchema), schemasIn: named };
const SCHEMA_OR_FLAG: ValueRule = { allowed: 'true, false or a schema', accepts: value => FLAG.accepts(value) || isSchema(value), schemasIn: own };
const TYPES = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];
const DRAFT_4 = 'http://json-schema.org/draft-04/schema#';

/**
 * The keywords of draft 4, as its own schema has them, and `format`.
 *
 * @see https://json-schema.org/draft-04/schema
 */
const KEYWORDS = new Map<string, ValueRule>([
  ['$ref', { allowed: 'a text such as #/definitions/item', accepts: isText }],
  ['$schema', { allowed: DRAFT_4, accepts: value => value === DRAFT_4 || value === DRAFT_4.slice(0, -1) }],
  ...['description', 'format', 'id', 'title'].map((keyword): [string, ValueRule] => [keyword, TEXT]),
  ['default', { allowed: `any values, ${NO_NULL}`, accepts: value => !hasNull(value) }],
  ['enum', { allowed: `a list of values, not empty, each once, ${NO_NULL}`, accepts: value => isFilledList(value) && isDistinct(value) && !hasNull(value) }],
  ['type', { allowed: `one of ${TYPES.join(', ')}, or a list of them`, accepts: value => TYPES.includes(value) || (isNameList(value) && value.every((type: string) => TYPES.includes(type))) }],
  ...['allOf', 'anyOf', 'oneOf'].map((keyword): [string, ValueRule] => [keyword, SCHEMAS]),
  ['not', SCHEMA],
  ...['definitions', 'properties'].map((keyword): [string, ValueRule] => [keyword, NAMED_SCHEMAS]),
  ['patternProperties', { ...NAMED_SCHEMAS, allowed: 'schemas by regular expression', accepts: value => NAMED_SCHEMAS.accepts(value) && Object.keys(value).every(isPattern) }],
  ['dependencies', {
    allowed: 'schemas or lists of names, by name',
    accepts: value => isSchema(value) && Object.values(value).every(dependency => isSchema(dependency) || isNameList(dependency)),
    schemasIn: named,
  }],
  ...['additionalItems', 'additionalProperties'].map((keyword): [string, ValueRule] => [keyword, SCHEMA_OR_FLAG]),
  ['items', { allowed: 'a schema, or a list of schemas', accepts: value => isSchema(value) || isSchemaList(value), schemasIn: value => [...own(value), ...listed(value)] }],
  ['required', { allowed: 'a list of names, not empty, each once', accepts: isNameList }],
  ...['maxItems', 'maxLength', 'maxProperties', 'minItems', 'minLength', 'minProperties'].map((keyword): [string, ValueRule] => [keyword, COUNT]),
  ...['maximum', 'minimum'].map((keyword): [string, ValueRule] => [keyword, NUMBER]),
  ...['exclusiveMaximum', 'exclusiveMinimum'].map((keyword): [string, ValueRule] => [keyword, { ...FLAG, allowed: 'true or false beside maximum or minimum, because it is a number only since draft 6' }]),
  ['multipleOf', { allowed: 'a number above 0', accepts: value => typeof value === 'number' && value > 0 }],
  ['pattern', { allowed: 'a regular expression', accepts: isPattern }],
  ['uniqueItems', FLAG],
]);

/** The replacements of keywords that newer drafts and OpenAPI call otherwise, or add. */
const INSTEAD: { readonly [keyword: string]: string } = {
  $defs: 'definitions',
  $id: 'id',
  const: 'enum with one value',
  dependentRequired: 'dependencies',
  dependentSchemas: 'dependencies',
  example: 'none',
  examples: 'none',
  nullable: 'type with "null" in its list',
  readOnly: 'none',
};

/**
 * Throws unless API Gateway takes a schema as a model: JSON Schema of draft 4, with references to its own definitions only.
 *
 * Returns what it takes but documents, for the import of OpenAPI, as not supported.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function requireRequestSchema(owner: IConstruct, prop: string, schema: unknown): string[] {
  if (!isSchema(schema) || Token.isUnresolved(schema)) throw invalidProp(owner, prop, schema, 'a JSON Schema, as an object');
  const root = asJson(owner, prop, schema);
  const doubts: string[] = [];
  const visit = (at: string, part: Schema): void => {
    for (const [keyword, value] of Object.entries(part)) {
      const rule = KEYWORDS.get(keyword);
      if (!rule) throw invalidProp(owner, `keyword at ${at} of ${prop}`, keyword, allowedInsteadOf(keyword));
      if (!rule.accepts(value)) throw invalidProp(owner, `${keyword} at ${at} of ${prop}`, value, rule.allowed);
      rule.schemasIn?.(value).forEach(([step, child]) => visit(`${at}/${keyword}${step}`, child));
    }
    for (const [exclusive, bound] of [['exclusiveMinimum', 'minimum'], ['exclusiveMaximum', 'maximum']]) {
      if (exclusive in part && !(bound in part)) throw invalidProp(owner, `${exclusive} at ${at} of ${prop}`, part[exclusive], `only beside ${bound}`);
    }
    if (typeof part.$ref === 'string' && !leadsToSchema(root, part.$ref)) {
      throw invalidProp(owner, `$ref at ${at} of ${prop}`, part.$ref, 'a place in the same schema, such as #/definitions/item, because a model cannot refer to another document');
    }
    doubts.push(...doubtsAbout(at, part));
  };
  visit('#', root);
  return doubts;
}

/** Returns the schema as it is written into the template; throws if it cannot be. */
function asJson(owner: IConstruct, prop: string, schema: Schema): Schema {
  try {
    return JSON.parse(JSON.stringify(schema));
  } catch (error) {
    throw invalidProp(owner, prop, '…', `what can be written as JSON: no circles and no bigint (${(error as Error).message.split('\n')[0]})`);
  }
}

function allowedInsteadOf(keyword: string): string {
  const instead = Object.hasOwn(INSTEAD, keyword) ? `${INSTEAD[keyword]} in its place; ` : '';
  return `${instead}the keywords of JSON Schema draft 4: ${[...KEYWORDS.keys()].sort().join(', ')}`;
}

function leadsToSchema(root: Schema, ref: string): boolean {
  if (ref !== '#' && !ref.startsWith('#/')) return false;
  try {
    const keys = ref.split('/').slice(1).map(key => decodeURIComponent(key).replace(/~1/g, '/').replace(/~0/g, '~'));
    return isSchema(keys.reduce<any>((value, key) => (typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? value[key] : undefined), root));
  } catch {
    return false; // a percent sign that encodes nothing
  }
}

function doubtsAbout(at: string, part: Schema): string[] {
  const refersWithin = ['allOf', 'anyOf', 'oneOf'].filter(keyword => Array.isArray(part[keyword]) && (part[keyword] as Schema[]).some(({ $ref }) => $ref !== undefined));
  return [...(part.exclusiveMinimum === true ? ['exclusiveMinimum'] : []), ...refersWithin.map(keyword => `$ref in ${keyword}`)].map(what => `${what} at ${at}`);
}
