import { Stack } from 'aws-cdk-lib';
import { Grant, IGrantable, IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Replica } from './replica';
import { acknowledge, wildcardFinding } from '../system/acknowledge';

const READ = [
  'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:Scan', 'dynamodb:ConditionCheckItem', 'dynamodb:DescribeTable',
];
const WRITE = ['dynamodb:BatchWriteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:DescribeTable'];

const KEY_READ = ['kms:Decrypt', 'kms:DescribeKey'];
const KEY_WRITE = [...KEY_READ, 'kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext'];

/** The access of a principal to a table: these requests, and no others. */
export interface TableAccess {
  /** Of the table. */
  readonly actions: string[];
  /** Of each of its indexes. */
  readonly indexActions?: string[];
  readonly conditions?: Record<string, Record<string, unknown>>;
}

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
 * Lets a principal do something with replicas. One statement names all of them, since the policies of an operator's role have little room.
 */
export function allowActions(replicas: Replica[], grantee: IGrantable, { actions, indexActions = [], conditions }: TableAccess): Grant {
  const tables = Grant.addToPrincipal({ grantee, actions, resourceArns: replicas.map(({ tableArn }) => tableArn), conditions });
  const isWriting = actions.some(action => WRITE.includes(action) && !READ.includes(action));
  keyStatements(replicas, isWriting ? KEY_WRITE : KEY_READ).forEach(statement => grantee.grantPrincipal.addToPrincipalPolicy(statement));
  if (indexActions.length === 0) return tables;
  const indexes = replicas.flatMap(({ indexArns }) => indexArns);
  return tables.combine(Grant.addToPrincipal({ grantee, actions: indexActions, resourceArns: indexes, conditions }));
}

/**
 * Lets a role read the stream of a replica. ListStreams knows a stream only as any stream that the table has had or will have: a wildcard, acknowledged by its own finding, so that others in
 * the role are still found.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 * @see https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html
 */
export function allowReadingStream(replica: Replica, streamArn: string, role: IRole): void {
  const anyStream = { service: 'dynamodb', resource: 'table', resourceName: `${replica.tableName}/stream/*` };
  [
    new PolicyStatement({ actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], resources: [streamArn] }),
    new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: [replica.scope.arn(anyStream)] }),
    ...keyStatements([replica], KEY_READ),
  ].forEach(statement => role.addToPrincipalPolicy(statement));
  acknowledge(role, {
    id: wildcardFinding(Stack.of(role), anyStream),
    reason: 'ListStreams lists the streams of a table, so its resource is any stream of that one table',
  });
}

function allow(replica: Replica, grantee: IGrantable, actions: string[], indexArns: string[], keyActions: string[]): void {
  Grant.addToPrincipal({ grantee, actions, resourceArns: [replica.tableArn, ...indexArns] });
  keyStatements([replica], keyActions).forEach(statement => grantee.grantPrincipal.addToPrincipalPolicy(statement));
}

function keyStatements(replicas: Replica[], actions: string[]): PolicyStatement[] {
  const encrypted = replicas.filter(({ keyArn }) => keyArn !== undefined);
  if (encrypted.length === 0) return [];
  // what follows the service's name and region differs between partitions
  const services = encrypted.map(({ region }) => `dynamodb.${region}.*`);
  return [new PolicyStatement({
    actions,
    resources: encrypted.map(({ keyArn }) => keyArn!),
    conditions: { StringLike: { 'kms:ViaService': services.length === 1 ? services[0] : services } },
  })];
}
