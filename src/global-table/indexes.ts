import { IConstruct } from 'constructs';
import { invalidProp, requireLiteral } from '../system/errors';

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const NAME = /^[A-Za-z0-9_.-]{3,255}$/;
const MOST = { globalSecondaryIndexes: 20, localSecondaryIndexes: 5 };

/** Throws unless DynamoDB takes the names of a table's indexes, and as many of them. */
export function requireIndexes(owner: IConstruct, globalIndexes: string[], localIndexes: string[]): void {
  requireNames(owner, 'globalSecondaryIndexes', globalIndexes, []);
  requireNames(owner, 'localSecondaryIndexes', localIndexes, globalIndexes);
}

function requireNames(owner: IConstruct, prop: keyof typeof MOST, names: string[], taken: string[]): void {
  if (names.length > MOST[prop]) throw invalidProp(owner, prop, `${names.length} indexes`, `at most ${MOST[prop]}`);
  names.forEach((name, i) => {
    requireLiteral(owner, `${prop}[${i}].indexName`, name, NAME, '3 to 255 letters, digits, hyphens, underscores and dots');
    if (names.indexOf(name) < i || taken.includes(name)) {
      throw invalidProp(owner, `${prop}[${i}].indexName`, name, 'a name that no other index of the table has');
    }
  });
}
