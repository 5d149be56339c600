import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_DIMENSION, MISSING_IDEMPOTENCY_KEY, OLDEST_RETRIED_SECONDS, OLDEST_UNRESOLVED_SECONDS, SWEEP_LATENESS_SECONDS, TAKEOVERS } from './constants';
import { METRIC_NAMESPACE } from '../system/metric-line';
import { MetricSource } from '../system/metrics';

const EXECUTION_STATISTICS = {
  ExecutionsStarted: Stats.SUM,
  ExecutionsSucceeded: Stats.SUM,
  ExecutionsFailed: Stats.SUM,
  ExecutionsTimedOut: Stats.SUM,
  ExecutionsAborted: Stats.SUM,
  ExecutionThrottled: Stats.SUM,
  ExecutionTime: Stats.AVERAGE,
};

/**
 * Returns a metric of the executions of a state machine.
 *
 * @param stateMachineArn made of literals and pseudo parameters
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
 */
export function executionMetric(stateMachineArn: string, metricName: keyof typeof EXECUTION_STATISTICS): MetricSource {
  return { namespace: 'AWS/States', metricName, dimensionsMap: { StateMachineArn: stateMachineArn }, statistic: EXECUTION_STATISTICS[metricName] };
}

const HANDLER_STATISTICS = {
  [TAKEOVERS]: Stats.SUM,
  [OLDEST_UNRESOLVED_SECONDS]: Stats.MAXIMUM,
  [SWEEP_LATENESS_SECONDS]: Stats.MAXIMUM,
  [MISSING_IDEMPOTENCY_KEY]: Stats.SUM,
  [OLDEST_RETRIED_SECONDS]: Stats.MAXIMUM,
};

/** Returns a metric that the starter or the sweeper of a state machine measures itself. */
export function handlerMetric(stateMachineName: string, metricName: keyof typeof HANDLER_STATISTICS): MetricSource {
  const dimensionsMap = { [METRIC_DIMENSION]: stateMachineName };
  return { namespace: METRIC_NAMESPACE, metricName, dimensionsMap, statistic: HANDLER_STATISTICS[metricName] };
}
