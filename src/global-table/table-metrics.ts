import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { LOST_WRITES } from './constants';
import { METRIC_NAMESPACE } from '../system/metric-line';
import { MetricSource } from '../system/metrics';

/**
 * Returns a metric of a table's replica.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 */
export function tableMetric(tableName: string, metricName: string, dimensions?: { [name: string]: string }): MetricSource {
  const statistic = metricName.endsWith('Latency') ? Stats.AVERAGE : Stats.SUM;
  return { namespace: 'AWS/DynamoDB', metricName, dimensionsMap: { TableName: tableName, ...dimensions }, statistic };
}

/** Returns the writes that the conflict detector counts. */
export function lostWritesMetric(tableName: string): MetricSource {
  return { namespace: METRIC_NAMESPACE, metricName: LOST_WRITES, dimensionsMap: { TableName: tableName }, statistic: Stats.SUM };
}

/**
 * Returns a metric of a pipe. There is none of its lag.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-monitoring.html
 */
export function pipeMetric(pipeName: string, metricName: 'ExecutionFailed' | 'ExecutionPartiallyFailed'): MetricSource {
  return { namespace: 'AWS/EventBridge/Pipes', metricName, dimensionsMap: { PipeName: pipeName }, statistic: Stats.SUM };
}
