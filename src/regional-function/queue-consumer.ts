import { IGrantable, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledge } from '../system/acknowledge';

export interface QueueConsumerProps {
  readonly queueArn: string;
  /**
   * The same, as the function's role may name it.
   *
   * @default - queueArn
   */
  readonly grantedArn?: string;
  /** The ARN of the alias that consumes. */
  readonly functionArn: string;
  /** The function's role. */
  readonly role: IGrantable;
  readonly batchSize: number;
  /** The number of batches that the function gets at the same time, from 2 to 1000. */
  readonly maxConcurrency: number;
}

/**
 * Subscribes a function to a queue, with partial batch responses.
 *
 * The concurrency is always limited. Lambda would otherwise read up to 1000 batches at the same time, which is all that an account has by default: whatever else the account runs would be throttled, and so would be the
 * function itself. A message that is read for a function which is then throttled counts as received.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function consume(scope: Construct, id: string, props: QueueConsumerProps): void {
  const { queueArn, grantedArn = queueArn, functionArn, role, batchSize, maxConcurrency } = props;
  const { policyDependable } = role.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({
    actions: ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueUrl', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    resources: [grantedArn],
  }));
  const mapping = new CfnEventSourceMapping(scope, id, {
    eventSourceArn: queueArn, functionName: functionArn, batchSize, functionResponseTypes: ['ReportBatchItemFailures'], scalingConfig: { maximumConcurrency: maxConcurrency },
  });
  // Lambda checks the permission when the mapping is made; an inline one is there with its role
  if (policyDependable instanceof Policy) mapping.node.addDependency(policyDependable);
  acknowledge(mapping, {
    id: 'Serverless-LambdaEventSourceMappingDestination',
    reason: 'Lambda has no failure destination for SQS sources: the queue\'s own dead-letter queue is the destination',
  });
}
