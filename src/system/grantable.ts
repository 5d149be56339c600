import { IGrantable } from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { invalidProp } from './errors';

/** Something with a principal of its own in every region. A grant gives each region's principal its own region's replica, and nothing else. */
export interface IMultiRegionGrantable {
  /** Returns the principal in one region; throws if it is not a region of the system. */
  grantableIn(region: string): IGrantable;
}

/** Returns the principals of a grantee; throws unless it has one in every region. */
export function principalsOf(owner: IConstruct, grantee: IMultiRegionGrantable): (region: string) => IGrantable {
  if (typeof (grantee as Partial<IMultiRegionGrantable> | undefined)?.grantableIn !== 'function') {
    throw invalidProp(owner, 'grantee', grantee, 'something with a principal in every region, such as a MultiRegionFunction');
  }
  return region => grantee.grantableIn(region);
}

/** Throws unless a grantee has a principal, which a construct of all regions has not: it has one in each. */
export function requirePrincipal(owner: IConstruct, grantee: IGrantable): void {
  if (typeof (grantee as Partial<IGrantable> | undefined | null)?.grantPrincipal?.addToPrincipalPolicy !== 'function') {
    throw invalidProp(owner, 'grantee', grantee, 'something with a principal, such as a role; of a MultiRegionFunction, grantableIn(region)');
  }
}
