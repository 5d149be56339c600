import { Validations } from 'aws-cdk-lib';
import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { ITableV2, Operation } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { requireAttribute } from './attributes';
import { DetectConflictsOptions } from './conflict-detection';
import { detect } from './conflict-detector';
import { LOSING_IMAGES_URL, REGION_ATTRIBUTE, REGION_ATTRIBUTE_NAME, TABLE_NAME, VERSION_ATTRIBUTE_NAME } from './constants';
import { IGlobalTable } from './i-global-table';
import { publish } from './outbox';
import { PublishSettings } from './publish-settings';
import { PublishChangesOptions } from './published-changes';
import { Replica } from './replica';
import { streamArnOf } from './stream-arn';
import { TableAlarmSettings } from './table-alarm-settings';
import { watchReplica } from './table-alarms';
import { TableConsistency } from './table-consistency';
import { allowReading, allowReadingAndWriting, allowWriting } from './table-grants';
import { lostWritesIn, tableMetricIn } from './table-metrics';
import { DeadLetters } from '../dead-letters/dead-letters';
import { GlobalEventBus } from '../global-event-bus/global-event-bus';
import { MultiRegionFunction } from '../multi-region-function/multi-region-function';
import { useAlarmSettings } from '../system/legacy';
import { requireKeyArns } from '../system/encryption-keys';
import { invalidProp } from '../system/errors';
import { handlerBundle } from '../system/handler-bundle';
import { Layout } from '../system/layout';
import { PerRegion } from '../system/per-region';
import { requirePeer } from '../system/metrics';
import { IMultiRegionGrantable } from '../system/grantable';
import { NameRule } from '../system/names';

export interface GlobalTableBaseProps {
  /** @default - the system's name and the construct's id */
  readonly tableName?: string;
  readonly consistency: TableConsistency;
  readonly globalIndexes: string[];
  readonly localIndexes: string[];
  readonly encryptionKeyArns?: { [region: string]: string };
  readonly alarms: boolean;
  readonly alarmSettings?: TableAlarmSettings;
}

/**
 * What can be done with a global table, whoever made it.
 * @internal
 */
export abstract class GlobalTableBase extends Construct implements IGlobalTable {
  /** The name, equal in every region: a plain string for environment variables and substitutions. */
  public readonly tableName: string;

  private readonly layout: Layout;
  private readonly replicas: PerRegion<Replica>;
  private readonly consistency: TableConsistency;
  private readonly published = new Set<string>();
  private streamArns?: PerRegion<string>;
  private streamReaders = 0;

  constructor(scope: Construct, id: string, props: GlobalTableBaseProps) {
    super(scope, id);
    this.layout = Layout.of(this);
    this.consistency = props.consistency;
    const { system } = this.layout;
    const { globalIndexes, localIndexes, encryptionKeyArns } = props;
    requireKeyArns(this, 'encryptionKeyArns', system.regions, encryptionKeyArns);
    useAlarmSettings(this, props.alarmSettings);
    const tableName = props.tableName ?? this.layout.physicalName(NameRule.TABLE);
    if (!NameRule.TABLE.accepts(tableName)) {
      throw invalidProp(this, 'tableName', tableName, NameRule.TABLE.allowed);
    }
    this.tableName = tableName;
    this.replicas = this.layout.perShare((share, region) => {
      const replica = new Replica(share, region, { tableName, globalIndexes, localIndexes, encryptionKeyArns });
      if (props.alarms) {
        // strongly consistent tables have no latency of replication, since a write waits for it
        const peers = props.consistency === TableConsistency.STRONG ? [] : system.peersOf(region);
        watchReplica(replica, peers);
      }
      return replica;
    });
  }

  /**
   * Whether a region gets what another one wrote some time later: a write to a strongly consistent table waits for it.
   * @internal
   */
  public get _replicatesLater(): boolean {
    return this.consistency === TableConsistency.EVENTUAL && this.layout.system.regions.length > 1;
  }

  /** The replica of one region; throws if it is not a region of the system. */
  public inRegion(region: string): ITableV2 {
    return this.replicas.in(region).table;
  }

  /**
   * The ARN of the stream of one region's replica, for use in that region's stack only; throws if it is not a region of the system.
   *
   * When first asked for, it adds a function to each region that reads the ARN there while the region is deployed: it holds a timestamp, which
   * CloudFormation does not know of a replica.
   */
  public streamArnIn(region: string): string {
    this.streamArns ??= this.layout.perShare((_, each) => streamArnOf(this.layout.system, this.replicas.in(each)));
    return this.streamArns.in(region);
  }

  /** Lets the grantee read the replica of its own region, and the replica's indexes. */
  public grantReadData(grantee: IMultiRegionGrantable): void {
    this.replicas.forEach((replica, region) => allowReading(replica, grantee.grantableIn(region)));
  }

  /** Lets the grantee write the replica of its own region. */
  public grantWriteData(grantee: IMultiRegionGrantable): void {
    this.replicas.forEach((replica, region) => allowWriting(replica, grantee.grantableIn(region)));
  }

  /** Lets the grantee read and write the replica of its own region, and read the replica's indexes. */
  public grantReadWriteData(grantee: IMultiRegionGrantable): void {
    this.replicas.forEach((replica, region) => allowReadingAndWriting(replica, grantee.grantableIn(region)));
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
   *   `detectConflicts` tells of those.
   * - REMOVE by the region that the removed image names, wherever the item was deleted or expired. A region that had an older image when the item was
   *   removed publishes that removal as well; and an item that another region removes and makes again at once may be seen as modified only.
   *
   * An event's detail has `idempotencyKey`, the same however often the event is published; `change`; `table`; and `dynamodb`, which is what the stream
   * says of the change: `ApproximateCreationDateTime`, `Keys`, `NewImage` if the item is there now, and `OldImage` if it was there before. Each is
   * published at least once, and usually in the order of the item's changes, though EventBridge promises none.
   *
   * When a region dies, its last changes are published when it is back, within `maxRecordAge`; the items that they made may be in other regions
   * before. A change that cannot be published is tried again while those behind it in its shard wait, then given up: the region's `DeadLetters` get
   * its place in the stream, which has it for 24 hours, and not the change itself, so it cannot be redriven.
   *
   * Per region: a pipe, billed by the changes that it publishes, its log, and two alarms of about 0.10 USD a month each. EventBridge bills each event
   * once more. AWS advises one reader for the stream of a global table, so a second one gives a warning.
   *
   * Throws if the bus or the enrichment is of another system, if the detail type is published already, or if an option is out of its range.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-dynamodb.html
   */
  public publishChangesTo(bus: GlobalEventBus, options: PublishChangesOptions): void {
    const { system } = this.layout;
    const { enrichment } = options;
    this.layout.requireSameSystem('bus', bus);
    if (enrichment) {
      this.layout.requireSameSystem('enrichment', enrichment);
    }
    const settings = new PublishSettings(this, system.systemName, options);
    if (this.published.has(settings.slug)) {
      throw invalidProp(this, 'detailType', settings.detailType,
        'one that differs, in letters and digits, from those that this table publishes already');
    }
    this.published.add(settings.slug);
    this.addStreamReader();
    const logGroupName = `/aws/vendedlogs/pipes/${this.layout.physicalName(NameRule.TABLE)}-${settings.slug}`;
    this.replicas.forEach((replica, region) => publish(new Construct(replica.share, `Outbox-${settings.slug}`), {
      replica,
      settings,
      streamArn: this.streamArnIn(region),
      bus: bus.inRegion(region),
      enrichment: enrichment?.inRegion(region),
      givenUp: DeadLetters.of(system).inRegion(region),
      logGroupName,
    }));
  }

  /**
   * Counts writes of a region that another region's write replaced without having seen them, and keeps them if you like. Nothing else tells of them:
   * the last writer wins, silently.
   *
   * Every write sets an attribute to its own region. In each region, a function gets the records of that region's stream in which an image that names
   * another region replaced one that names this region. With a `versionAttribute`, a write is lost if the new version is not higher than the old one;
   * without, every such replacement counts, so that a change of owner is found. The region whose write was lost counts it, in the metric `LostWrites`
   * of the namespace `cdk-multi-region`, with the dimension `TableName`; an alarm goes off at the first.
   *
   * It cannot see: a write that a deletion replaced; a write without the attribute; with versions, a write that lost to a region that had meanwhile
   * written the item more often; and of several writes that DynamoDB replicates as one, all but the last. So zero does not prove that nothing was
   * lost.
   *
   * In a system of one region there is nothing to detect, and nothing is made. Else, per region: a function that runs when a region replaces
   * another's write, and its alarms, of about 0.40 USD a month together. AWS advises one reader for the stream of a global table, so a second one
   * gives a warning.
   *
   * Throws if it is called twice, if the queue is of another system, if an attribute's name is none, or if the table's consistency is STRONG, with
   * which no write is lost.
   *
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
   */
  public detectConflicts(options: DetectConflictsOptions = {}): void {
    const { regionAttribute = REGION_ATTRIBUTE, versionAttribute, losingImages } = options;
    if (this.consistency === TableConsistency.STRONG) {
      throw invalidProp(this, 'consistency', this.consistency,
        'EVENTUAL, because replication of a strongly consistent table loses no write');
    }
    requireAttribute(this, 'regionAttribute', regionAttribute);
    if (versionAttribute !== undefined) {
      requireAttribute(this, 'versionAttribute', versionAttribute);
    }
    if (losingImages) {
      this.layout.requireSameSystem('losingImages', losingImages);
    }
    if (this.node.tryFindChild('Conflicts')) {
      throw invalidProp(this, 'detectConflicts', 'called twice', 'once, because each call would count the same writes');
    }
    if (this.layout.system.regions.length === 1) {
      return;
    }
    const detector = new MultiRegionFunction(this, 'Conflicts', {
      description: `counts writes to ${this.tableName} that were lost to another region`,
      codePath: handlerBundle('global-table/detect-conflicts'),
      memorySize: 256,
      environment: {
        [TABLE_NAME]: this.tableName,
        [REGION_ATTRIBUTE_NAME]: regionAttribute,
        ...(versionAttribute && { [VERSION_ATTRIBUTE_NAME]: versionAttribute }),
      },
    });
    losingImages?.grantSendMessages(detector);
    const deadLetters = DeadLetters.of(this.layout.system);
    this.addStreamReader();
    this.replicas.forEach((replica, region) => {
      if (losingImages) {
        detector._addEnvironmentIn(region, LOSING_IMAGES_URL, losingImages.inRegion(region).queueUrl);
      }
      detect({
        replica,
        regionAttribute,
        streamArn: this.streamArnIn(region),
        detector: detector.inRegion(region),
        givenUp: deadLetters.inRegion(region),
      });
    });
  }

  /** How many read capacity units one region's replica consumed, over a minute by default; throws if it is not a region of the system. */
  public metricConsumedReadCapacityUnits(ofRegion: string, options?: MetricOptions): Metric {
    return tableMetricIn(this, this.tableName, ofRegion, 'ConsumedReadCapacityUnits', options);
  }

  /** How many write capacity units one region's replica consumed, over a minute by default, those of replication included; throws if it is not a region of the system. */
  public metricConsumedWriteCapacityUnits(ofRegion: string, options?: MetricOptions): Metric {
    return tableMetricIn(this, this.tableName, ofRegion, 'ConsumedWriteCapacityUnits', options);
  }

  /** How many reads of one region's replica were throttled, over a minute by default, those of its indexes left out; throws if it is not a region of the system. */
  public metricReadThrottleEvents(ofRegion: string, options?: MetricOptions): Metric {
    return tableMetricIn(this, this.tableName, ofRegion, 'ReadThrottleEvents', options);
  }

  /** How many writes of one region's replica were throttled, over a minute by default, those of its indexes left out; throws if it is not a region of the system. */
  public metricWriteThrottleEvents(ofRegion: string, options?: MetricOptions): Metric {
    return tableMetricIn(this, this.tableName, ofRegion, 'WriteThrottleEvents', options);
  }

  /** How many requests of one kind to one region's replica had anything throttled, over a minute by default; throws if it is not a region of the system. */
  public metricThrottledRequests(ofRegion: string, operation: Operation, options?: MetricOptions): Metric {
    return tableMetricIn(this, this.tableName, ofRegion, 'ThrottledRequests', options, { Operation: operation });
  }

  /** How many requests of one kind to one region's replica DynamoDB itself failed at, over a minute by default; throws if it is not a region of the system. */
  public metricSystemErrors(ofRegion: string, operation: Operation, options?: MetricOptions): Metric {
    return tableMetricIn(this, this.tableName, ofRegion, 'SystemErrors', options, { Operation: operation });
  }

  /** How long successful requests of one kind to one region's replica took, in milliseconds, on average over a minute by default; throws if it is not a region of the system. */
  public metricSuccessfulRequestLatency(ofRegion: string, operation: Operation, options?: MetricOptions): Metric {
    return tableMetricIn(this, this.tableName, ofRegion, 'SuccessfulRequestLatency', options, { Operation: operation });
  }

  /**
   * How late a region gets what another one wrote, in milliseconds, on average over a minute by default. A strongly consistent table has none.
   *
   * Throws if the two are not different regions of the system.
   */
  public metricReplicationLatency(ofRegion: string, receivingRegion: string, options?: MetricOptions): Metric {
    requirePeer(this, ofRegion, 'receivingRegion', receivingRegion);
    return tableMetricIn(this, this.tableName, ofRegion, 'ReplicationLatency', options, { ReceivingRegion: receivingRegion });
  }

  /** How many writes of one region were lost to another's, over a minute by default, no data without `detectConflicts`; throws if it is not a region of the system. */
  public metricLostWrites(ofRegion: string, options?: MetricOptions): Metric {
    return lostWritesIn(this, ofRegion, options);
  }

  /** Replication of an eventually consistent table reads its streams as well. */
  private addStreamReader(): void {
    this.streamReaders++;
    if (this.streamReaders > (this._replicatesLater ? 1 : 2)) {
      Validations.of(this).addWarning('cdk-multi-region:streamReaders',
        `${this.tableName} has more readers of its stream than AWS advises (one for a global table, two for others): when much is written, `
        + 'DynamoDB throttles them, and they lag. Publish all changes as one detail type, or detect conflicts only where two regions may write an item');
    }
  }
}
