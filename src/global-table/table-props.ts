import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  Attribute, Billing, ContributorInsightsSpecification, GlobalSecondaryIndexPropsV2, LocalSecondaryIndexProps, TableClass, WarmThroughput,
} from 'aws-cdk-lib/aws-dynamodb';
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { TableAlarmSettings } from './table-alarm-settings';
import { TableConsistency } from './table-consistency';

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
