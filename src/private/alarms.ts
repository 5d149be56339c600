import { Alarm, ComparisonOperator, IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { MultiRegionSystem } from '../system/multi-region-system';

export interface AlarmSpec {
  /** What it means, and what to do first. */
  readonly description: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /**
   * How many periods are looked at.
   * @default 1
   */
  readonly evaluationPeriods?: number;
  /**
   * How many of them must be beyond the threshold.
   * @default - all
   */
  readonly datapointsToAlarm?: number;
  /**
   * Whether values below the threshold are bad, rather than those that reach it.
   * @default false
   */
  readonly whenBelow?: boolean;
  /**
   * Whether no data is bad. Most metrics of AWS are not sent when there is nothing to count.
   * @default false
   */
  readonly whenMissing?: boolean;
  /**
   * Whether it tells of another region rather than of its own, so that it must not count against its own.
   * @default false
   */
  readonly tellsOfPeer?: boolean;
}

/** An alarm on something in one region's stack: it calls through the region's alarm topic, and counts against the region's health. */
export function watch(scope: Construct, id: string, spec: AlarmSpec): Alarm {
  const alarm = new Alarm(scope, id, {
    alarmDescription: spec.description,
    metric: spec.metric,
    threshold: spec.threshold,
    evaluationPeriods: spec.evaluationPeriods ?? 1,
    datapointsToAlarm: spec.datapointsToAlarm,
    comparisonOperator: spec.whenBelow ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: spec.whenMissing ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });
  MultiRegionSystem.of(scope)._alarmsOf(scope).add(alarm, !spec.tellsOfPeer);
  return alarm;
}
