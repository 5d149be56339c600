import { DefaultTokenResolver, StringConcat, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * The fields around an event's detail are text, the account's number included.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 */
const TEXT_FIELDS = ['version', 'id', 'detail-type', 'source', 'account', 'time', 'region', 'resources', 'replay-name'];

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
const FILTERS = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard', 'anything-but', 'numeric', 'cidr', 'exists'];
/** Those that match text only, also within anything-but. */
const TEXT_FILTERS = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard'];
const COMPARISONS = ['=', '<', '<=', '>', '>='];

/** The numbers that numeric filters take. */
const LARGEST = 5e9;

/** EventBridge refuses a pattern whose alternatives within $or multiply to more. */
const MOST_COMBINATIONS = 1000;

/** Resolves an event pattern as a template has it: the CDK's matchers are tokens until then. */
export function resolvePattern(owner: IConstruct, pattern: object): object {
  return Tokenization.resolve(pattern, { scope: owner, resolver: new DefaultTokenResolver(new StringConcat()), preparing: false });
}

/**
 * Returns what EventBridge refuses in an event pattern, or what could never match; undefined if there is nothing. Checked by AWS's own engine in the
 * tests.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 * @see https://github.com/aws/event-ruler
 */
export function patternFault(pattern: unknown): string | undefined {
  const fault = faultOfObject(pattern, []);
  if (fault !== undefined) return fault;
  const combinations = combinationsOf(pattern as object);
  return combinations > MOST_COMBINATIONS ? `the alternatives of $or make ${combinations} combinations, of at most ${MOST_COMBINATIONS}` : undefined;
}

function faultOfObject(pattern: unknown, path: string[]): string | undefined {
  if (!isObject(pattern)) return `${at(path)} is ${show(pattern)}, not an object`;
  const fields = Object.entries(pattern);
  if (fields.length === 0) return `${at(path)} has no fields`;
  return first(fields, ([field, value]) => (field === '$or' ? faultOfAlternatives(value, path) : faultOfField(value, [...path, field])));
}

function faultOfAlternatives(alternatives: unknown, path: string[]): string | undefined {
  if (!Array.isArray(alternatives) || alternatives.length < 2) return `${at([...path, '$or'])} is ${show(alternatives)}, not a list of at least two patterns`;
  return first(alternatives, alternative => faultOfObject(alternative, path));
}

function faultOfField(value: unknown, path: string[]): string | undefined {
  if (isObject(value)) return isIntrinsic(value) ? undefined : faultOfObject(value, path);
  if (!Array.isArray(value)) return `${at(path)} is ${show(value)}, not a list of values, as [${show(value)}]`;
  if (value.length === 0) return `${at(path)} is an empty list, which matches nothing`;
  return first(value, one => faultOfValue(one, path));
}

function faultOfValue(value: unknown, path: string[]): string | undefined {
  if (isObject(value)) return isIntrinsic(value) ? undefined : faultOfFilter(value, path);
  if (!isScalar(value)) return `${at(path)} has ${show(value)}, not a text, a number, true, false, null or a content filter`;
  if (typeof value !== 'string' && path.length === 1 && TEXT_FIELDS.includes(path[0])) return `${at(path)} has ${show(value)}, but is text in every event: write "${String(value)}"`;
  return undefined;
}

function faultOfFilter(filter: Record<string, unknown>, path: string[]): string | undefined {
  const [[name, operand], ...more] = [...Object.entries(filter), ['', undefined] as const];
  if (more.length > 1) return `${at(path)} has ${show(filter)}, but a content filter has one operator`;
  if (!FILTERS.includes(name)) return `${at(path)} has the content filter ${show(name)}, not one of ${FILTERS.join(', ')}`;
  return isOperand(name, operand) ? undefined : `${at(path)}: ${name} is ${show(operand)}, not ${operandOf(name)}`;
}

function isOperand(filter: string, operand: unknown): boolean {
  switch (filter) {
    case 'exists': return typeof operand === 'boolean';
    case 'cidr': return typeof operand === 'string' && /^[0-9a-fA-F.:]+\/\d{1,3}$/.test(operand);
    case 'numeric': return isNumericRange(operand);
    case 'anything-but': return isExclusion(operand);
    case 'prefix': case 'suffix': return isText(operand) || isFilterOfTexts(operand, ['equals-ignore-case'], isText);
    case 'wildcard': return isWildcard(operand);
    default: return isText(operand);
  }
}

function operandOf(filter: string): string {
  switch (filter) {
    case 'exists': return 'true or false';
    case 'cidr': return 'an address range, such as "10.0.0.0/24"';
    case 'numeric': return `one or two comparisons, such as [">", 0, "<=", 5], of numbers up to ${LARGEST}`;
    case 'anything-but': return `texts or numbers, or one of ${TEXT_FILTERS.join(', ')} with texts`;
    case 'prefix': case 'suffix': return 'a text, or equals-ignore-case with one';
    case 'wildcard': return 'a text without ** in it';
    default: return 'a text';
  }
}

function isExclusion(operand: unknown): boolean {
  if (isObject(operand)) return isIntrinsic(operand) || isFilterOfTexts(operand, TEXT_FILTERS, one => isText(one) && one !== '');
  const values = [operand].flat();
  return values.length > 0 && (values.every(isText) || values.every(isNumber));
}

/** Returns whether it is an object of one of some operators, with a text or a list of them. */
function isFilterOfTexts(operand: unknown, names: string[], isTaken: (one: unknown) => boolean): boolean {
  if (!isObject(operand)) return false;
  const entries = Object.entries(operand);
  const texts = [entries[0]?.[1]].flat();
  return entries.length === 1 && names.includes(entries[0][0]) && texts.length > 0 && texts.every(isTaken);
}

function isNumericRange(operand: unknown): boolean {
  if (!Array.isArray(operand) || ![2, 4].includes(operand.length)) return false;
  const [operator, first_, second, other] = operand;
  const isComparison = (comparison: unknown, value: unknown) => (
    COMPARISONS.includes(comparison as string) && isNumber(value) && Math.abs(value) <= LARGEST);
  if (!isComparison(operator, first_)) return false;
  if (operand.length === 2) return true;
  // a range has a lower bound, then an upper one
  return isComparison(second, other) && operator.startsWith('>') && second.startsWith('<') && first_ < other;
}

function isWildcard(operand: unknown): boolean {
  return isText(operand) && (typeof operand !== 'string' || !/(?<!\\)\*\*/.test(operand));
}

/** Returns the number of rules that EventBridge makes of a pattern. */
function combinationsOf(pattern: object): number {
  return Object.entries(pattern).reduce((product, [field, value]) => product * (
    field === '$or' ? (value as object[]).reduce((sum, alternative) => sum + combinationsOf(alternative), 0) : isObject(value) && !isIntrinsic(value) ? combinationsOf(value) : 1
  ), 1);
}

/** Returns whether CloudFormation fills the value in at deployment. */
function isIntrinsic(value: object): boolean {
  const [name, ...more] = Object.keys(value);
  return more.length === 0 && name !== undefined && (name === 'Ref' || name.startsWith('Fn::'));
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || (isObject(value) && isIntrinsic(value));
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || isNumber(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function first<T>(items: readonly T[], faultOf: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const fault = faultOf(item);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const at = (path: string[]) => path.join('.') || 'it';
const show = (value: unknown) => (value === undefined ? 'undefined' : JSON.stringify(value) ?? String(value));
