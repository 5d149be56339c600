import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { ITableV2, Operation } from 'aws-cdk-lib/aws-dynamodb';
import { IConstruct } from 'constructs';
import { DetectConflictsOptions } from './conflict-detection';
import { PublishChangesOptions } from './published-changes';
import { GlobalEventBus } from '../global-event-bus/global-event-bus';
import { IMultiRegionGrantable } from '../system/grantable';

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

  /** How many read capacity units one region's replica consumed, over a minute by default; throws if it is not a region of the system. */
  metricConsumedReadCapacityUnits(ofRegion: string, options?: MetricOptions): Metric;

  /** How many write capacity units one region's replica consumed, over a minute by default, those of replication included; throws if it is not a region of the system. */
  metricConsumedWriteCapacityUnits(ofRegion: string, options?: MetricOptions): Metric;

  /** How many reads of one region's replica were throttled, over a minute by default, those of its indexes left out; throws if it is not a region of the system. */
  metricReadThrottleEvents(ofRegion: string, options?: MetricOptions): Metric;

  /** How many writes of one region's replica were throttled, over a minute by default, those of its indexes left out; throws if it is not a region of the system. */
  metricWriteThrottleEvents(ofRegion: string, options?: MetricOptions): Metric;

  /** How many requests of one kind to one region's replica had anything throttled, over a minute by default; throws if it is not a region of the system. */
  metricThrottledRequests(ofRegion: string, operation: Operation, options?: MetricOptions): Metric;

  /** How many requests of one kind to one region's replica DynamoDB itself failed at, over a minute by default; throws if it is not a region of the system. */
  metricSystemErrors(ofRegion: string, operation: Operation, options?: MetricOptions): Metric;

  /** How long successful requests of one kind to one region's replica took, in milliseconds, on average over a minute by default; throws if it is not a region of the system. */
  metricSuccessfulRequestLatency(ofRegion: string, operation: Operation, options?: MetricOptions): Metric;

  /** How late a region gets what another one wrote, in milliseconds, on average over a minute by default; throws if the two are not different regions of the system. */
  metricReplicationLatency(ofRegion: string, receivingRegion: string, options?: MetricOptions): Metric;

  /** How many writes of one region were lost to another's, over a minute by default, no data without `detectConflicts`; throws if it is not a region of the system. */
  metricLostWrites(ofRegion: string, options?: MetricOptions): Metric;
}
