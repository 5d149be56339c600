import { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { IConstruct } from 'constructs';
import { DetectConflictsOptions } from './conflict-detection';
import { PublishChangesOptions } from './published-changes';
import { GlobalEventBus } from '../global-event-bus';
import { IMultiRegionGrantable } from '../system';

/** A DynamoDB table with a replica in every region of a system, made by it (`GlobalTable`) or known to it (`GlobalTable.fromTableName`). */
export interface IGlobalTable extends IConstruct {
  /** The name, equal in every region: a plain string for environment variables and substitutions. */
  readonly tableName: string;

  /** The replica of one region; throws if it is not a region of the system. */
  inRegion(region: string): ITableV2;

  /** The ARN of the stream of one region's replica, for use in that region's stack only. */
  streamArnIn(region: string): string;

  /** Lets the grantee read the replica of its own region, and the replica's indexes. */
  grantReadData(grantee: IMultiRegionGrantable): void;

  /** Lets the grantee write the replica of its own region. */
  grantWriteData(grantee: IMultiRegionGrantable): void;

  /** Lets the grantee read and write the replica of its own region, and read the replica's indexes. */
  grantReadWriteData(grantee: IMultiRegionGrantable): void;

  /** Publishes changes to the items as events, each once, in the region that wrote the item. */
  publishChangesTo(bus: GlobalEventBus, options: PublishChangesOptions): void;

  /** Counts writes of a region that another region's write replaced without having seen them. */
  detectConflicts(options?: DetectConflictsOptions): void;
}
