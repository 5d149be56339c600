import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { ILogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface AuditLogProps {
  readonly key: IKey;
  readonly logGroupName: string;
  readonly retention: RetentionDays;
}

/** A log group that a trail can send its events to, encrypted with the key of its log files, and the role that may do so. */
export function auditLog(scope: Construct, { key, logGroupName, retention }: AuditLogProps): { logGroup: ILogGroup; role: IRole } {
  const stack = Stack.of(scope);
  key.addToResourcePolicy(new PolicyStatement({
    principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
    actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
    resources: ['*'],
    conditions: {
      ArnEquals: { 'kms:EncryptionContext:aws:logs:arn': stack.formatArn({ service: 'logs', resource: 'log-group', resourceName: logGroupName, arnFormat: ArnFormat.COLON_RESOURCE_NAME }) },
    },
  }));
  const logGroup = new LogGroup(scope, 'Logs', { logGroupName, retention, encryptionKey: key, removalPolicy: RemovalPolicy.RETAIN });
  const role = new Role(scope, 'LogsRole', { assumedBy: new ServicePrincipal('cloudtrail.amazonaws.com') });
  logGroup.grantWrite(role);
  return { logGroup, role };
}
