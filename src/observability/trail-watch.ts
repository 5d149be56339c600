import { Stack } from 'aws-cdk-lib';
import { EventField, Rule } from 'aws-cdk-lib/aws-events';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { NotificationTarget } from './notification-target';
import { MultiRegionSystem } from '../system/multi-region-system';

export interface WatchedTrail {
  readonly system: MultiRegionSystem;
  readonly trailName: string;
  readonly trailArn: string;
  readonly bucket: IBucket;
  readonly key: IKey;
}

/**
 * Notifies the alarm topic of the primary region when somebody changes what is recorded, or where it is kept. All of that can be done in this region only.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export function watchTrail(scope: Construct, { system, trailName, trailArn, bucket, key }: WatchedTrail): void {
  system.alarmTopicIn(system.primaryRegion);
  // by name, because the topic is in the regional stack
  const topicArn = Stack.of(scope).formatArn({ service: 'sns', resource: system.alarmTopicName });
  const trail = [trailName, trailArn];
  const field = (name: string) => EventField.fromPath(`$.detail.${name}`);
  new Rule(scope, 'Changes', {
    description: `notifies of changes to what ${trailName} records or where it is kept`,
    eventPattern: {
      source: ['aws.cloudtrail', 'aws.s3', 'aws.kms'],
      detailType: ['AWS API Call via CloudTrail'],
      detail: {
        $or: [
          { eventName: ['StopLogging', 'DeleteTrail', 'UpdateTrail'], requestParameters: { name: trail } },
          { eventName: ['PutEventSelectors', 'PutInsightSelectors'], requestParameters: { trailName: trail } },
          { eventName: [{ prefix: 'PutBucket' }, { prefix: 'DeleteBucket' }], requestParameters: { bucketName: [bucket.bucketName] } },
          { eventName: ['DisableKey', 'ScheduleKeyDeletion', 'PutKeyPolicy'], requestParameters: { keyId: [key.keyId, key.keyArn] } },
        ],
      },
    },
    targets: [new NotificationTarget(scope, Topic.fromTopicArn(scope, 'AlarmTopic', topicArn)).of(
      `${trailName} in ${EventField.fromPath('$.region')}: ${field('eventName')} by ${field('userIdentity.arn')} from ${field('sourceIPAddress')}. `
        + 'What is recorded, or where it is kept, has changed: if it was none of your deployments, treat it as an incident.',
    )],
  });
}
