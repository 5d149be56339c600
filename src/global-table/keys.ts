import { Attribute, AttributeType, GlobalSecondaryIndexPropsV2, LocalSecondaryIndexProps } from 'aws-cdk-lib/aws-dynamodb';
import { IConstruct } from 'constructs';
import { invalidProp, requireLiteral } from '../system/errors';

interface KeyProps {
  readonly partitionKey: Attribute;
  readonly sortKey?: Attribute;
  readonly globalSecondaryIndexes?: GlobalSecondaryIndexPropsV2[];
  readonly localSecondaryIndexes?: LocalSecondaryIndexProps[];
}

/** Throws unless DynamoDB takes the attributes of all keys. */
export function requireKeys(owner: IConstruct, { partitionKey, sortKey, globalSecondaryIndexes = [], localSecondaryIndexes = [] }: KeyProps): void {
  const types = new Map<string, AttributeType>();
  requireKey(owner, 'partitionKey', partitionKey, types);
  if (sortKey !== undefined) requireKey(owner, 'sortKey', sortKey, types);
  if (sortKey?.name === partitionKey.name) throw invalidProp(owner, 'sortKey', sortKey.name, 'another attribute than the partitionKey');
  globalSecondaryIndexes.forEach((index, i) => {
    const prop = `globalSecondaryIndexes[${i}]`;
    if (index.partitionKey !== undefined) requireKey(owner, `${prop}.partitionKey`, index.partitionKey, types);
    if (index.sortKey !== undefined) requireKey(owner, `${prop}.sortKey`, index.sortKey, types);
  });
  localSecondaryIndexes.forEach((index, i) => requireKey(owner, `localSecondaryIndexes[${i}].sortKey`, index.sortKey, types));
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
function requireKey(owner: IConstruct, prop: string, key: Attribute | undefined, types: Map<string, AttributeType>): void {
  requireLiteral(owner, `${prop}.name`, key?.name ?? '', /^[^]{1,255}$/, 'the name of an attribute, of 1 to 255 characters');
  const { name, type } = key!;
  const known = Object.values(AttributeType);
  if (!known.includes(type)) throw invalidProp(owner, `${prop}.type`, type, known.join(', '));
  if ((types.get(name) ?? type) !== type) {
    throw invalidProp(owner, `${prop}.type`, type, `${types.get(name)}, the type that ${name} has in another key`);
  }
  types.set(name, type);
}
