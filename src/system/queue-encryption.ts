import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnQueue, Queue } from 'aws-cdk-lib/aws-sqs';

/**
 * Encrypts a queue with a key of the user's, if there is one, instead of SQS's own.
 *
 * At the L1, because the grants of an L2 that knows the key would name some of KMS's actions by wildcards.
 */
export function encryptQueue(queue: Queue, key?: IKey): Queue {
  if (!key) return queue;
  const resource = queue.node.defaultChild as CfnQueue;
  resource.sqsManagedSseEnabled = undefined;
  resource.kmsMasterKeyId = key.keyArn;
  return queue;
}

/**
 * The permissions of the key that whoever sends to such queues, or receives from them, needs, by way of SQS only.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
export function queueKeyStatements(region: string, key?: IKey): PolicyStatement[] {
  if (!key) return [];
  return [new PolicyStatement({
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    resources: [key.keyArn],
    // what follows the region differs between partitions
    conditions: { StringLike: { 'kms:ViaService': `sqs.${region}.*` } },
  })];
}
