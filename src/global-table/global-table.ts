import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Attribute, Billing, ITableV2, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { Layout, PerRegion } from '../private/layout';
import { IMultiRegionGrantable } from '../system';
import { NameRule } from '../system/names';

/** Properties of a `GlobalTable`. */
export interface GlobalTableProps {
  /** The partition key. It cannot be changed later. */
  readonly partitionKey: Attribute;

  /**
   * The sort key. It cannot be changed later.
   *
   * @default - none
   */
  readonly sortKey?: Attribute;

  /**
   * The attribute that holds the time, in seconds since 1970, after which an item may be deleted.
   *
   * @default - items do not expire
   */
  readonly timeToLiveAttribute?: string;

  /**
   * What happens to the table when the stack or the construct is deleted. Deletion protection is on either way.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A DynamoDB global table with a replica in every region of the system, each read and written locally.
 *
 * It is defined once, in the global stack: on demand, with point-in-time recovery, deletion protection, encryption at rest and a
 * stream in every replica. Changes replicate asynchronously, usually within a second, and without a guarantee: when a region dies, what it had not
 * sent yet appears when it comes back.
 *
 * **Two regions that write the same item at about the same time lose one of the writes, silently: the last writer wins, and a condition
 * is checked against the local replica only.** Let one region write an item, for instance the one that created it, or make the region a
 * part of the key.
 *
 * Every replica is billed for its storage, and every write once per region. Per region, one alarm for each peer watches
 * `ReplicationLatency`, about 0.10 USD a month each.
 *
 * Throws if the id gives a name that DynamoDB does not accept.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GlobalTables.html
 */
export class GlobalTable extends Construct {
  /** The name, equal in every region: a plain string for environment variables and substitutions. */
  public readonly tableName: string;

  private readonly layout: Layout;
  private readonly replicas: PerRegion<ITableV2>;

  constructor(scope: Construct, id: string, props: GlobalTableProps) {
    super(scope, id);
    this.layout = Layout.of(this);
    this.tableName = this.layout.physicalName(NameRule.TABLE);
    const { system } = this.layout;

    new TableV2(this.layout.globalShare, 'Table', {
      tableName: this.tableName,
      partitionKey: props.partitionKey,
      sortKey: props.sortKey,
      timeToLiveAttribute: props.timeToLiveAttribute,
      billing: Billing.onDemand(),
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
      replicas: system.peersOf(system.primaryRegion).map(region => ({ region })),
    });
    this.replicas = this.layout.perRegion((share, region) => {
      system.peersOf(region).forEach(peer => this.watchReplication(share, region, peer));
      // imported in the primary's regional stack as well: using the TableV2 object there would render an export
      return TableV2.fromTableName(share, 'Replica', this.tableName);
    });
  }

  /** The replica of one region; throws if it is not a region of the system. */
  public inRegion(region: string): ITableV2 {
    return this.replicas.in(region);
  }

  /** Lets the grantee read the replica of its own region. */
  public grantReadData(grantee: IMultiRegionGrantable): void {
    this.replicas.forEach((table, region) => table.grantReadData(grantee.grantableIn(region)));
  }

  /** Lets the grantee write the replica of its own region. */
  public grantWriteData(grantee: IMultiRegionGrantable): void {
    this.replicas.forEach((table, region) => table.grantWriteData(grantee.grantableIn(region)));
  }

  /** Lets the grantee read and write the replica of its own region. */
  public grantReadWriteData(grantee: IMultiRegionGrantable): void {
    this.replicas.forEach((table, region) => table.grantReadWriteData(grantee.grantableIn(region)));
  }

  private watchReplication(share: Construct, region: string, peer: string): void {
    new Alarm(share, `ReplicationLatency-${peer}`, {
      alarmDescription: `Changes to ${this.tableName} reach ${peer} from ${region} late. What ${region} has not sent is missing there until it has: `
        + 'look at the health of both regions before moving traffic.',
      metric: new Metric({
        namespace: 'AWS/DynamoDB',
        metricName: 'ReplicationLatency',
        dimensionsMap: { TableName: this.tableName, ReceivingRegion: peer },
        statistic: 'Average',
        period: Duration.minutes(1),
      }),
      threshold: Duration.minutes(1).toMilliseconds(),
      evaluationPeriods: 5,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING, // no writes, no metric
    });
  }
}
