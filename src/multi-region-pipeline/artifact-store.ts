import { Duration, Stack } from 'aws-cdk-lib';
import { IKey, Key } from 'aws-cdk-lib/aws-kms';
import { CfnBucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct, IConstruct } from 'constructs';
import { loggedBucket } from '../observability/logged-bucket';
import { acknowledge } from '../system/acknowledge';
import { letLogsUse } from '../system/log-encryption';
import { removalPolicyOf } from '../system/removal';

export interface ArtifactStoreProps {
  readonly retention: Duration;
  /** Indicates whether logs are encrypted with the key as well, and versions of access logs kept. */
  readonly isStrict: boolean;
  /** The user's key, which then encrypts logs as well. */
  readonly keyArn?: string;
}

/** The store of what passes between the actions of a pipeline: a bucket and a key of its own, in its region. */
export class ArtifactStore extends Construct {
  public readonly bucket: IBucket;
  public readonly key: IKey;
  /** The same key, if it encrypts the pipeline's logs as well. */
  public readonly logKey?: IKey;

  constructor(scope: Construct, id: string, { retention, isStrict, keyArn }: ArtifactStoreProps) {
    super(scope, id);
    this.key = keyArn !== undefined ? Key.fromKeyArn(this, 'Key', keyArn) : new Key(this, 'Key', {
      description: 'artifacts of the deployment pipeline',
      enableKeyRotation: true,
      removalPolicy: removalPolicyOf(this),
    });
    this.bucket = loggedBucket(this, {
      key: this.key,
      bucketKeyEnabled: true,
      lifecycleRules: [{
        expiration: retention,
        noncurrentVersionExpiration: Duration.days(30),
        abortIncompleteMultipartUploadAfter: Duration.days(7),
      }],
      logPrefix: 'artifacts/',
      logRetention: Duration.days(90),
      notReplicated: 'artifacts are made of the source again; the standby pipeline has a bucket of its own, and builds for itself',
      versionedLogs: isStrict,
    });
    if (isStrict || keyArn !== undefined) {
      letLogsUse(this.key, '*');
      this.logKey = this.key;
    }
  }
  /** Acknowledges that a role may use all artifacts. */
  public acknowledgeObjects(role: IConstruct): void {
    acknowledge(role, {
      id: `AwsSolutions-IAM5[Resource::<${Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket)}.Arn>/*]`,
      reason: 'CodePipeline names the artifacts itself; the bucket holds those of this pipeline only',
    });
  }
}
