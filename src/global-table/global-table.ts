import { Billing, MultiRegionConsistency, StreamViewType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { DYNAMODB_TABLEV2_RESOURCE_POLICY_PER_REPLICA } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import { GlobalTableAttributes } from './global-table-attributes';
import { GlobalTableBase } from './global-table-base';
import { IGlobalTable } from './i-global-table';
import { ImportedGlobalTable } from './imported-global-table';
import { makeTablesLast } from './made-last';
import { requireConsistency } from './region-sets';
import { TableConsistency } from './table-consistency';
import { requireTable } from './table-limits';
import { GlobalTableProps } from './table-props';
import { Layout } from '../system/layout';
import { isDeletable, removalPolicyOf } from '../system/removal';

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
 * An example, what it defines, what it costs, and its limits: [global table](https://github.com/cdk-multi-region/cdk-multi-region/blob/main/docs/constructs/global-table.md).
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
    requireTable(this, props, system.regions);
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

  private encryptionOf(scope: Construct, primaryRegion: string, arns?: { [region: string]: string }): TableEncryptionV2 | undefined {
    if (!arns) {
      return undefined;
    }
    const { [primaryRegion]: primary, ...others } = arns;
    return TableEncryptionV2.customerManagedKey(Key.fromKeyArn(scope, 'Key', primary), others);
  }
}
