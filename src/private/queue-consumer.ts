import { CfnEventSourceMapping, IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { acknowledge } from './acknowledge';

/** Has a function take messages from a queue, failures told one by one. */
export function consume(queue: IQueue, fn: IFunction, batchSize: number): void {
  fn.addEventSource(new SqsEventSource(queue, { batchSize, reportBatchItemFailures: true }));
  fn.node.findAll().filter(child => child instanceof CfnEventSourceMapping).forEach(mapping => acknowledge(mapping, {
    id: 'Serverless-LambdaEventSourceMappingDestination',
    reason: 'Lambda has no failure destination for SQS sources: the queue\'s own dead-letter queue is the destination',
  }));
}
