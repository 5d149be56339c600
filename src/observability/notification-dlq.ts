import { Duration } from 'aws-cdk-lib';
import { IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from '../system/acknowledge';

/**
 * Creates a dead-letter queue for notifications that a topic did not take, because it is gone or its policy does not allow it. There is no alarm on its depth, which could notify
 * only that topic.
 */
export function notificationDlq(scope: Construct): IQueue {
  const queue = new Queue(scope, 'NotificationDlq', { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) });
  const isTheEnd = 'this is the dead-letter queue itself, of messages for people: they are late already';
  acknowledge(queue, { id: 'AwsSolutions-SQS3', reason: isTheEnd }, { id: 'Serverless-SQSRedrivePolicy', reason: isTheEnd });
  return queue;
}
