import { IRole, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { ILogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { inlineRole } from '../system/inline-role';
import { letLogsUse } from '../system/log-encryption';
import { removalPolicyOf } from '../system/removal';

export interface AuditLogProps {
  readonly key: IKey;
  readonly logGroupName: string;
  readonly retention: RetentionDays;
}

/** Creates a log group that a trail can send its events to, encrypted with the key of its log files, and the role that may do so. */
export function auditLog(scope: Construct, { key, logGroupName, retention }: AuditLogProps): { logGroup: ILogGroup; role: IRole } {
  letLogsUse(key, logGroupName);
  // its name is fixed: what a failed deployment left behind would be in the way of the next
  const logGroup = new LogGroup(scope, 'Logs', { logGroupName, retention, encryptionKey: key, removalPolicy: removalPolicyOf(scope) });
  const role = inlineRole(scope, 'LogsRole', { assumedBy: new ServicePrincipal('cloudtrail.amazonaws.com'), description: `writes to ${logGroupName}` });
  logGroup.grantWrite(role);
  return { logGroup, role };
}
