import { CfnOutput, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { CfnTrail, InsightType, ReadWriteType } from 'aws-cdk-lib/aws-cloudtrail';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { auditLog } from './audit-log';
import { AuditStore } from './audit-store';
import { EventSelectors } from './event-selectors';
import { IAuditTrail } from './i-audit-trail';
import { ImportedAuditTrail, requireOnlyTrail } from './imported-audit-trail';
import { watchTrail } from './trail-watch';
import { IGlobalTable } from '../global-table/i-global-table';
import { ComplianceMode } from '../system/compliance-mode';
import { requireKeyArns } from '../system/encryption-keys';
import { invalidProp } from '../system/errors';
import { Layout } from '../system/layout';
import { NameRule } from '../system/names';
import { requireRetention } from '../system/ranges';

/** Properties of an `AuditTrail`. */
export interface AuditTrailProps {
  /**
   * The management events that are recorded: calls that read or change resources, of all regions and of global services.
   *
   * The first copy of each in an account is free; if there is another trail, 2.00 USD for 100,000 events. `ReadWriteType.NONE`, for an account that the
   * organization's trail records already, records the data events only: evacuations and decisions about takeovers without any further property.
   *
   * @default ReadWriteType.ALL
   * @see https://aws.amazon.com/cloudtrail/pricing/
   */
  readonly managementEvents?: ReadWriteType;

  /**
   * The tables whose items are watched: who read or wrote which item, in every region, by key and without the rest of the item. 0.10 USD for 100,000
   * events, on top of what DynamoDB costs; a busy table makes more of them than all else together.
   *
   * The control table (`EvacuationSwitch.of(system).controlTable`) and ledgers (`workflow.ledgerTable`) need not be here: what people write to them is recorded anyway. Those that are here are recorded as
   * `dataEventsType` says, a ledger with all that the workflow's own functions do, and what people write to them is recorded in any case.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/logging-using-cloudtrail.html
   */
  readonly dataEvents?: IGlobalTable[];

  /**
   * The kind of data events that are recorded of `dataEvents`: who changes items, who reads them, or both.
   *
   * @default ReadWriteType.ALL
   */
  readonly dataEventsType?: ReadWriteType;

  /**
   * The unusual activity that CloudTrail looks for in the management events, compared with the weeks before. 0.35 USD for each type and 100,000 events looked at.
   *
   * @default - nothing
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-insights-events-with-cloudtrail.html
   */
  readonly insightTypes?: InsightType[];

  /**
   * The retention of the log files, in whole days. Versions that are deleted or overwritten before stay for 90 days more.
   *
   * @default Duration.days(365)
   */
  readonly retention?: Duration;

  /**
   * The age at which the log files move to S3 Glacier Instant Retrieval, in whole days: storage costs about a fifth, reading more. S3 leaves files of less
   * than 128 KB where they are.
   *
   * @default Duration.days(90)
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
   */
  readonly archiveAfter?: Duration;

  /**
   * The retention of the access logs of the bucket, in whole days: who read or changed the log files.
   *
   * @default Duration.days(365)
   */
  readonly accessLogRetention?: Duration;

  /**
   * The retention of events in CloudWatch Logs, where they can be searched within minutes and alarms can be made of them. Billed by the size of the
   * events, about 0.50 USD a GB.
   *
   * @default - a year with ComplianceMode.STRICT; else events are not sent to CloudWatch Logs
   */
  readonly cloudWatchLogsRetention?: RetentionDays;

  /**
   * The customer managed key that encrypts the log files, and the events in CloudWatch Logs: the ARN of a key of the primary region.
   *
   * Its policy must let CloudTrail use it for this trail, and CloudWatch Logs if events are sent there: [here](https://github.com/cdk-multi-region/cdk-multi-region/blob/main/docs/adopting/data.md#keys-of-your-own) is one. A trail whose key refuses it delivers no files.
   *
   * @default - a key of the trail's own, 1.00 USD a month
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
   */
  readonly encryptionKeyArn?: string;

  /**
   * Indicates whether the alarm topic of the primary region gets a notification when somebody stops, changes or deletes the trail, or changes its bucket's settings or its key.
   * A deployment that does so is notified of as well. It needs a trail that records management events: this one or another one of the account.
   *
   * @default true
   */
  readonly tellOfChanges?: boolean;
}

/**
 * A record of who did what in the account of a system: one CloudTrail trail for all regions, and for global services such as IAM and Route 53.
 *
 * In the global stack: the trail, with digests by which `aws cloudtrail validate-logs` finds out about changed or missing files; a bucket by TLS only,
 * encrypted with a key of its own, that keeps old versions and logs access; both are left when the stack is deleted. The trail is the account's rather
 * than the system's: of several systems in an account, let one have it, and let the others know of it by `fromTrailArn`.
 *
 * Recorded whatever the properties say, because each is a decision that people answer for: who evacuated a region or took that back (writes to the control table of the `EvacuationSwitch`), and who forced or
 * forbade a takeover (writes to the ledger of a `ReplicatedWorkflow` by anybody but the workflow's own functions). Those are data events, a few a year, at 0.10 USD for 100,000. They contain the item's key, and
 * not its other attributes.
 *
 * The first copy of management events is free. There remain the key, 1.00 USD a month, and storage, which for most accounts is below 3 USD a month.
 *
 * When the primary region fails, CloudTrail goes on in the others, and tries for 30 days to deliver their files to the bucket. Until it can, each region
 * shows its own management events of the last 90 days in its event history. The trail cannot be changed until the region is back.
 *
 * Throws if the system has an audit trail already, if nothing is to be recorded (at synthesis, because a switch or a workflow may still come), or if a duration or a table is not acceptable.
 *
 * An example, what it defines, what it costs, and its limits: [observability](https://github.com/cdk-multi-region/cdk-multi-region/blob/main/docs/constructs/observability.md).
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html
 */
export class AuditTrail extends Construct implements IAuditTrail {
  /**
   * Imports a trail that something else made and that records the system's account, such as the organization's. Nothing is created; the global stack's outputs
   * name the trail.
   *
   * Its settings are its owner's: only they can add data events of tables. So it does not record by itself who evacuated a region, or who forced or forbade a takeover; a warning at synthesis says so
   * (`cdk-multi-region:decisionsNotRecorded`), to be acknowledged when the owner has added the writes to these tables. To record them yourself, and tables of yours, make an `AuditTrail` with
   * `managementEvents: ReadWriteType.NONE` instead.
   *
   * Throws if the ARN is not literal, not of a trail, or not of the system's partition, or if the system has an audit trail already.
   */
  public static fromTrailArn(scope: Construct, id: string, trailArn: string): IAuditTrail {
    return new ImportedAuditTrail(scope, id, trailArn);
  }

  /** The trail's ARN. It can be used in any stack. */
  public readonly trailArn: string;
  /** The trail's name. */
  public readonly trailName: string;
  /** The bucket that keeps the log files, for use in the global stack. */
  public readonly bucket: IBucket;
  /** The key that encrypts them, for use in the global stack: who reads the files must be allowed to decrypt. */
  public readonly encryptionKey: IKey;
  /** The log group, for use in the global stack; undefined if events are not sent to CloudWatch Logs. */
  public readonly logGroup?: ILogGroup;

  constructor(scope: Construct, id: string, props: AuditTrailProps = {}) {
    super(scope, id);
    const layout = Layout.of(this);
    const { system } = layout;
    requireOnlyTrail(this, system);
    const { managementEvents = ReadWriteType.ALL, dataEvents = [], dataEventsType = ReadWriteType.ALL, insightTypes = [] } = props;
    dataEvents.forEach(table => layout.requireSameSystem('dataEvents', table));
    if (dataEventsType === ReadWriteType.NONE) {
      throw invalidProp(this, 'dataEventsType', dataEventsType, 'ALL, READ_ONLY or WRITE_ONLY; to record no tables of yours, leave dataEvents out');
    }
    if (new Set(insightTypes.map(({ value }) => value)).size < insightTypes.length) {
      throw invalidProp(this, 'insightTypes', insightTypes.map(({ value }) => value), 'each type once');
    }
    if (insightTypes.length > 0 && managementEvents !== ReadWriteType.ALL) {
      throw invalidProp(this, 'insightTypes', insightTypes.map(({ value }) => value), 'none unless managementEvents is ALL, because CloudTrail looks for them in those');
    }
    requireRetention(this, 'cloudWatchLogsRetention', props.cloudWatchLogsRetention);
    const { encryptionKeyArn: keyArn } = props;
    if (keyArn !== undefined) requireKeyArns(this, 'encryptionKeyArn', [system.primaryRegion], { [system.primaryRegion]: keyArn });
    const selectors = new EventSelectors(this, system, { managementEvents, dataEvents, dataEventsType });
    this.node.addValidation({ validate: () => selectors.faults() });

    this.trailName = layout.physicalName(NameRule.TRAIL);
    const part = layout.global;
    this.trailArn = Stack.of(part).formatArn({ service: 'cloudtrail', resource: 'trail', resourceName: this.trailName });
    const store = new AuditStore(part, 'Store', {
      owner: this,
      trailArn: this.trailArn,
      retention: props.retention ?? Duration.days(365),
      archiveAfter: props.archiveAfter ?? Duration.days(90),
      accessLogRetention: props.accessLogRetention ?? Duration.days(365),
      keyArn,
    });
    this.bucket = store.bucket;
    this.encryptionKey = store.key;
    requireRetention(this, 'cloudWatchLogsRetention', props.cloudWatchLogsRetention);
    const retention = props.cloudWatchLogsRetention ?? (system.compliance === ComplianceMode.STRICT ? RetentionDays.ONE_YEAR : undefined);
    const log = retention && auditLog(part, { key: store.key, logGroupName: `/aws/cloudtrail/${this.trailName}`, retention });
    this.logGroup = log?.logGroup;

    const trail = new CfnTrail(part, 'Trail', {
      trailName: this.trailName,
      isLogging: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      s3BucketName: store.bucket.bucketName,
      kmsKeyId: store.key.keyArn,
      cloudWatchLogsLogGroupArn: log?.logGroup.logGroupArn,
      cloudWatchLogsRoleArn: log?.role.roleArn,
      // at synthesis, because the switch and workflows may be made after the trail
      advancedEventSelectors: Lazy.any({ produce: () => selectors.all() }),
      insightSelectors: insightTypes.length === 0 ? undefined : insightTypes.map(({ value }) => ({ insightType: value })),
    });
    // CloudTrail tries, when the trail is made, whether it may write
    trail.node.addDependency(store);
    new CfnOutput(part, 'TrailArn', { value: this.trailArn, description: 'records who did what in this account' });
    if (props.tellOfChanges ?? true) {
      watchTrail(part, { system, trailName: this.trailName, trailArn: this.trailArn, bucket: store.bucket, key: store.key });
    }
  }
}
