import { IConstruct } from 'constructs';
import { requireLiteral } from '../system/errors';
import { requireRegions } from '../system/regions';

/** Throws unless each region of the system has the literal ARN of a stream of the table there. */
export function requireStreamArns(owner: IConstruct, regions: string[], tableName: string, arns: { [region: string]: string }): void {
  requireRegions(owner, 'streamArns', regions, arns);
  for (const region of regions) {
    const pattern = new RegExp(`^arn:[a-z-]+:dynamodb:${region}:\\d{12}:table/${tableName.replace(/\./g, '\\.')}/stream/[0-9T:.-]+$`);
    requireLiteral(owner, `streamArns of ${region}`, arns[region], pattern, `the literal ARN of a stream of ${tableName} in ${region}`);
  }
}
