import { Metric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { IConstruct } from 'constructs';
import { LOST_WRITES } from './constants';
import type { IGlobalTable } from './i-global-table';
import { METRIC_NAMESPACE } from '../system/metric-line';
import { metricIn } from '../system/metrics';

/**
 * A metric of one region's replica.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 */
export function tableMetricIn(
  owner: IConstruct, tableName: string, region: string, metricName: string, options?: MetricOptions, dimensions?: { [name: string]: string },
): Metric {
  const statistic = metricName.endsWith('Latency') ? Stats.AVERAGE : Stats.SUM;
  return metricIn(owner, region, { namespace: 'AWS/DynamoDB', metricName, dimensionsMap: { TableName: tableName, ...dimensions }, statistic }, options);
}

/** What the conflict detector of one region counts. */
export function lostWritesIn(table: IGlobalTable, region: string, options?: MetricOptions): Metric {
  const dimensionsMap = { TableName: table.tableName };
  return metricIn(table, region, { namespace: METRIC_NAMESPACE, metricName: LOST_WRITES, dimensionsMap, statistic: Stats.SUM }, options);
}
