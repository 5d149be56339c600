import { IConstruct } from 'constructs';
import { invalidProp, requireLiteral } from './errors';

/** The kind of resource that ARNs name. */
export interface ArnKind {
  readonly service: string;
  /** The part that follows the account, as a regular expression. */
  readonly resource: string;
  /** The name in errors. */
  readonly name: string;
}

/**
 * The ARNs that a prop gives by region: one for each region, or none at all.
 *
 * Throws if a region has none, if one is not of the system, or if an ARN is not literal and of its region.
 */
export function requireRegionalArns(owner: IConstruct, prop: string, regions: string[], kind: ArnKind, arns?: { [region: string]: string }): void {
  if (!arns) return;
  const unknown = Object.keys(arns).find(region => !regions.includes(region));
  if (unknown !== undefined) {
    throw invalidProp(owner, prop, unknown, `regions of this system: ${regions.join(', ')}`);
  }
  for (const region of regions) {
    requireLiteral(owner, `${prop} of ${region}`, arns[region], new RegExp(`^arn:[a-z-]+:${kind.service}:${region}:\\d{12}:${kind.resource}$`), `the literal ARN of a ${kind.name} in ${region}`);
  }
}
