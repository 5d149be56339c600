import { Duration, Stack } from 'aws-cdk-lib';
import { IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import { watch } from './alarms';

export interface DeadLetterQueueProps {
  /** What ends up here, for the alarm's description. */
  readonly holds: string;
  /** The queue's name: what is in it is drawn in other regions as well. */
  readonly queueName: string;
}

/** An encrypted, TLS-only queue for what could not be delivered, with an alarm as soon as it holds anything. */
export class DeadLetterQueue extends Construct {
  public readonly queue: IQueue;

  constructor(scope: Construct, id: string, props: DeadLetterQueueProps) {
    super(scope, id);
    const queue = new Queue(this, 'Queue', {
      queueName: props.queueName,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14), // SQS's longest: time to find out, fix and redrive
    });
    const isTheEnd = 'this is the dead-letter queue itself: where it ends, a person looks, called by the alarm on its depth';
    acknowledge(
      queue,
      { id: 'AwsSolutions-SQS3', reason: isTheEnd },
      { id: 'Serverless-SQSRedrivePolicy', reason: isTheEnd },
    );
    watch(this, 'DeadLetters', {
      description: `${props.holds} (${Stack.of(this).region}). Look at a message for the cause, mend it, then start a redrive of the queue.`,
      metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'Maximum' }),
      threshold: 1,
    });
    this.queue = queue;
  }
}
