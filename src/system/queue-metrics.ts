import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { MetricSource } from './metrics';

/**
 * Returns the messages that a queue holds, or the age of its oldest, in seconds.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export function queueMetric(queueName: string, metricName: 'ApproximateNumberOfMessagesVisible' | 'ApproximateAgeOfOldestMessage'): MetricSource {
  return { namespace: 'AWS/SQS', metricName, dimensionsMap: { QueueName: queueName }, statistic: Stats.MAXIMUM };
}
