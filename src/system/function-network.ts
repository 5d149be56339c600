/** The network of functions in one region: private subnets of a VPC that you have there. */
export interface FunctionNetwork {
  /** The ids of the subnets, best in two Availability Zones or more. */
  readonly subnetIds: string[];

  /** The ids of the security groups, which must let functions call AWS by HTTPS. */
  readonly securityGroupIds: string[];
}
