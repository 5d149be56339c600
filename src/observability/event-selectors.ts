import { CfnTrail, ReadWriteType } from 'aws-cdk-lib/aws-cloudtrail';
import { Construct } from 'constructs';
import { IGlobalTable } from '../global-table/i-global-table';
import { invalidProp } from '../system/errors';
import { MultiRegionSystem } from '../system/multi-region-system';

/**
 * CloudTrail's limit for all selectors of a trail together.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
 */
const MAX_VALUES = 500;

export interface Recorded {
  readonly managementEvents: ReadWriteType;
  readonly dataEvents: IGlobalTable[];
  readonly dataEventsType: ReadWriteType;
}

/** Returns what a trail records. Tables are named by the ARN of each region's replica; throws if those are more than CloudTrail takes. */
export function eventSelectors(owner: Construct, system: MultiRegionSystem, recorded: Recorded): CfnTrail.AdvancedEventSelectorProperty[] {
  const arns = [...new Set(recorded.dataEvents.map(({ tableName }) => tableName))].flatMap(resourceName =>
    system.regions.map(region => system.globalStack.formatArn({ service: 'dynamodb', region, resource: 'table', resourceName })));
  const selectors = [
    ...recorded.managementEvents === ReadWriteType.NONE ? [] : [selector('management events', recorded.managementEvents, { eventCategory: ['Management'] })],
    ...arns.length === 0 ? [] : [selector('items of tables', recorded.dataEventsType, {
      'eventCategory': ['Data'], 'resources.type': ['AWS::DynamoDB::Table'], 'resources.ARN': arns,
    })],
  ];
  const values = selectors.flatMap(({ fieldSelectors }) => fieldSelectors.flatMap(field => field.equalTo)).length;
  if (values > MAX_VALUES) {
    const most = Math.floor((MAX_VALUES - (values - arns.length)) / system.regions.length);
    throw invalidProp(owner, 'dataEvents', `${arns.length} replicas`, `at most ${most} tables in ${system.regions.length} regions, because a trail takes ${MAX_VALUES} conditions`);
  }
  return selectors;
}

function selector(name: string, type: ReadWriteType, equal: Record<string, string[]>) {
  const readOnly = type === ReadWriteType.ALL ? {} : { readOnly: [String(type === ReadWriteType.READ_ONLY)] };
  return { name, fieldSelectors: Object.entries({ ...equal, ...readOnly }).map(([field, equalTo]) => ({ field, equalTo })) };
}
