import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { PublishSettings } from './publish-settings';
import { Replica } from './replica';
import { allowReadingStream } from './table-grants';
import { acknowledgeInlinePolicies } from '../system/acknowledge';
import { watch } from '../system/legacy';
import { protectionOf } from '../system/legacy';

/** What EventBridge takes at once. */
const BATCH_SIZE = 10;

export interface OutboxProps {
  readonly replica: Replica;
  readonly streamArn: string;
  readonly settings: PublishSettings;
  readonly bus: IEventBus;
  readonly enrichment?: IFunction;
  readonly givenUp: IQueue;
  readonly logGroupName: string;
}

/** Publishes the changes that a region's replica streams to that region's bus. */
export function publish(scope: Construct, props: OutboxProps): void {
  const { replica, settings, streamArn, bus, enrichment, givenUp } = props;
  const { region, stack, shape: { tableName } } = replica;
  const { source, detailType } = settings;
  const logs = new LogGroup(scope, 'Logs', {
    // the prefix keeps CloudWatch Logs from adding this log group to the account's one log resource policy, which is limited in size
    logGroupName: props.logGroupName,
    encryptionKey: protectionOf(scope).key,
    retention: settings.logRetention,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('pipes.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': stack.account } } }),
    description: `publishes changes to ${tableName} in ${region}`,
  });
  acknowledgeInlinePolicies(role);
  role.addToPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] }));
  role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [givenUp.queueArn] }));
  if (enrichment) {
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [enrichment.functionArn] }));
  }
  logs.grantWrite(role);
  const template = detailTemplate(tableName);
  const pipe = new CfnPipe(scope, 'Pipe', {
    description: `publishes changes to ${tableName} in ${region} as ${detailType}`,
    roleArn: role.roleArn,
    source: streamArn,
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
        deadLetterConfig: { arn: givenUp.queueArn },
      },
    },
    // the template is applied once: what an enrichment returns is the detail
    ...(enrichment && { enrichment: enrichment.functionArn, enrichmentParameters: { inputTemplate: template } }),
    target: bus.eventBusArn,
    targetParameters: { eventBridgeEventBusParameters: { source, detailType }, ...(!enrichment && { inputTemplate: template }) },
    logConfiguration: { level: 'ERROR', cloudwatchLogsLogDestination: { logGroupArn: logs.logGroupArn } },
  });
  // EventBridge tries the permissions when it makes the pipe
  pipe.node.addDependency(role, allowReadingStream(scope, 'ReadStream', replica, streamArn, role));
  watchPipe(scope, pipe, props);
}

/**
 * The detail of an event. The change goes as a whole: what Pipes make of a path that leads nowhere, as that to the old image of a new item, is not
 * documented. Strings in quotes, objects without, as Pipes want them.
 */
function detailTemplate(tableName: string): string {
  return `{${['"idempotencyKey": "<$.eventID>"', '"change": "<$.eventName>"', `"table": "${tableName}"`, '"dynamodb": <$.dynamodb>'].join(', ')}}`;
}

/** Pipes have no metric of their lag: these tell what makes it grow. */
function watchPipe(scope: Construct, pipe: CfnPipe, { replica: { region, shape: { tableName } }, settings: { detailType } }: OutboxProps): void {
  for (const metricName of ['ExecutionFailed', 'ExecutionPartiallyFailed']) {
    watch(scope, metricName, {
      description: `Changes to ${tableName} are not published as ${detailType} in ${region}, and those behind them wait. `
        + 'Look at the pipe\'s log for the error: an event may be too large, or a permission or the enrichment broken. '
        + 'What is given up is in the dead-letter queue, by its place in the stream.',
      metric: new Metric({
        namespace: 'AWS/EventBridge/Pipes',
        metricName,
        dimensionsMap: { PipeName: pipe.ref },
        statistic: 'Sum',
        period: Duration.minutes(5),
      }),
      threshold: 1,
      evaluationPeriods: 2,
    });
  }
}
