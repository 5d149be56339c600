import { IConstruct } from 'constructs';
import { invalidProp } from './errors';

/** Throws unless a prop that has a value by region has one for each region of the system. Others are ignored: a rehearsal leaves regions out. */
export function requireEveryRegion(owner: IConstruct, prop: string, values: { [region: string]: unknown }, regions: string[]): void {
  const missing = regions.filter(region => (values as Partial<typeof values> | null)?.[region] === undefined);
  if (missing.length > 0) {
    throw invalidProp(owner, prop, regions.filter(region => !missing.includes(region)), `one for each region of the system; missing: ${missing.join(', ')}`);
  }
}
