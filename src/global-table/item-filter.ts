import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { requireAttribute } from './attributes';
import { RecordPattern } from './change-filter';
import { invalidProp } from '../system/errors';

/** String attributes of an item, and the values that each may have. */
export interface ItemFilter {
  readonly [attribute: string]: string[];
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_Filter.html */
const MOST_CHARACTERS = 4096;

/** Throws unless each attribute of a filter has a name that patterns can have, and at least one literal value. */
export function requireItemFilter(owner: IConstruct, prop: string, itemFilter: ItemFilter): void {
  for (const [attribute, values] of Object.entries(itemFilter)) {
    requireAttribute(owner, prop, attribute);
    if (!Array.isArray(values) || values.length === 0 || !values.every(value => typeof value === 'string' && !Token.isUnresolved(value))) {
      throw invalidProp(owner, `${prop} of ${attribute}`, values, 'at least one literal string');
    }
  }
}

/** Throws if a pattern that was made of a filter is longer than a pipe takes. */
export function requireShortPatterns(owner: IConstruct, prop: string, patterns: RecordPattern[]): void {
  const longest = Math.max(...patterns.map(pattern => JSON.stringify(pattern).length));
  if (longest > MOST_CHARACTERS) {
    throw invalidProp(owner, prop, `${longest} characters as a pattern`, `at most ${MOST_CHARACTERS}, as EventBridge Pipes has it: fewer values, or filter what comes of the items`);
  }
}
