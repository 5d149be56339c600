import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { ITableV2, Operation } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { GlobalTableBaseProps } from './base-table-props';
import { ConflictDetection } from './conflict-detection';
import { DetectConflictsOptions } from './conflict-detection-options';
import { IGlobalTable } from './i-global-table';
import { requireIndexes } from './indexes';
import { feedInsertions, InsertionTarget } from './insertion-feed';
import { Outbox } from './outbox';
import { PublishChangesOptions } from './published-changes';
import { Replica } from './replica';
import { TableAlarmSettings } from './table-alarm-settings';
import { addReplicaAlarms } from './table-alarms';
import { TableConsistency } from './table-consistency';
import { allowActions, allowReading, allowReadingAndWriting, allowWriting, TableAccess } from './table-grants';
import { lostWritesMetric, tableMetric } from './table-metrics';
import { TableParts } from './table-parts';
import { TableStream } from './table-stream';
import { IGlobalEventBus } from '../global-event-bus/i-global-event-bus';
import { AlarmOverrides } from '../system/alarm-set';
import { describe } from '../system/describe';
import { requireKeyArns } from '../system/encryption-keys';
import { invalidProp } from '../system/errors';
import { IMultiRegionGrantable, principalsOf } from '../system/grantable';
import { Layout } from '../system/layout';
import { metricIn, requirePeer } from '../system/metrics';
import { NameRule } from '../system/names';
import { PerRegion } from '../system/per-region';

/**
 * The behaviour of a global table, whoever made it.
 * @internal
 */
export abstract class GlobalTableBase extends Construct implements IGlobalTable {
  /** The name, equal in every region: a plain string for environment variables and substitutions. */
  public readonly tableName: string;

  /**
   * Indicates whether a region gets what another one wrote some time later: a write to a strongly consistent table waits for it.
   * @internal
   */
  public readonly _replicatesLater: boolean;

  private readonly replicas: PerRegion<Replica>;
  private readonly stream: TableStream;
  private readonly parts: TableParts;
  private readonly outbox: Outbox;
  private readonly conflicts: ConflictDetection;

  constructor(scope: Construct, id: string, props: GlobalTableBaseProps) {
    super(scope, id);
    const layout = Layout.of(this);
    const { regions, alarmProfile } = layout.system;
    const { consistency, globalIndexes, localIndexes, encryptionKeyArns } = props;
    requireKeyArns(this, 'encryptionKeyArns', regions, encryptionKeyArns);
    const overrides = new AlarmOverrides<keyof TableAlarmSettings>(this, props.alarmSettings, alarmProfile);
    const tableName = props.tableName ?? layout.physicalName(NameRule.TABLE);
    if (!NameRule.TABLE.accepts(tableName)) {
      throw invalidProp(this, 'tableName', tableName, NameRule.TABLE.allowed);
    }
    if (props.keys !== undefined) requireIndexes(this, globalIndexes, localIndexes);
    this.tableName = tableName;
    const isEventual = consistency === TableConsistency.EVENTUAL;
    this._replicatesLater = isEventual && regions.length > 1;
    this.replicas = layout.perRegion(regionalScope => new Replica(regionalScope, { tableName, globalIndexes, localIndexes, encryptionKeyArns }));
    if (props.alarms) {
      if (isEventual) overrides.expectPairs('replicationLatency');
      this.replicas.forEach(replica => addReplicaAlarms(replica, replica.scope.alarms(overrides), isEventual ? replica.scope.peers : []));
    }
    // replication of an eventually consistent table reads its streams as well
    const advisedReaders = this._replicatesLater ? 1 : 2;
    this.stream = new TableStream(this, { tableName, regions, arns: props.streamArns, revision: props.streamRevision, advisedReaders });
    this.parts = { table: this, tableName, layout, replicas: this.replicas, stream: this.stream, overrides };
    this.outbox = new Outbox(this.parts);
    this.conflicts = new ConflictDetection(this.parts, consistency);
    this.describeItself(props);
  }

  /** Returns the replica of one region; throws if it is not a region of the system. */
  public inRegion(region: string): ITableV2 {
    return this.replicas.in(region).table;
  }

  /**
   * Returns the ARN of the stream of one region's replica, for use in the region's stack of the system, or of the unit that the table is in; throws if it is not a region of the system.
   *
   * When first asked for, it adds a function to each region that reads the ARN there while the region is deployed: it holds a timestamp, which
   * CloudFormation does not know of a replica. If the stream is made anew later, raise `streamRevision`.
   */
  public streamArnIn(region: string): string {
    return this.replicas.map(replica => this.stream.arnIn(replica.scope.regional, replica)).in(region);
  }

  /** Lets the grantee read the replica of its own region, and the replica's indexes. */
  public grantReadData(grantee: IMultiRegionGrantable): void {
    const principalIn = principalsOf(this, grantee);
    this.replicas.forEach((replica, region) => allowReading(replica, principalIn(region)));
  }

  /** Lets the grantee write the replica of its own region. */
  public grantWriteData(grantee: IMultiRegionGrantable): void {
    const principalIn = principalsOf(this, grantee);
    this.replicas.forEach((replica, region) => allowWriting(replica, principalIn(region)));
  }

  /** Lets the grantee read and write the replica of its own region, and read the replica's indexes. */
  public grantReadWriteData(grantee: IMultiRegionGrantable): void {
    const principalIn = principalsOf(this, grantee);
    this.replicas.forEach((replica, region) => allowReadingAndWriting(replica, principalIn(region)));
  }

  /**
   * Lets the grantee do some things with the replica of its own region, and nothing else.
   * @internal
   */
  public _grant(grantee: IMultiRegionGrantable, access: TableAccess): void {
    const principalIn = principalsOf(this, grantee);
    this.replicas.forEach((replica, region) => allowActions([replica], principalIn(region), access));
  }

  /**
   * Lets a principal of any stack do some things with the replicas of all regions, and nothing else.
   * @internal
   */
  public _grantEverywhere(grantee: IGrantable, access: TableAccess): Grant {
    return allowActions(this.replicas.all, grantee, access);
  }

  /**
   * Publishes changes to the items as events: a transactional outbox, since what is written is published, and nothing else is, without a second
   * write.
   *
   * Every write sets an attribute to its own region. In each region, an EventBridge pipe reads that region's stream and publishes to that region's
   * bus the changes of items that name this region; all other changes were published where they were made. So each change is published by one region,
   * even if two regions wrote the item at about the same time:
   *
   * - INSERT and MODIFY by the region that the new image names. A write that lost to another region's was published before it was lost:
   *   `detectConflicts` counts those.
   * - REMOVE by the region that the removed image names, wherever the item was deleted or expired. A region that had an older image when the item was
   *   removed publishes that removal as well; and an item that another region removes and makes again at once may be seen as modified only. If the region that the image names has left the
   *   system, nobody publishes the removal: have a region that stays write such items before.
   *
   * An event's detail has `idempotencyKey`, the same however often the event is published; `change`; `table`; and `dynamodb`, which is what the stream
   * says of the change: `ApproximateCreationDateTime`, `Keys`, `NewImage` if the item is there now, and `OldImage` if it was there before. Each is
   * published at least once, and usually in the order of the item's changes, though EventBridge promises none. A table that exists already begins with the changes that its stream still has, of
   * up to 24 hours.
   *
   * When a region dies, its last changes are published when it is back, within `maxRecordAge`; the items that they made may be in other regions
   * before. A change that cannot be published is tried again while those behind it in its shard wait, then given up: the region's `DeadLetters` get
   * its place in the stream, which has it for 24 hours, and not the change itself, so it cannot be redriven.
   *
   * Per region: a pipe, billed by the changes that it publishes, its log, two alarms of about 0.10 USD a month each, and a function that reads the stream's ARN during a deployment. EventBridge
   * bills each event once more. AWS advises one reader for the stream of a global table, so a second one gives a warning. Where the bus or the enrichment is in another `SystemUnit` than the table,
   * the pipe is in the mesh stacks, and its alarms do not count against the region.
   *
   * Throws if the bus or the enrichment is of another system, if the detail type is published already, or if an option is out of its range.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-dynamodb.html
   */
  public publishChangesTo(bus: IGlobalEventBus, options: PublishChangesOptions): void {
    this.outbox.publish(bus, options);
  }

  /**
   * Counts writes of a region that another region's write replaced without having seen them, and keeps them if you like. Nothing else shows them:
   * the last writer wins, silently.
   *
   * Every write sets an attribute to its own region. In each region, a function gets the records of that region's stream in which an image that names
   * another region replaced one that names this region. With a `versionAttribute`, a write is lost if the new version is not higher than the old one;
   * without, every such replacement counts, so that a change of owner is found. The region whose write was lost counts it, in the metric `LostWrites`
   * of the namespace `cdk-multi-region`, with the dimension `TableName`; an alarm fires at the first.
   *
   * It cannot see: a write that a deletion replaced; a write without the attribute; with versions, a write that lost to a region that had meanwhile
   * written the item more often; and of several writes that DynamoDB replicates as one, all but the last. So zero does not prove that nothing was
   * lost.
   *
   * Per region: a function that runs when another region's write replaces one of its own, its alarms, of about 0.40 USD a month together, and a function that reads the stream's ARN during a
   * deployment. A system of one region has them as well, though they have nothing to do: a region is the same however many peers it has. A table that exists already begins with the changes that
   * its stream still has, of up to 24 hours. AWS advises one reader for the stream of a global table, so a second one gives a warning.
   *
   * Throws if it is called twice, if the queue is of another system, if an attribute's name is none, or if the table's consistency is STRONG, with
   * which no write is lost.
   *
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
   */
  public detectConflicts(options: DetectConflictsOptions = {}): void {
    this.conflicts.detect(options);
  }

  /** Sends the items that are inserted to queues of another construct, in each region those of the region's own replica. @internal */
  public _feedInsertions(target: InsertionTarget): void {
    feedInsertions(this.parts, target);
  }

  /** Returns the read capacity units that one region's replica consumed, over a minute by default; throws if it is not a region of the system. */
  public metricConsumedReadCapacityUnits(ofRegion: string, options?: MetricOptions): Metric {
    return this.metric(ofRegion, 'ConsumedReadCapacityUnits', options);
  }

  /**
   * Returns the write capacity units that one region's replica consumed, those of replication included, over a minute by default; throws if it is not
   * a region of the system.
   */
  public metricConsumedWriteCapacityUnits(ofRegion: string, options?: MetricOptions): Metric {
    return this.metric(ofRegion, 'ConsumedWriteCapacityUnits', options);
  }

  /**
   * Returns the number of throttled reads of one region's replica, those of its indexes left out, over a minute by default; throws if it is not a
   * region of the system.
   */
  public metricReadThrottleEvents(ofRegion: string, options?: MetricOptions): Metric {
    return this.metric(ofRegion, 'ReadThrottleEvents', options);
  }

  /**
   * Returns the number of throttled writes of one region's replica, those of its indexes left out, over a minute by default; throws if it is not a
   * region of the system.
   */
  public metricWriteThrottleEvents(ofRegion: string, options?: MetricOptions): Metric {
    return this.metric(ofRegion, 'WriteThrottleEvents', options);
  }

  /**
   * Returns the number of requests of one kind to one region's replica of which anything was throttled, over a minute by default; throws if it is not
   * a region of the system.
   */
  public metricThrottledRequests(ofRegion: string, operation: Operation, options?: MetricOptions): Metric {
    return this.operationMetric(ofRegion, 'ThrottledRequests', operation, options);
  }

  /**
   * Returns the number of requests of one kind to one region's replica that DynamoDB itself failed at, over a minute by default; throws if it is not
   * a region of the system.
   */
  public metricSystemErrors(ofRegion: string, operation: Operation, options?: MetricOptions): Metric {
    return this.operationMetric(ofRegion, 'SystemErrors', operation, options);
  }

  /**
   * Returns the duration of successful requests of one kind to one region's replica, in milliseconds, on average over a minute by default; throws if
   * it is not a region of the system.
   */
  public metricSuccessfulRequestLatency(ofRegion: string, operation: Operation, options?: MetricOptions): Metric {
    return this.operationMetric(ofRegion, 'SuccessfulRequestLatency', operation, options);
  }

  /**
   * Returns the time after which a region gets what another one wrote, in milliseconds, on average over a minute by default. A strongly consistent table has none.
   *
   * Throws if the two are not different regions of the system.
   */
  public metricReplicationLatency(ofRegion: string, receivingRegion: string, options?: MetricOptions): Metric {
    requirePeer(this, ofRegion, 'receivingRegion', receivingRegion);
    return this.metric(ofRegion, 'ReplicationLatency', options, { ReceivingRegion: receivingRegion });
  }

  /**
   * Returns the number of writes of one region that were lost to another's, over a minute by default; no data without `detectConflicts`. Throws if it
   * is not a region of the system.
   */
  public metricLostWrites(ofRegion: string, options?: MetricOptions): Metric {
    return metricIn(this, ofRegion, lostWritesMetric(this.tableName), options);
  }

  private describeItself({ keys, consistency }: GlobalTableBaseProps): void {
    const { tableName: name, conflicts, outbox } = this;
    if (!keys) return describe(this, 'imported-table', () => ({ name }));
    describe(this, 'table', () => ({
      name,
      partitionKey: keys.partitionKey.name,
      sortKey: keys.sortKey?.name,
      isStrong: consistency === TableConsistency.STRONG,
      publishesChanges: outbox.isOn,
      detectsConflicts: conflicts.isOn,
      losingImages: conflicts.losingImages?.queueName,
    }));
  }

  private metric(region: string, metricName: string, options?: MetricOptions, dimensions?: { [name: string]: string }): Metric {
    return metricIn(this, region, tableMetric(this.tableName, metricName, dimensions), options);
  }

  private operationMetric(region: string, metricName: string, operation: Operation, options?: MetricOptions): Metric {
    const known = Object.values(Operation);
    if (!known.includes(operation)) throw invalidProp(this, 'operation', operation, known.join(', '));
    return this.metric(region, metricName, options, { Operation: operation });
  }
}
