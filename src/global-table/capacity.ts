import { Token } from 'aws-cdk-lib';
import { Billing, WarmThroughput } from 'aws-cdk-lib/aws-dynamodb';
import { IConstruct } from 'constructs';
import { invalidProp } from '../system/errors';
import { requireWhole } from '../system/ranges';

interface CapacityProps {
  readonly billing?: Billing;
  readonly warmThroughput?: WarmThroughput;
}

/** Numbers of units have no limit but that of the account. */
const MOST_UNITS = Number.MAX_SAFE_INTEGER;

/**
 * Throws unless all numbers of units are ones that DynamoDB takes.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-globaltable-warmthroughput.html
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-globaltable-writeondemandthroughputsettings.html
 */
export function requireCapacity(owner: IConstruct, { billing, warmThroughput }: CapacityProps): void {
  if (warmThroughput !== undefined) {
    const { readUnitsPerSecond, writeUnitsPerSecond } = warmThroughput;
    if (readUnitsPerSecond === undefined && writeUnitsPerSecond === undefined) {
      throw invalidProp(owner, 'warmThroughput', warmThroughput, 'readUnitsPerSecond, writeUnitsPerSecond or both, or leave it out');
    }
    requireWhole(owner, 'warmThroughput.readUnitsPerSecond', readUnitsPerSecond, 1, MOST_UNITS);
    requireWhole(owner, 'warmThroughput.writeUnitsPerSecond', writeUnitsPerSecond, 1, MOST_UNITS);
  }
  // its numbers are to be had in what it renders only
  const units = [billing?._renderReadCapacity(), billing?._renderWriteCapacity()].flatMap(numbersIn);
  const wrong = units.find(number => !Token.isUnresolved(number) && (!Number.isInteger(number) || number < 1));
  if (wrong !== undefined) throw invalidProp(owner, 'billing', wrong, 'whole numbers of units of at least 1');
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}
