import { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';

/**
 * The network of functions in one region: private subnets of a VPC that you have there. Give either `vpc` and `securityGroups`, or `subnetIds` and `securityGroupIds`.
 *
 * Constructs must be of the stack that the functions are in, or imported with literal ids, as by `Vpc.fromVpcAttributes` and `SecurityGroup.fromSecurityGroupId`. What is looked up is refused, because synthesis
 * needs no account.
 */
export interface FunctionNetwork {
  /**
   * The VPC. Where the `account` of the system is known, the CDK looks up the Availability Zones of one that it makes, even if they are given; so such a VPC is refused there.
   *
   * @default - subnetIds
   */
  readonly vpc?: IVpc;

  /**
   * The subnets of the VPC. Public ones are refused: a function in them reaches nothing outside of the VPC.
   *
   * @default - private subnets with a way out, or else isolated ones, as the CDK chooses
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * The security groups, which must let functions call AWS by HTTPS.
   *
   * @default - securityGroupIds
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * The literal ids of the subnets, best in two Availability Zones or more.
   *
   * @default - subnets of vpc
   */
  readonly subnetIds?: string[];

  /**
   * The literal ids of the security groups, which must let functions call AWS by HTTPS.
   *
   * @default - securityGroups
   */
  readonly securityGroupIds?: string[];
}
