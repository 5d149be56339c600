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
 * The message names the principal by its id, with the name of its session, and not by its ARN: the path of a user may hold a quotation mark, which would make the message one that nobody gets to see.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
 */
export function watchTrail(scope: Construct, { system, trailName, trailArn, bucket, key }: WatchedTrail): void {
  system.alarmTopicIn(system.primaryRegion);
  // by name, because the topic is in the regional stack
  const topicArn = Stack.of(scope).formatArn({ service: 'sns', resource: system.alarmTopicName });
  const trail = [trailName, trailArn];
  const target = new NotificationTarget(scope, Topic.fromTopicArn(scope, 'AlarmTopic', topicArn));
  const region = EventField.fromPath('$.region');
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
    targets: [target.of({
      title: `The audit trail ${trailName} was changed, or its bucket or key`,
      description: `${field('eventName')} in ${region}, by ${field('userIdentity.principalId')} of the account ${field('userIdentity.accountId')}, from ${field('sourceIPAddress')}. `
        + `It changes what ${trailName} records, or where that is kept. If it was none of your deployments, treat it as an incident.`,
      nextSteps: [
        `See what was changed, and by whom: \`aws cloudtrail lookup-events --region ${region} --lookup-attributes AttributeKey=EventId,AttributeValue=${field('eventID')}\``,
        `See whether the trail still records: \`aws cloudtrail get-trail-status --region ${region} --name ${trailName}\`. If not: \`aws cloudtrail start-logging\`, with the same options.`,
      ],
      eventType: 'AuditTrailChange',
      relatedResources: [trailArn],
    })],
  });
}
