import { Grant, IGrantable, IIdentity, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { Replica } from './replica';
import { acknowledge, acknowledgeInlinePolicies, wildcardFinding } from '../system/acknowledge';

const READ = [
  'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:Scan', 'dynamodb:ConditionCheckItem', 'dynamodb:DescribeTable',
];
const WRITE = ['dynamodb:BatchWriteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:DescribeTable'];

const KEY_READ = ['kms:Decrypt', 'kms:DescribeKey'];
const KEY_WRITE = [...KEY_READ, 'kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext'];

// The L2's grants would name all indexes and some of KMS's actions by wildcards, and stream actions on the table, where they mean nothing

/** Lets a principal read a replica and its indexes. */
export function allowReading(replica: Replica, grantee: IGrantable): void {
  allow(replica, grantee, READ, replica.indexArns, KEY_READ);
}

/** Lets a principal write a replica. Its indexes follow by themselves. */
export function allowWriting(replica: Replica, grantee: IGrantable): void {
  allow(replica, grantee, WRITE, [], KEY_WRITE);
}

/** Lets a principal read and write a replica, and read its indexes. */
export function allowReadingAndWriting(replica: Replica, grantee: IGrantable): void {
  allow(replica, grantee, [...new Set([...READ, ...WRITE])], replica.indexArns, KEY_WRITE);
}

/**
 * Lets an identity read the stream of a replica, by a policy of its own: it has a wildcard, and acknowledging that in a shared policy would hide
 * any wildcard that a user adds there.
 *
 * @see https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html
 */
export function allowReadingStream(scope: Construct, id: string, replica: Replica, streamArn: string, identity: IIdentity): Policy {
  const policy = new Policy(scope, id, {
    statements: [
      new PolicyStatement({ actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], resources: [streamArn] }),
      new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: [replica.anyStreamArn] }),
      ...keyStatements(replica, KEY_READ),
    ],
  });
  identity.attachInlinePolicy(policy);
  acknowledgeInlinePolicies(policy);
  acknowledge(policy, {
    id: wildcardFinding(replica.stack, { service: 'dynamodb', resource: 'table', resourceName: `${replica.shape.tableName}/stream/*` }),
    reason: 'ListStreams lists the streams of a table, so its resource is any stream of that one table',
  });
  return policy;
}

function allow(replica: Replica, grantee: IGrantable, actions: string[], indexArns: string[], keyActions: string[]): void {
  Grant.addToPrincipal({ grantee, actions, resourceArns: [replica.table.tableArn, ...indexArns] });
  keyStatements(replica, keyActions).forEach(statement => grantee.grantPrincipal.addToPrincipalPolicy(statement));
}

function keyStatements({ keyArn, region }: Replica, actions: string[]): PolicyStatement[] {
  return keyArn === undefined ? [] : [new PolicyStatement({
    actions,
    resources: [keyArn],
    // what follows the service's name and region differs between partitions
    conditions: { StringLike: { 'kms:ViaService': `dynamodb.${region}.*` } },
  })];
}
