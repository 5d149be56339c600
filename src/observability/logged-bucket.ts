import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, BucketProps, CfnBucket, LifecycleRule, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge, regulatoryAcknowledgments } from '../system/acknowledge';
import { removalPolicyOf } from '../system/removal';

export interface LoggedBucketProps {
  readonly key: IKey;
  /** Indicates whether S3 asks KMS once for many objects rather than for each; whoever writes must then be allowed to decrypt as well. */
  readonly bucketKeyEnabled: boolean;
  readonly lifecycleRules: LifecycleRule[];
  /** The prefix of the access logs' names. */
  readonly logPrefix: string;
  /** The retention of the access logs. */
  readonly logRetention: Duration;
  /** The reason why no other bucket has a copy, for who checks compliance. */
  readonly notReplicated: string;
  /** Indicates whether the access logs are versioned as well: S3 never writes one twice, but somebody might. */
  readonly versionedLogs: boolean;
}

/**
 * Creates a bucket, encrypted with a key of the caller's, that keeps old versions; and one for its access logs. Both by TLS only, closed to the
 * public, and left when their stack is deleted.
 */
export function loggedBucket(scope: Construct, props: LoggedBucketProps): Bucket {
  const common: BucketProps = {
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: removalPolicyOf(scope),
  };
  const logs = new Bucket(scope, 'AccessLogs', {
    ...common,
    encryption: BucketEncryption.S3_MANAGED, // S3 cannot write access logs to a bucket with another kind
    versioned: props.versionedLogs || undefined,
    lifecycleRules: [{ expiration: props.logRetention, noncurrentVersionExpiration: props.versionedLogs ? Duration.days(1) : undefined }],
  });
  acknowledge(logs, ...regulatoryAcknowledgments('S3DefaultEncryptionKMS', 'S3 delivers access logs to buckets that it encrypts with its own keys, and to no others'));
  const bucket = new Bucket(scope, 'Bucket', {
    ...common,
    encryption: BucketEncryption.KMS,
    encryptionKey: props.key,
    bucketKeyEnabled: props.bucketKeyEnabled,
    versioned: true,
    lifecycleRules: props.lifecycleRules,
  });
  // Not serverAccessLogsBucket, which writes an ACL or a policy as a feature flag says
  (bucket.node.defaultChild as CfnBucket).loggingConfiguration = { destinationBucketName: logs.bucketName, logFilePrefix: props.logPrefix };
  logs.addToResourcePolicy(new PolicyStatement({
    principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
    actions: ['s3:PutObject'],
    resources: [logs.arnForObjects(`${props.logPrefix}*`)],
    conditions: { ArnLike: { 'aws:SourceArn': bucket.bucketArn }, StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  }));
  [bucket, logs].forEach(each => acknowledge(each, ...regulatoryAcknowledgments('S3BucketReplicationEnabled', props.notReplicated)));
  return bucket;
}
