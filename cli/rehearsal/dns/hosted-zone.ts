import { CloudAssembly } from '../../system/cloud-assembly';

/** A public hosted zone of Route 53. */
export interface HostedZone {
  readonly id: string;
  readonly name: string;
}

/** Stands in for the zone that a team has before it deploys. */
export const HOSTED_ZONE: HostedZone = { id: 'Z0REHEARSAL', name: 'example.com' };

/**
 * Returns the zones that the records of the templates are put into: each is named by what the names of its records end with, since a template has no
 * more of a zone than its id.
 */
export function hostedZonesOf({ stacks }: Pick<CloudAssembly, 'stacks'>): HostedZone[] {
  const names = new Map<string, string[]>();
  for (const { Type, Properties: { Name, HostedZoneId } = {} } of stacks.flatMap(({ template }) => Object.values(template.Resources ?? {}))) {
    if (Type !== 'AWS::Route53::RecordSet' || typeof Name !== 'string' || typeof HostedZoneId !== 'string') continue;
    names.set(HostedZoneId, [...names.get(HostedZoneId) ?? [], Name.replace(/\.$/, '').toLowerCase()]);
  }
  return [...names].map(([id, records]) => ({ id, name: records.map(name => name.split('.')).reduce(commonEnd).join('.') }));
}

/** Returns the labels that two names end with. */
function commonEnd(one: string[], other: string[]): string[] {
  let length = 0;
  while (length < Math.min(one.length, other.length) && one.at(-1 - length) === other.at(-1 - length)) length++;
  return one.slice(one.length - length);
}
