import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from '../system/acknowledge';
import { AlarmSet } from '../system/alarm-set';
import { encryptQueue } from '../system/queue-encryption';
import { queueMetric } from '../system/queue-metrics';
import { RegionalScope } from '../system/regional-scope';
import { removalPolicyOf } from '../system/removal';

export interface DeadLetterQueueProps {
  /** The content of the queue, for the alarm's description. */
  readonly holds: string;
  /** The queue's name: what is in it is drawn in other regions as well. */
  readonly queueName: string;
  readonly scope: RegionalScope;
  readonly alarms: AlarmSet<'deadLetters'>;
}

/** An encrypted, TLS-only queue for what could not be delivered, with an alarm as soon as it holds anything. It stays when its stack is deleted: see adr.md. */
export class DeadLetterQueue extends Construct {
  public readonly queue: Queue;

  constructor(scope: Construct, id: string, props: DeadLetterQueueProps) {
    super(scope, id);
    const queue = encryptQueue(new Queue(this, 'Queue', {
      queueName: props.queueName,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14), // SQS's longest: time to find out, fix and redrive
      removalPolicy: removalPolicyOf(this),
    }), props.scope.queueKey);
    const isTheEnd = 'this is the dead-letter queue itself: where it ends, a person looks, notified by the alarm on its depth';
    acknowledge(
      queue,
      { id: 'AwsSolutions-SQS3', reason: isTheEnd },
      { id: 'Serverless-SQSRedrivePolicy', reason: isTheEnd },
    );
    props.alarms.add(this, 'deadLetters', {
      description: `${props.holds} (${props.scope.region}). Check a message's attributes for the cause, fix it, then redrive the queue.`,
      metric: props.scope.metric(queueMetric(props.queueName, 'ApproximateNumberOfMessagesVisible')),
      threshold: 1,
    });
    this.queue = queue;
  }
}
