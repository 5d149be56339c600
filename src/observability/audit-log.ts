import { RemovalPolicy } from 'aws-cdk-lib';
import { IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { ILogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledgeInlinePolicies } from '../system/acknowledge';
import { letLogsUse } from '../system/log-encryption';

export interface AuditLogProps {
  readonly key: IKey;
  readonly logGroupName: string;
  readonly retention: RetentionDays;
}

/** A log group that a trail can send its events to, encrypted with the key of its log files, and the role that may do so. */
export function auditLog(scope: Construct, { key, logGroupName, retention }: AuditLogProps): { logGroup: ILogGroup; role: IRole } {
  letLogsUse(key, logGroupName);
  const logGroup = new LogGroup(scope, 'Logs', { logGroupName, retention, encryptionKey: key, removalPolicy: RemovalPolicy.RETAIN });
  const role = new Role(scope, 'LogsRole', { assumedBy: new ServicePrincipal('cloudtrail.amazonaws.com') });
  logGroup.grantWrite(role);
  acknowledgeInlinePolicies(role);
  return { logGroup, role };
}
