import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ILogGroup, LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import { Construct } from 'constructs';
import { PublishSettings } from './publish-settings';
import { Replica } from './replica';
import { TableAlarmSettings } from './table-alarm-settings';
import { allowReadingStream } from './table-grants';
import { pipeMetric } from './table-metrics';
import { TableStream } from './table-stream';
import { DeadLetters } from '../dead-letters/dead-letters';
import { GlobalEventBus } from '../global-event-bus/global-event-bus';
import { MultiRegionFunction } from '../multi-region-function/multi-region-function';
import { acknowledge, wildcardFinding } from '../system/acknowledge';
import { AlarmSet } from '../system/alarm-set';
import { inlineRole } from '../system/inline-role';
import { removalPolicyOf } from '../system/removal';

/** What EventBridge takes at once. */
const BATCH_SIZE = 10;

export interface RegionalOutboxProps {
  readonly replica: Replica;
  readonly stream: TableStream;
  readonly settings: PublishSettings;
  readonly bus: GlobalEventBus;
  readonly enrichment?: MultiRegionFunction;
  readonly deadLetters: DeadLetters;
  /** Whether all that the pipe uses is in the table's own unit. Otherwise the pipe is in the mesh stack, and names things literally. */
  readonly isLocal: boolean;
  readonly logGroupName: string;
  readonly alarms: AlarmSet<keyof TableAlarmSettings>;
}

/** The pipe that publishes the changes which a region's replica streams to that region's bus. */
export class RegionalOutbox {
  private readonly id: string;
  /** The scope of the pipe and of its role. */
  private readonly scope: Construct;
  private readonly streamArn: string;
  private readonly busArn: string;
  private readonly deadLettersArn: string;
  private readonly enrichmentArn?: string;

  constructor(private readonly props: RegionalOutboxProps) {
    const { replica, stream, settings, bus, enrichment, deadLetters, isLocal } = props;
    const { scope, region } = replica;
    const part = isLocal ? scope.regional : scope.mesh;
    this.id = `Outbox-${settings.slug}`;
    this.scope = new Construct(part, this.id);
    this.streamArn = stream.arnIn(part, replica);
    this.busArn = isLocal ? bus.inRegion(region).eventBusArn : scope.arn({ service: 'events', resource: 'event-bus', resourceName: bus.eventBusName });
    this.deadLettersArn = isLocal ? deadLetters.inRegion(region).queueArn : scope.arn({ service: 'sqs', resource: deadLetters.queueName });
    this.enrichmentArn = enrichment?._liveFor(region).arnIn(Stack.of(part));
    const logs = this.logs();
    this.addAlarms(this.pipe(this.role(logs), logs));
  }

  /** The log group, in the regional stack, where the key for logs is, and known by its name elsewhere. */
  private logs(): ILogGroup {
    const { replica: { scope }, settings, isLocal, logGroupName } = this.props;
    const logs = new LogGroup(isLocal ? this.scope : new Construct(scope.regional, this.id), 'Logs', {
      // the prefix keeps CloudWatch Logs from adding this log group to the account's one log resource policy, which is limited in size
      logGroupName,
      encryptionKey: scope.key,
      retention: settings.logRetention,
      removalPolicy: removalPolicyOf(scope.regional),
    });
    return isLocal ? logs : LogGroup.fromLogGroupName(this.scope, 'Logs', logGroupName);
  }

  /** The role, which has its permissions in it: EventBridge tries them when it makes the pipe. */
  private role(logs: ILogGroup): Role {
    const { replica, isLocal, logGroupName } = this.props;
    const stack = Stack.of(this.scope);
    const role = inlineRole(this.scope, 'Role', {
      assumedBy: new ServicePrincipal('pipes.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': stack.account } } }),
      description: `publishes changes to ${replica.tableName} in ${replica.region}`,
    });
    const allow = (action: string, resource: string) => role.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources: [resource] }));
    allow('events:PutEvents', this.busArn);
    allow('sqs:SendMessage', this.deadLettersArn);
    if (this.enrichmentArn) allow('lambda:InvokeFunction', this.enrichmentArn);
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
    const { replica: { region, tableName }, settings } = this.props;
    const { source, detailType } = settings;
    const template = detailTemplate(tableName);
    return new CfnPipe(this.scope, 'Pipe', {
      description: `publishes changes to ${tableName} in ${region} as ${detailType}`,
      roleArn: role.roleArn,
      source: this.streamArn,
      sourceParameters: {
        filterCriteria: { filters: settings.filtersIn(region).map(filter => ({ pattern: JSON.stringify(filter) })) },
        dynamoDbStreamParameters: {
          // LATEST would miss what is written while the pipe starts
          startingPosition: 'TRIM_HORIZON',
          batchSize: BATCH_SIZE,
          // one event that EventBridge refuses, for its size say, must not take the others of its batch with it
          onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
          maximumRetryAttempts: settings.retryAttempts,
          maximumRecordAgeInSeconds: settings.maxRecordAge.toSeconds(),
          deadLetterConfig: { arn: this.deadLettersArn },
        },
      },
      // the template is applied once: what an enrichment returns is the detail
      ...(this.enrichmentArn && { enrichment: this.enrichmentArn, enrichmentParameters: { inputTemplate: template } }),
      target: this.busArn,
      targetParameters: { eventBridgeEventBusParameters: { source, detailType }, ...(!this.enrichmentArn && { inputTemplate: template }) },
      logConfiguration: { level: 'ERROR', cloudwatchLogsLogDestination: { logGroupArn: logs.logGroupArn } },
    });
  }

  /** Pipes have no metric of their lag: these are on what makes it grow. */
  private addAlarms(pipe: CfnPipe): void {
    const { replica: { scope, region, tableName }, settings: { detailType }, alarms, isLocal } = this.props;
    for (const [key, metricName] of [['executionFailed', 'ExecutionFailed'], ['executionPartiallyFailed', 'ExecutionPartiallyFailed']] as const) {
      alarms.add(this.scope, key, {
        description: `Changes to ${tableName} are not published as ${detailType} in ${region}, and those behind them wait. `
          + 'Look at the pipe\'s log for the error: an event may be too large, or a permission or the enrichment broken. '
          + 'What is given up is in the dead-letter queue, by its place in the stream.',
        metric: scope.metric(pipeMetric(pipe.ref, metricName), { period: Duration.minutes(5) }),
        threshold: 1,
        evaluationPeriods: 2,
        // the region's composite alarm is deployed before the mesh stack
        isAboutPeer: !isLocal,
      });
    }
  }
}

/**
 * The detail of an event. The change goes as a whole: what Pipes make of a path that leads nowhere, as that to the old image of a new item, is not
 * documented. Strings in quotes, objects without, as Pipes want them.
 */
function detailTemplate(tableName: string): string {
  return `{${['"idempotencyKey": "<$.eventID>"', '"change": "<$.eventName>"', `"table": "${tableName}"`, '"dynamodb": <$.dynamodb>'].join(', ')}}`;
}
