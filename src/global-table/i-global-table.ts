import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { ITableV2, Operation } from 'aws-cdk-lib/aws-dynamodb';
import { IConstruct } from 'constructs';
import { DetectConflictsOptions } from './conflict-detection-options';
import { PublishChangesOptions } from './published-changes';
import { IGlobalEventBus } from '../global-event-bus/i-global-event-bus';
import { IMultiRegionGrantable } from '../system/grantable';

/** A DynamoDB table with a replica in every region of a system, made by it (`GlobalTable`) or known to it (`GlobalTable.fromTableName`, `GlobalTable.fromTableAttributes`). */
export interface IGlobalTable extends IConstruct {
  /** The name, equal in every region: a plain string for environment variables and substitutions. */
  readonly tableName: string;

  /** Returns the replica of one region; throws if it is not a region of the system. */
  inRegion(region: string): ITableV2;

  /** Returns the ARN of the stream of one region's replica, for use in that region's stack only. */
  streamArnIn(region: string): string;

  /** Lets the grantee read the replica of its own region, and the replica's indexes. */
  grantReadData(grantee: IMultiRegionGrantable): void;

  /** Lets the grantee write the replica of its own region. */
  grantWriteData(grantee: IMultiRegionGrantable): void;

  /** Lets the grantee read and write the replica of its own region, and read the replica's indexes. */
  grantReadWriteData(grantee: IMultiRegionGrantable): void;

  /** Publishes changes to the items as events, each once, in the region that wrote the item. */
  publishChangesTo(bus: IGlobalEventBus, options: PublishChangesOptions): void;

  /** Counts writes of a region that another region's write replaced without having seen them. */
  detectConflicts(options?: DetectConflictsOptions): void;

  /** Returns the read capacity units that one region's replica consumed, over a minute by default; throws if it is not a region of the system. */
  metricConsumedReadCapacityUnits(ofRegion: string, options?: MetricOptions): Metric;

  /**
   * Returns the write capacity units that one region's replica consumed, those of replication included, over a minute by default; throws if it is not
   * a region of the system.
   */
  metricConsumedWriteCapacityUnits(ofRegion: string, options?: MetricOptions): Metric;

  /**
   * Returns the number of throttled reads of one region's replica, those of its indexes left out, over a minute by default; throws if it is not a
   * region of the system.
   */
  metricReadThrottleEvents(ofRegion: string, options?: MetricOptions): Metric;

  /**
   * Returns the number of throttled writes of one region's replica, those of its indexes left out, over a minute by default; throws if it is not a
   * region of the system.
   */
  metricWriteThrottleEvents(ofRegion: string, options?: MetricOptions): Metric;

  /**
   * Returns the number of requests of one kind to one region's replica of which anything was throttled, over a minute by default; throws if it is not
   * a region of the system.
   */
  metricThrottledRequests(ofRegion: string, operation: Operation, options?: MetricOptions): Metric;

  /**
   * Returns the number of requests of one kind to one region's replica that DynamoDB itself failed at, over a minute by default; throws if it is not
   * a region of the system.
   */
  metricSystemErrors(ofRegion: string, operation: Operation, options?: MetricOptions): Metric;

  /**
   * Returns the duration of successful requests of one kind to one region's replica, in milliseconds, on average over a minute by default; throws if
   * it is not a region of the system.
   */
  metricSuccessfulRequestLatency(ofRegion: string, operation: Operation, options?: MetricOptions): Metric;

  /**
   * Returns the time after which a region gets what another one wrote, in milliseconds, on average over a minute by default. A strongly consistent table has none.
   *
   * Throws if the two are not different regions of the system.
   */
  metricReplicationLatency(ofRegion: string, receivingRegion: string, options?: MetricOptions): Metric;

  /**
   * Returns the number of writes of one region that were lost to another's, over a minute by default; no data without `detectConflicts`. Throws if it
   * is not a region of the system.
   */
  metricLostWrites(ofRegion: string, options?: MetricOptions): Metric;
}
