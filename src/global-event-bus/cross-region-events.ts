import { RegionInfo } from 'aws-cdk-lib/region-info';
import { IConstruct } from 'constructs';
import { EventReplication } from './event-replication';
import { invalidProp } from '../system/errors';
import { MultiRegionSystem } from '../system/multi-region-system';

/**
 * Throws where EventBridge sends no events to other regions, which is in China, and warns where its documentation and its announcement differ, which is in GovCloud.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
 * @see https://aws.amazon.com/blogs/compute/expanding-cross-region-event-routing-with-amazon-eventbridge/
 */
export function requireCrossRegionEvents(owner: IConstruct, system: MultiRegionSystem, replication?: EventReplication): void {
  const { partition } = RegionInfo.get(system.primaryRegion);
  if (partition === 'aws-cn') {
    throw invalidProp(owner, 'replication', replication === undefined ? undefined : 'a replication', 'EventReplication.none() in China, where EventBridge sends no events to other regions');
  }
  if (partition === 'aws-us-gov') {
    system._notify('warning', owner, 'cdk-multi-region:crossRegionEvents',
      `${owner.node.path} sends events to other regions, which EventBridge did not do in GovCloud when that was announced: try one rule before you rely on it, or give EventReplication.none()`);
  }
}
