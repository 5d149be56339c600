import { Duration } from 'aws-cdk-lib';
import { Alarm, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FunctionAlarmSettings } from './function-alarm-settings';
import { functionMetric } from '../regional-function/function-metrics';
import { AlarmSet } from '../system/alarm-set';
import { RegionalScope } from '../system/regional-scope';

/** Makes the alarms on a function's live alias that roll its deployments back, and returns those that there are. */
export function rollbackAlarms(
  scope: RegionalScope, alarms: AlarmSet<keyof FunctionAlarmSettings>, functionName: string, timeout: Duration,
): Alarm[] {
  const { region, regional } = scope;
  return [
    alarms.add(regional, 'errors', {
      description: `${functionName} fails in ${region}. A running deployment rolls back by itself; otherwise look at the function's log for what it throws.`,
      metric: scope.metric(functionMetric(functionName, 'Errors')),
      threshold: 1,
    }),
    alarms.add(regional, 'latency', {
      description: threshold => `${functionName} is slow in ${region}: the slowest 1 % take ${threshold} ms or more. A running deployment rolls back by itself; `
        + 'otherwise look at its traces for what it waits for.',
      metric: scope.metric(functionMetric(functionName, 'Duration'), { statistic: Stats.percentile(99) }),
      threshold: timeout.toMilliseconds() / 2,
      evaluationPeriods: 3,
      isDetail: true,
    }),
  ].filter(alarm => alarm !== undefined);
}
