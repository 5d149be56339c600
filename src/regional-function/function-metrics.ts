import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { LIVE } from './live-alias';
import { MetricSource } from '../system/metrics';

const STATISTICS = { Invocations: Stats.SUM, Errors: Stats.SUM, Throttles: Stats.SUM, Duration: Stats.AVERAGE, IteratorAge: Stats.MAXIMUM };

/**
 * Returns a metric of the live alias of a function.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
 */
export function functionMetric(functionName: string, metricName: keyof typeof STATISTICS): MetricSource {
  return {
    namespace: 'AWS/Lambda',
    metricName,
    dimensionsMap: { FunctionName: functionName, Resource: `${functionName}:${LIVE}` },
    statistic: STATISTICS[metricName],
  };
}
