import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey, Key } from 'aws-cdk-lib/aws-kms';
import { IBucket, StorageClass } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { loggedBucket } from './logged-bucket';
import { ComplianceMode } from '../system/compliance-mode';
import { invalidProp } from '../system/errors';
import { MultiRegionSystem } from '../system/multi-region-system';
import { requireDuration } from '../system/ranges';
import { removalPolicyOf } from '../system/removal';

/** S3's longest: the largest integer of 32 bits. */
const MOST_DAYS = Duration.days(2_147_483_647);

export interface AuditStoreProps {
  /** The construct that owns these props, for errors. */
  readonly owner: Construct;
  readonly trailArn: string;
  readonly retention: Duration;
  readonly archiveAfter: Duration;
  readonly accessLogRetention: Duration;
  /** The user's key. */
  readonly keyArn?: string;
}

/** The store of a trail's log files: a bucket and a key that serve this trail, and no other of whatever account. */
export class AuditStore extends Construct {
  public readonly bucket: IBucket;
  public readonly key: IKey;

  constructor(scope: Construct, id: string, props: AuditStoreProps) {
    super(scope, id);
    const { trailArn, retention, archiveAfter } = props;
    for (const prop of ['retention', 'archiveAfter', 'accessLogRetention'] as const) {
      requireDuration(props.owner, prop, props[prop], 'days', Duration.days(1), MOST_DAYS);
    }
    if (archiveAfter.toDays() >= retention.toDays()) {
      throw invalidProp(props.owner, 'archiveAfter', archiveAfter.toHumanString(), `less than the retention, ${retention.toHumanString()}`);
    }
    this.key = props.keyArn === undefined
      ? new Key(this, 'Key', { description: 'audit log files', enableKeyRotation: true, removalPolicy: removalPolicyOf(this) })
      : Key.fromKeyArn(this, 'Key', props.keyArn);
    this.bucket = loggedBucket(this, {
      key: this.key,
      // a file every few minutes and region: what it would save is less than the wider permission is worth
      bucketKeyEnabled: false,
      lifecycleRules: [{
        expiration: retention,
        transitions: [{ storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: archiveAfter }],
        noncurrentVersionExpiration: Duration.days(90),
        abortIncompleteMultipartUploadAfter: Duration.days(7),
      }],
      logPrefix: 'audit/',
      logRetention: props.accessLogRetention,
      notReplicated: 'S3 replicates only to a bucket that is there before: one of another region would come later, in a regional stack, and the global stack is the first',
      versionedLogs: MultiRegionSystem.of(this).compliance === ComplianceMode.STRICT,
    });
    this.allowWriting(trailArn);
  }

  /**
   * Lets CloudTrail write as it asks for it, but for this one trail: it acts for whatever account names this bucket.
   *
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
   */
  private allowWriting(trailArn: string): void {
    const { account, partition } = Stack.of(this);
    const principals = [new ServicePrincipal('cloudtrail.amazonaws.com')];
    const forTrail = { 'aws:SourceArn': trailArn };
    this.bucket.addToResourcePolicy(new PolicyStatement({
      principals, actions: ['s3:GetBucketAcl'], resources: [this.bucket.bucketArn], conditions: { StringEquals: forTrail },
    }));
    this.bucket.addToResourcePolicy(new PolicyStatement({
      principals,
      actions: ['s3:PutObject'],
      resources: [this.bucket.arnForObjects(`AWSLogs/${account}/*`)],
      conditions: { StringEquals: { ...forTrail, 's3:x-amz-acl': 'bucket-owner-full-control' } },
    }));
    this.key.addToResourcePolicy(new PolicyStatement({
      principals,
      actions: ['kms:GenerateDataKey*'],
      resources: ['*'],
      conditions: {
        StringEquals: forTrail,
        // files are encrypted for the trail's copy in the region that they come from
        StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:${partition}:cloudtrail:*:${account}:trail/*` },
      },
    }));
    this.key.addToResourcePolicy(new PolicyStatement({ principals, actions: ['kms:DescribeKey'], resources: ['*'], conditions: { StringEquals: forTrail } }));
  }
}
