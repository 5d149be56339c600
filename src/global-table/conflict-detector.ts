import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { IFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { replacedBy } from './change-filter';
import { LOST_WRITES } from './constants';
import { Replica } from './replica';
import { allowReadingStream } from './table-grants';
import { watch } from '../system/legacy';
import { METRIC_NAMESPACE } from '../system/metric-line';

export interface ConflictDetectorProps {
  readonly replica: Replica;
  readonly streamArn: string;
  readonly regionAttribute: string;
  readonly detector: IFunction;
  readonly givenUp: IQueue;
}

/** Has a function judge the writes of other regions that replaced one of this region's, and calls somebody when one was lost. */
export function detect({ replica, streamArn, regionAttribute, detector, givenUp }: ConflictDetectorProps): void {
  const { share, region } = replica;
  const { tableName } = replica.shape;
  const mapping = detector.addEventSourceMapping('Replaced', {
    eventSourceArn: streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    filters: [{ pattern: JSON.stringify(replacedBy(region, regionAttribute)) }],
    batchSize: 10,
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    retryAttempts: 185,
    // the stream keeps a record for 24 hours: somebody can still read what was given up
    maxRecordAge: Duration.hours(23),
    onFailure: new SqsDlq(givenUp),
  });
  // Lambda tries the permissions when it makes the mapping
  mapping.node.addDependency(allowReadingStream(share, 'ConflictsReadStream', replica, streamArn, detector.role!));

  watch(share, LOST_WRITES, {
    description: `Another region replaced a write to ${tableName} that ${region} had made, without having seen it. The function's log tells `
      + 'which region, and a fingerprint of the keys: find out why two regions write the same item, then merge what was lost.',
    metric: new Metric({
      namespace: METRIC_NAMESPACE,
      metricName: LOST_WRITES,
      dimensionsMap: { TableName: tableName },
      statistic: 'Sum',
      period: Duration.minutes(1),
    }),
    threshold: 1,
  });
  watch(share, 'ConflictsAge', {
    description: age => `Lost writes to ${tableName} are found ${age / 60_000} minutes late or more in ${region}. Look at the function's log and errors.`,
    metric: detector.metric('IteratorAge', { statistic: 'Maximum', period: Duration.minutes(1) }),
    threshold: Duration.minutes(15).toMilliseconds(),
    evaluationPeriods: 5,
    isDetail: true,
  });
}
