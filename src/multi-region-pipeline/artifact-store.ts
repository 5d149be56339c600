import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { IKey, Key } from 'aws-cdk-lib/aws-kms';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { loggedBucket } from '../private/logged-bucket';

/** What passes between the actions of a pipeline: a bucket and a key of its own, in its region. */
export class ArtifactStore extends Construct {
  public readonly bucket: IBucket;
  public readonly key: IKey;

  constructor(scope: Construct, id: string, retention: Duration) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'artifacts of the deployment pipeline',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
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
    });
  }
}
