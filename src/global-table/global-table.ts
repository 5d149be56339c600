import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  Attribute, Billing, ContributorInsightsSpecification, GlobalSecondaryIndexPropsV2, LocalSecondaryIndexProps, MultiRegionConsistency,
  StreamViewType, TableClass, TableEncryptionV2, TableV2, WarmThroughput,
} from 'aws-cdk-lib/aws-dynamodb';
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { DYNAMODB_TABLEV2_RESOURCE_POLICY_PER_REPLICA } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import { requireCapacity } from './capacity';
import { GlobalTableAttributes } from './global-table-attributes';
import { GlobalTableBase } from './global-table-base';
import { IGlobalTable } from './i-global-table';
import { ImportedGlobalTable } from './imported-global-table';
import { requireKeys } from './keys';
import { makeTablesLast } from './made-last';
import { requireConsistency } from './region-sets';
import { TableAlarmSettings } from './table-alarm-settings';
import { TableConsistency } from './table-consistency';
import { invalidProp, requireLiteral } from '../system/errors';
import { Layout } from '../system/layout';
import { requireDuration } from '../system/ranges';
import { requireRegions } from '../system/regions';
import { isDeletable, removalPolicyOf } from '../system/removal';

/** Properties of a `GlobalTable`. */
export interface GlobalTableProps {
  /** The partition key. It cannot be changed later. */
  readonly partitionKey: Attribute;

  /**
   * The name of the table in every region. Changing it replaces the table: the old one is kept, and the new one is empty.
   *
   * A table that exists has its name already: give it here, and take the table over with `cdk deploy --import-existing-resources`. Keys, local indexes and the stream must be as they are.
   *
   * @default - the system's name and the construct's id
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-bestpractices.html
   */
  readonly tableName?: string;

  /**
   * The sort key. It cannot be changed later.
   *
   * @default - none
   */
  readonly sortKey?: Attribute;

  /**
   * Indexes with keys of their own, up to 20. A deployment can add or remove one of an existing table. Each is billed like a table, in every region.
   *
   * @default - none
   */
  readonly globalSecondaryIndexes?: GlobalSecondaryIndexPropsV2[];

  /**
   * Indexes with the table's partition key and a sort key of their own, up to 5. They cannot be changed later.
   *
   * @default - none
   */
  readonly localSecondaryIndexes?: LocalSecondaryIndexProps[];

  /**
   * The attribute that holds the time, in seconds since 1970, after which an item may be deleted. One region deletes it, and replicates that.
   *
   * @default - items do not expire
   */
  readonly timeToLiveAttribute?: string;

  /**
   * The consistency of the replicas. It cannot be changed later.
   *
   * @default TableConsistency.EVENTUAL
   */
  readonly consistency?: TableConsistency;

  /**
   * The third region of a strongly consistent table in a system of two: it holds writes so that there is a majority, and serves nobody. It is not a
   * region of the system.
   *
   * @default - none: a strongly consistent table needs a system of three regions
   */
  readonly witnessRegion?: string;

  /**
   * The capacity mode, and the capacity that is billed. Every replica is billed for every write.
   *
   * @default Billing.onDemand()
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html
   */
  readonly billing?: Billing;

  /**
   * The reads and writes a second that every replica can take at once, without having to grow first. What is above DynamoDB's own initial values is
   * billed once per replica.
   *
   * @default - what DynamoDB has
   */
  readonly warmThroughput?: WarmThroughput;

  /**
   * The storage class of every replica.
   *
   * @default TableClass.STANDARD
   */
  readonly tableClass?: TableClass;

  /**
   * The customer managed keys that encrypt the replicas, by region: the ARN of a key of that region for each.
   *
   * Grants include what a key needs; its policy must allow that as well. A replica whose key cannot be used for 20 hours stops being part of the
   * global table.
   *
   * @default - keys that AWS owns
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-security.html
   */
  readonly encryptionKeyArns?: { [region: string]: string };

  /**
   * The resource policies of the replicas, by region, in addition to IAM policies: for other accounts, or to deny.
   *
   * CloudFormation cannot make a replica outside of the primary region and give it a policy in one deployment: add the policies of new regions in the
   * next.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html
   */
  readonly resourcePolicies?: { [region: string]: PolicyDocument };

  /**
   * The period over which every replica can be restored to any point in time, in whole days from 1 to 35. Backups are always on, and billed by the size of the table.
   *
   * @default Duration.days(35)
   */
  readonly recoveryPeriod?: Duration;

  /**
   * Contributor Insights of every replica: the keys that are accessed or throttled most. Billed by the event.
   *
   * @default - off
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/contributorinsights.html
   */
  readonly contributorInsightsSpecification?: ContributorInsightsSpecification;

  /**
   * The number of times that the replicas' streams were made anew: by restoring the table under its name, or by making it again.
   *
   * A stream that is made anew has another ARN. CloudFormation does not notice: what reads the old stream stays, and gets nothing. Raise this number and deploy: each region reads the ARN again, and the
   * readers are replaced. They begin with all that the new stream has, of up to 24 hours.
   *
   * @default 0
   */
  readonly streamRevision?: number;

  /**
   * Tags of every replica, beside those of the app.
   *
   * @default {}
   */
  readonly tags?: { [key: string]: string };

  /**
   * Indicates whether no replica can be deleted before this is turned off in a deployment of its own. Replicas of `retiringRegions` are never
   * protected.
   *
   * @default - true, unless the system is `deletable`
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-bestpractices.html
   */
  readonly deletionProtection?: boolean;

  /**
   * The fate of the table when the stack or the construct is deleted. A table that stayed is in the way of one of its name, unless that is deployed with `cdk deploy --import-existing-resources`.
   *
   * @default - RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, or DESTROY if the system is `deletable`
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Indicates whether there are alarms. Per region, one for each peer, three for the table, and two for each global secondary index, of about 0.10
   * USD a month each; the one on DynamoDB's own errors costs that for each operation that has any.
   *
   * @default true
   */
  readonly alarms?: boolean;

  /**
   * The settings of the alarms. Settings of an alarm that there is not stop the synthesis.
   *
   * @default - see each
   */
  readonly alarmSettings?: TableAlarmSettings;
}

/**
 * A DynamoDB global table with a replica in every region of the system, each read and written locally.
 *
 * It is defined once, in the global stack: on demand, with point-in-time recovery, deletion protection, encryption at rest and a
 * stream in every replica. Changes replicate asynchronously, usually within a second, and without a guarantee: when a region dies, what it had not
 * sent yet appears when it comes back. With `TableConsistency.STRONG`, a write waits for a second region instead, and nothing is lost.
 *
 * **Two regions that write the same item at about the same time lose one of the writes, silently: the last writer wins, and a condition
 * is checked against the local replica only.** Let one region write an item, for instance the one that created it, or make the region a
 * part of the key. `detectConflicts` counts writes that were lost; `publishChangesTo` makes changes events, and
 * `trigger.table` of a `ReplicatedWorkflow` starts a workflow for each new item.
 *
 * Every replica is billed for its storage, and every write once per region. Alarms watch replication to each peer, throttling, and DynamoDB's own
 * errors: see `alarms`.
 *
 * An existing table takes one new replica a deployment, so a system of more than two regions gives a warning that says how to get there.
 *
 * Throws if the id or `tableName` gives a name that DynamoDB does not accept, if the regions do not allow the consistency, if the consistency does not allow
 * something else or a region is retiring, if a key is missing or of another region, or if a period or a revision is out of range.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GlobalTables.html
 */
export class GlobalTable extends GlobalTableBase {
  /**
   * Returns a global table that something else made, such as another team's stack. It must have a replica in every region of the system, and a stream of new
   * and old images where its changes are used. Grants are of a table without indexes and with a key that AWS owns: see `fromTableAttributes`.
   *
   * Throws if the name is none.
   */
  public static fromTableName(scope: Construct, id: string, tableName: string): IGlobalTable {
    return GlobalTable.fromTableAttributes(scope, id, { tableName });
  }

  /**
   * Returns a global table that something else made, with its indexes, its keys and its streams, so that grants include what they must. It must have a replica in every region of the system, and a stream
   * of new and old images where its changes are used.
   *
   * Throws if the name is none, if a key or a stream is missing or of another region, or if a revision is none.
   */
  public static fromTableAttributes(scope: Construct, id: string, attributes: GlobalTableAttributes): IGlobalTable {
    return new ImportedGlobalTable(scope, id, attributes);
  }

  constructor(scope: Construct, id: string, props: GlobalTableProps) {
    super(scope, id, {
      tableName: props.tableName,
      keys: props,
      consistency: props.consistency ?? TableConsistency.EVENTUAL,
      globalIndexes: props.globalSecondaryIndexes?.map(index => index.indexName) ?? [],
      localIndexes: props.localSecondaryIndexes?.map(index => index.indexName) ?? [],
      encryptionKeyArns: props.encryptionKeyArns,
      streamRevision: props.streamRevision,
      alarms: props.alarms ?? true,
      alarmSettings: props.alarmSettings,
    });
    const { system, global } = Layout.of(this);
    requireConsistency(this, system.regions, system.retiringRegions, props);
    this.requireValid(props, system.regions);
    const isStrong = props.consistency === TableConsistency.STRONG;
    const tags = Object.entries(props.tags ?? {}).map(([key, value]) => ({ key, value }));
    // else the CDK would give the primary's policy to all
    global.node.setContext(DYNAMODB_TABLEV2_RESOURCE_POLICY_PER_REPLICA, true);

    new TableV2(global, 'Table', {
      tableName: this.tableName,
      partitionKey: props.partitionKey,
      sortKey: props.sortKey,
      globalSecondaryIndexes: props.globalSecondaryIndexes,
      localSecondaryIndexes: props.localSecondaryIndexes,
      timeToLiveAttribute: props.timeToLiveAttribute,
      multiRegionConsistency: isStrong ? MultiRegionConsistency.STRONG : undefined,
      witnessRegion: props.witnessRegion,
      billing: props.billing ?? Billing.onDemand(),
      warmThroughput: props.warmThroughput,
      tableClass: props.tableClass,
      encryption: this.encryptionOf(global, system.primaryRegion, props.encryptionKeyArns),
      // what replication needs; CloudFormation could not change it later
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: props.recoveryPeriod?.toDays() },
      contributorInsightsSpecification: props.contributorInsightsSpecification,
      deletionProtection: props.deletionProtection ?? !isDeletable(this),
      removalPolicy: props.removalPolicy ?? removalPolicyOf(this),
      resourcePolicy: props.resourcePolicies?.[system.primaryRegion],
      tags,
      replicas: system.peersOf(system.primaryRegion).map(region => ({
        region, resourcePolicy: props.resourcePolicies?.[region], tags, ...(system.retiringRegions.includes(region) && { deletionProtection: false }),
      })),
    });
    makeTablesLast(system.globalStack);
    if (!isStrong && system.regions.length > 2) {
      system._notify('warning', system, 'cdk-multi-region:oneReplicaPerDeployment', `a global table that exists takes one new replica a deployment: when ${system.node.path} grows by more than one region, deploy it with one `
        + 'more in secondaryRegions, wait until the tables have their replicas, then with the next. A table that is new takes any number. '
        + 'Acknowledge this when all regions are deployed');
    }
    if (system.retiringRegions.length > 1) {
      system._notify('warning', system, 'cdk-multi-region:oneReplicaLeavesPerDeployment', `a global table loses one replica a deployment: take ${system.retiringRegions.join(', ')} out of secondaryRegions of `
        + `${system.node.path} one after the other, each by a deployment, when their stacks are deleted`);
    }
  }

  private requireValid(props: GlobalTableProps, regions: string[]): void {
    const { recoveryPeriod, resourcePolicies = {}, timeToLiveAttribute, localSecondaryIndexes = [], sortKey } = props;
    requireDuration(this, 'recoveryPeriod', recoveryPeriod, 'days', Duration.days(1), Duration.days(35));
    if (timeToLiveAttribute !== undefined) requireLiteral(this, 'timeToLiveAttribute', timeToLiveAttribute, /^[^]{1,255}$/, 'the name of an attribute, 1 to 255 characters');
    if (localSecondaryIndexes.length > 0 && sortKey === undefined) {
      throw invalidProp(this, 'localSecondaryIndexes', localSecondaryIndexes.map(({ indexName }) => indexName), 'none unless the table has a sortKey');
    }
    requireKeys(this, props);
    requireCapacity(this, props);
    if (props.removalPolicy === RemovalPolicy.SNAPSHOT) {
      throw invalidProp(this, 'removalPolicy', props.removalPolicy, 'any but SNAPSHOT, which CloudFormation does not have for tables; recoveryPeriod keeps backups');
    }
    requireRegions(this, 'resourcePolicies', regions, resourcePolicies);
    const empty = Object.keys(resourcePolicies).find(region => resourcePolicies[region].isEmpty);
    if (empty !== undefined) {
      throw invalidProp(this, 'resourcePolicies', `${empty}, without a statement`, 'policies with a statement, or leave the region out');
    }
  }

  private encryptionOf(scope: Construct, primaryRegion: string, arns?: { [region: string]: string }): TableEncryptionV2 | undefined {
    if (!arns) {
      return undefined;
    }
    const { [primaryRegion]: primary, ...others } = arns;
    return TableEncryptionV2.customerManagedKey(Key.fromKeyArn(scope, 'Key', primary), others);
  }
}
