/** Odd values of each type that inputs have. */
import { Aws, Duration, Size, Token } from 'aws-cdk-lib';
import { InsightType } from 'aws-cdk-lib/aws-cloudtrail';
import { AttributeType, Billing, Capacity } from 'aws-cdk-lib/aws-dynamodb';
import { RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { GeoLocation } from 'aws-cdk-lib/aws-route53';
import * as fc from 'fast-check';
import { enumMembers, Input, InputType, isStruct, propsOf, shortName } from './public-api';

const STRINGS: fc.Arbitrary<string> = fc.string({ unit: 'binary', maxLength: 40 });
const NUMBERS: fc.Arbitrary<number> = fc.oneof(fc.integer(), fc.double());

const TEXTS = ['', ' ', 'x'.repeat(2000), 'ünïcödé ☃', 'two\nlines', 'a "quote" and \'another\'', '*', 'a/b', '/', Aws.STACK_NAME];
const FIGURES = [0, -1, 1.5, 1e9, Number.MAX_SAFE_INTEGER, NaN, Infinity, Token.asNumber({ Ref: 'AWS::StackName' })];
const PATTERNS = [{}, { source: [] }, { source: [''] }, { detail: {} }, { detail: { id: [] } }, { source: ['*'], detail: { a: [{ exists: true }] } }, { detail: { a: [NaN] } }, { account: [Aws.ACCOUNT_ID] }];
const ATTRIBUTES = TEXTS.map(name => ({ name, type: AttributeType.STRING })).concat([{ name: 'pk', type: AttributeType.BINARY }, { name: 'n', type: AttributeType.NUMBER }]);

/** What a user who has read the type could give, by the type of the CDK. */
const OF_CDK: Record<string, () => unknown[]> = {
  'Duration': () => [0, 1, 1_500].map(millis => Duration.millis(millis)).concat([Duration.seconds(1.5), Duration.seconds(1), Duration.days(4000), Duration.seconds(Token.asNumber({ Ref: 'AWS::StackName' }))]),
  'Size': () => [Size.bytes(0), Size.bytes(1), Size.kibibytes(1.5), Size.gibibytes(4000)],
  'RemovalPolicy': () => ['destroy', 'retain', 'snapshot', 'retain-on-update-or-delete'],
  'aws_logs.RetentionDays': () => [1, 9999, 3653],
  'aws_cloudtrail.InsightType': () => [InsightType.API_CALL_RATE, InsightType.API_ERROR_RATE],
  'aws_cloudtrail.ReadWriteType': () => ['ReadOnly', 'WriteOnly', 'All', 'None'],
  'aws_events.EventPattern': () => PATTERNS,
  'aws_events.RuleTargetInput': () => [RuleTargetInput.fromText(''), RuleTargetInput.fromObject({}), RuleTargetInput.fromEventPath('detail'), RuleTargetInput.fromText('two\nlines "quoted"'), RuleTargetInput.fromObject('x'.repeat(9000))],
  'aws_route53.GeoLocation': () => [GeoLocation.default(), GeoLocation.country('DE')],
  'aws_dynamodb.Attribute': () => ATTRIBUTES,
  'aws_dynamodb.Billing': () => [
    Billing.onDemand({ maxReadRequestUnits: 0 }), Billing.onDemand({ maxWriteRequestUnits: -1 }),
    Billing.provisioned({ readCapacity: Capacity.fixed(0), writeCapacity: Capacity.autoscaled({ maxCapacity: 10 }) }),
    Billing.provisioned({ readCapacity: Capacity.fixed(1), writeCapacity: Capacity.autoscaled({ minCapacity: 0, maxCapacity: 0 }) }),
  ],
  'aws_dynamodb.ContributorInsightsSpecification': () => [{ enabled: false }, { enabled: true }],
  'aws_dynamodb.GlobalSecondaryIndexPropsV2': () => [...TEXTS.map(indexName => ({ indexName, partitionKey: { name: 'gk', type: AttributeType.STRING } })), { indexName: 'index', partitionKey: { name: '', type: AttributeType.STRING } }],
  'aws_dynamodb.LocalSecondaryIndexProps': () => TEXTS.map(indexName => ({ indexName, sortKey: { name: 'sk2', type: AttributeType.STRING } })),
  'aws_dynamodb.WarmThroughput': () => [{}, { readUnitsPerSecond: 0 }, { readUnitsPerSecond: 12_000, writeUnitsPerSecond: -1 }, { writeUnitsPerSecond: 1.5 }],
  'aws_dynamodb.TableClass': () => ['STANDARD', 'STANDARD_INFREQUENT_ACCESS'],
  'aws_iam.PolicyDocument': () => [new PolicyDocument()],
  'aws_apigateway.CorsOptions': () => [
    { allowOrigins: [] }, { allowOrigins: [''] }, { allowOrigins: ['*', 'https://a.example.com'] }, { allowOrigins: ['*'], allowCredentials: true }, { allowOrigins: ['https://a.example.com'], allowMethods: [] },
    { allowOrigins: ['https://a.example.com'], allowHeaders: [] }, { allowOrigins: ['https://a.example.com'], maxAge: Duration.millis(1) }, { allowOrigins: ['https://a.example.com'], disableCache: true, maxAge: Duration.days(1) },
  ],
};

/** Odd values of a type. Those made by chance differ with the seed. */
export function oddValues(type: InputType, seed: number): unknown[] {
  if (type.collection) return oddCollections(type.collection.kind, oddValues(type.collection.elementtype, seed));
  switch (type.primitive) {
    case 'string': return [...TEXTS, ...fc.sample(STRINGS, { seed, numRuns: 2 })];
    case 'number': return [...FIGURES, ...fc.sample(NUMBERS, { seed, numRuns: 2 })];
    case 'boolean': return [true, false];
    case 'any': return [{}, [], '', 0, null, { $schema: 1 }, { type: 'wrong' }];
  }
  const name = shortName(type.fqn ?? '');
  const members = enumMembers(name);
  if (members) return members;
  if (name === 'AlarmSettings') return propsOf(name).flatMap(prop => oddValues(prop.type, seed).map(value => ({ [prop.name]: value })));
  if (isStruct(name)) return propsOf(name).every(prop => prop.isOptional) ? [{}] : [];
  return OF_CDK[name.replace('aws-cdk-lib.', '')]?.() ?? [];
}

function oddCollections(kind: 'array' | 'map', elements: unknown[]): unknown[] {
  if (elements.length === 0) return kind === 'array' ? [[]] : [{}];
  const [first] = elements;
  return kind === 'array'
    ? [[], ...elements.map(element => [element]), [first, first], Array.from({ length: 1000 }, (_, i) => typeof first === 'string' ? `item${i}` : first)]
    : [{}, ...['', 'a b', '☃', 'x'.repeat(300), 'constructor'].map(key => ({ [key]: first })), ...elements.map(element => ({ [KNOWN_KEY]: element }))];
}

/** A key that most maps know: the primary region. */
const KNOWN_KEY = 'ap-southeast-2';

/** What a JavaScript user gives to an input that there must be. Of one that may be left out, null is no value that the types allow, and nobody must mean it. */
export function absent({ isOptional }: Input): unknown[] {
  return isOptional ? [] : [null, undefined];
}
