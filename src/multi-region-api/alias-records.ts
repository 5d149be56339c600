import { CfnRecordSet, CfnRecordSetProps } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';

/** The target of an alias: a domain name of API Gateway, or another record of the same hosted zone. */
export interface AliasTarget {
  readonly dnsName: string;
  readonly hostedZoneId: string;
}

export interface AliasRecordsProps {
  readonly hostedZoneId: string;
  readonly name: string;
  readonly target: AliasTarget;
  /**
   * The routing policy's part of the records, and their health check.
   * @default - the only records of their name
   */
  readonly routing?: Pick<CfnRecordSetProps, 'setIdentifier' | 'healthCheckId' | 'region' | 'weight' | 'geoLocation'>;
}

/**
 * Creates alias records for IPv4 and IPv6. They inherit the health of what they lead to; with a health check, both must be healthy.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-complex-configs.html
 */
export function aliasRecords(scope: Construct, id: string, { hostedZoneId, name, target, routing }: AliasRecordsProps): CfnRecordSet[] {
  return ['A', 'AAAA'].map(type => new CfnRecordSet(scope, `${id}-${type}`, {
    hostedZoneId, name, type, ...routing, aliasTarget: { ...target, evaluateTargetHealth: true },
  }));
}
