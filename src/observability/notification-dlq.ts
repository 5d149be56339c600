import { Duration } from 'aws-cdk-lib';
import { IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from '../system/acknowledge';

/**
 * What a topic for people did not take, because it is gone or its policy does not allow it. Its depth is a metric; an alarm on it would have nobody to
 * call but that topic.
 */
export function untoldQueue(scope: Construct): IQueue {
  const queue = new Queue(scope, 'Untold', { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) });
  const isTheEnd = 'this is the dead-letter queue itself, of messages for people: they are late already';
  acknowledge(queue, { id: 'AwsSolutions-SQS3', reason: isTheEnd }, { id: 'Serverless-SQSRedrivePolicy', reason: isTheEnd });
  return queue;
}
