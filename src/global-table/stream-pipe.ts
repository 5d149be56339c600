import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ILogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnPipe, CfnPipeProps } from 'aws-cdk-lib/aws-pipes';
import { Construct } from 'constructs';
import { RecordPattern } from './change-filter';
import { Replica } from './replica';
import { TableAlarmSettings } from './table-alarm-settings';
import { allowReadingStream } from './table-grants';
import { pipeMetric } from './table-metrics';
import { TableStream } from './table-stream';
import { DeadLetters } from '../dead-letters/dead-letters';
import { acknowledge, wildcardFinding } from '../system/acknowledge';
import { AlarmSet } from '../system/alarm-set';
import { inlineRole } from '../system/inline-role';
import { removalPolicyOf } from '../system/removal';

/**
 * The number of records that event buses and queues take at once.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
 */
const BATCH_SIZE = 10;

/** DynamoDB keeps a stream's records for 24 hours; what is given up must still be there for a while. */
export const MAX_RECORD_AGE = Duration.hours(23);

/** The number of retries of a batch, unless somebody says otherwise. */
export const RETRY_ATTEMPTS = 185;

export interface StreamPipeProps {
  readonly id: string;
  readonly replica: Replica;
  readonly stream: TableStream;
  readonly deadLetters: DeadLetters;
  /** Indicates whether all that the pipe uses is in the table's own unit. Otherwise the pipe is in the mesh stack, and names things literally. */
  readonly isLocal: boolean;
  readonly logGroupName: string;
  readonly logRetention: RetentionDays;
  /** The purpose of the pipe, as a verb in the third person, for the description of its role. */
  readonly purpose: string;
  readonly description: string;
  readonly filters: RecordPattern[];
  readonly retryAttempts: number;
  readonly maxRecordAge: Duration;
  /** The target, and what the pipe makes of a record. */
  readonly delivery: Pick<CfnPipeProps, 'target' | 'targetParameters' | 'enrichment' | 'enrichmentParameters'>;
  /** The calls of the pipe with a record: the action, and the ARN of what it is allowed on. */
  readonly calls: { readonly action: string; readonly resource: string }[];
  readonly alarms: AlarmSet<keyof TableAlarmSettings>;
  /** The fact and the cause, for the alarms. */
  readonly alarmDescription: string;
}

/** The pipe that reads the stream of a region's replica, with its role, its log and its alarms. What it gives up is in the dead-letter queue of the table's unit, by its place in the stream. */
export class StreamPipe {
  /** The scope of the pipe and of its role. */
  private readonly scope: Construct;
  private readonly streamArn: string;
  private readonly deadLettersArn: string;

  constructor(private readonly props: StreamPipeProps) {
    const { id, replica, stream, deadLetters, isLocal } = props;
    const { scope, region } = replica;
    const part = isLocal ? scope.regional : scope.mesh;
    this.scope = new Construct(part, id);
    this.streamArn = stream.arnIn(part, replica);
    this.deadLettersArn = isLocal ? deadLetters.inRegion(region).queueArn : scope.arn({ service: 'sqs', resource: deadLetters.queueName });
    const logs = this.logs();
    this.addAlarms(this.pipe(this.role(logs), logs));
  }

  /** Returns the log group, in the regional stack, where the key for logs is, and known by its name elsewhere. */
  private logs(): ILogGroup {
    const { id, replica: { scope }, logRetention, isLocal, logGroupName } = this.props;
    const logs = new LogGroup(isLocal ? this.scope : new Construct(scope.regional, id), 'Logs', {
      // the prefix keeps CloudWatch Logs from adding this log group to the account's one log resource policy, which is limited in size
      logGroupName,
      encryptionKey: scope.key,
      retention: logRetention,
      removalPolicy: removalPolicyOf(scope.regional),
    });
    return isLocal ? logs : LogGroup.fromLogGroupName(this.scope, 'Logs', logGroupName);
  }

  /** Returns the role, which has its permissions in it: EventBridge tries them when it makes the pipe. */
  private role(logs: ILogGroup): Role {
    const { replica, isLocal, logGroupName, purpose, calls } = this.props;
    const stack = Stack.of(this.scope);
    const role = inlineRole(this.scope, 'Role', {
      assumedBy: new ServicePrincipal('pipes.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': stack.account } } }),
      description: purpose,
    });
    for (const { action, resource } of [...calls, { action: 'sqs:SendMessage', resource: this.deadLettersArn }]) {
      role.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources: [resource] }));
    }
    replica.scope.letUseQueueKey(role);
    logs.grantWrite(role);
    if (!isLocal) {
      acknowledge(role, {
        id: wildcardFinding(stack, { service: 'logs', resource: 'log-group', resourceName: `${logGroupName}:*`, arnFormat: ArnFormat.COLON_RESOURCE_NAME }),
        reason: 'writing to a log group is writing to its streams, which the pipe makes and names',
      });
    }
    allowReadingStream(replica, this.streamArn, role);
    return role;
  }

  private pipe(role: Role, logs: ILogGroup): CfnPipe {
    const { description, filters, retryAttempts, maxRecordAge, delivery } = this.props;
    return new CfnPipe(this.scope, 'Pipe', {
      description,
      roleArn: role.roleArn,
      source: this.streamArn,
      sourceParameters: {
        filterCriteria: { filters: filters.map(filter => ({ pattern: JSON.stringify(filter) })) },
        dynamoDbStreamParameters: {
          // LATEST would miss what is written while the pipe starts
          startingPosition: 'TRIM_HORIZON',
          batchSize: BATCH_SIZE,
          // one record that the target refuses, for its size say, must not take the others of its batch with it
          onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
          maximumRetryAttempts: retryAttempts,
          maximumRecordAgeInSeconds: maxRecordAge.toSeconds(),
          deadLetterConfig: { arn: this.deadLettersArn },
        },
      },
      ...delivery,
      logConfiguration: { level: 'ERROR', cloudwatchLogsLogDestination: { logGroupArn: logs.logGroupArn } },
    });
  }

  /** Pipes have no metric of their lag: these are on what makes it grow. */
  private addAlarms(pipe: CfnPipe): void {
    const { replica: { scope }, alarms, isLocal, alarmDescription } = this.props;
    for (const [key, metricName] of [['executionFailed', 'ExecutionFailed'], ['executionPartiallyFailed', 'ExecutionPartiallyFailed']] as const) {
      alarms.add(this.scope, key, {
        description: `${alarmDescription} What is given up is in the dead-letter queue, by its place in the stream.`,
        metric: scope.metric(pipeMetric(pipe.ref, metricName), { period: Duration.minutes(5) }),
        threshold: 1,
        evaluationPeriods: 2,
        // the region's composite alarm is deployed before the mesh stack
        isAboutPeer: !isLocal,
      });
    }
  }
}
