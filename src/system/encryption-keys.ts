import { IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { ArnKind, requireRegionalArns } from './regional-arns';

const KEY: ArnKind = { service: 'kms', resource: 'key/[A-Za-z0-9-]+', name: 'KMS key' };

/**
 * Returns the customer managed keys that a prop names by region: one for each region, or none at all.
 *
 * Throws if a region has none, if one is not of the system, or if an ARN is not literal and of its region.
 */
export function requireKeyArns(owner: Construct, prop: string, regions: string[], arns?: { [region: string]: string }): void {
  requireRegionalArns(owner, prop, regions, KEY, arns);
}

/** Returns the key of one region, as that region's stack knows it. */
export function keyIn(scope: Construct, region: string, arns?: { [region: string]: string }): IKey | undefined {
  return arns && Key.fromKeyArn(scope, 'Key', arns[region]);
}
