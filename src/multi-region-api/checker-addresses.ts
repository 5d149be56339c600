import { CfnIPSet } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

/**
 * The addresses that Route 53 sends health checks from, as AWS published them on 22 August 2026 for the regions that a health check may name. Health checks of a domain name use IPv4 only.
 *
 * To bring it up to date: the `ip_prefix` of each entry of https://ip-ranges.amazonaws.com/ip-ranges.json with the service ROUTE53_HEALTHCHECKS and one of these regions, or GLOBAL. A checker that is missing here is limited like
 * anybody, by more than it asks for.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/route-53-ip-addresses.html
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
 */
const ADDRESSES = [
  '15.177.0.0/18',
  '54.248.220.0/26', '54.250.253.192/26', // ap-northeast-1
  '54.251.31.128/26', '54.255.254.192/26', // ap-southeast-1
  '54.252.79.128/26', '54.252.254.192/26', // ap-southeast-2
  '54.228.16.0/26', '176.34.159.192/26', // eu-west-1
  '54.232.40.64/26', '177.71.207.128/26', // sa-east-1
  '54.243.31.192/26', '107.23.255.0/26', // us-east-1
  '54.183.255.128/26', '54.241.32.64/26', // us-west-1
  '54.244.52.192/26', '54.245.168.0/26', // us-west-2
];

/** The checkers of Route 53, for a web ACL. */
export class CheckerAddresses {
  private readonly ipSet: CfnIPSet;

  constructor(scope: Construct, apiName: string) {
    this.ipSet = new CfnIPSet(scope, 'Checkers', {
      scope: 'REGIONAL', ipAddressVersion: 'IPV4', addresses: ADDRESSES, description: `where health checks of ${apiName} come from`,
    });
  }

  /** Matches requests that come from anywhere else. */
  public get otherStatement(): object {
    return { notStatement: { statement: { ipSetReferenceStatement: { arn: this.ipSet.attrArn } } } };
  }
}
