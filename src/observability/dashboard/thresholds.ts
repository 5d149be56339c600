import { CfnAlarm, ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import { IConstruct } from 'constructs';
import { hostOf } from '../../system/layout';

/**
 * Returns the thresholds of the alarms on a metric of a construct: an alarm that is not there has none, and one that was changed has its own.
 * Alarms on too little are left out: normal values would lie on their line.
 */
export function thresholdsOf(owner: IConstruct, metricName: string): number[] {
  const { regionalAlarms } = hostOf(owner)._stacks;
  const alarms: CfnAlarm[] = regionalAlarms.flatMap(region => region.of(owner));
  const thresholds = alarms
    .filter(alarm => alarm.metricName === metricName && alarm.comparisonOperator !== ComparisonOperator.LESS_THAN_THRESHOLD)
    .flatMap(({ threshold }) => threshold ?? []);
  return [...new Set(thresholds)];
}
