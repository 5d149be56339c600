import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { requireCapacity } from './capacity';
import { requireKeys } from './keys';
import { GlobalTableProps } from './table-props';
import { invalidProp, requireLiteral } from '../system/errors';
import { requireDuration } from '../system/ranges';
import { requireRegions } from '../system/regions';

/** Throws unless DynamoDB and CloudFormation accept the props of a table, each and together. */
export function requireTable(owner: IConstruct, props: GlobalTableProps, regions: string[]): void {
  const { recoveryPeriod, resourcePolicies = {}, timeToLiveAttribute, localSecondaryIndexes = [], sortKey } = props;
  requireDuration(owner, 'recoveryPeriod', recoveryPeriod, 'days', Duration.days(1), Duration.days(35));
  if (timeToLiveAttribute !== undefined) requireLiteral(owner, 'timeToLiveAttribute', timeToLiveAttribute, /^[^]{1,255}$/, 'the name of an attribute, 1 to 255 characters');
  if (localSecondaryIndexes.length > 0 && sortKey === undefined) {
    throw invalidProp(owner, 'localSecondaryIndexes', localSecondaryIndexes.map(({ indexName }) => indexName), 'none unless the table has a sortKey');
  }
  requireKeys(owner, props);
  requireCapacity(owner, props);
  if (props.removalPolicy === RemovalPolicy.SNAPSHOT) {
    throw invalidProp(owner, 'removalPolicy', props.removalPolicy, 'any but SNAPSHOT, which CloudFormation does not have for tables; recoveryPeriod keeps backups');
  }
  requireRegions(owner, 'resourcePolicies', regions, resourcePolicies);
  const empty = Object.keys(resourcePolicies).find(region => resourcePolicies[region].isEmpty);
  if (empty !== undefined) {
    throw invalidProp(owner, 'resourcePolicies', `${empty}, without a statement`, 'policies with a statement, or leave the region out');
  }
}
