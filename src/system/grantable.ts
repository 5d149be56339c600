import { IGrantable } from 'aws-cdk-lib/aws-iam';

/** Something with a principal of its own in every region. A grant gives each region's principal its own region's replica, and nothing else. */
export interface IMultiRegionGrantable {
  /** The principal in one region; throws if it is not a region of the system. */
  grantableIn(region: string): IGrantable;
}
