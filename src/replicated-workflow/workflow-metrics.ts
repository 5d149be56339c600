import { ArnFormat } from 'aws-cdk-lib';
import { Metric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { IConstruct } from 'constructs';
import { METRIC_DIMENSION, MISSING_IDEMPOTENCY_KEY, OLDEST_UNRESOLVED_SECONDS, TAKEOVERS } from './constants';
import type { ReplicatedWorkflow } from './replicated-workflow';
import { METRIC_NAMESPACE } from '../system/metric-line';
import { metricIn } from '../system/metrics';
import { MultiRegionSystem } from '../system/multi-region-system';

/**
 * A metric of the executions in one region.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
 */
export function executionMetricIn(workflow: ReplicatedWorkflow, region: string, metricName: string, options?: MetricOptions): Metric {
  const StateMachineArn = MultiRegionSystem.of(workflow).stackIn(region).formatArn({
    service: 'states', resource: 'stateMachine', resourceName: workflow.stateMachineName, arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const statistic = metricName === 'ExecutionTime' ? Stats.AVERAGE : Stats.SUM;
  return metricIn(workflow, region, { namespace: 'AWS/States', metricName, dimensionsMap: { StateMachineArn }, statistic }, options);
}

/** What the handlers of one region measure themselves, and how it is summed up. */
const STATISTICS = { [TAKEOVERS]: Stats.SUM, [OLDEST_UNRESOLVED_SECONDS]: Stats.MAXIMUM, [MISSING_IDEMPOTENCY_KEY]: Stats.SUM };

/** A metric of what starts and takes over executions in one region. */
export function handlerMetricIn(
  owner: IConstruct, stateMachineName: string, region: string, metricName: keyof typeof STATISTICS, options?: MetricOptions,
): Metric {
  const dimensionsMap = { [METRIC_DIMENSION]: stateMachineName };
  return metricIn(owner, region, { namespace: METRIC_NAMESPACE, metricName, dimensionsMap, statistic: STATISTICS[metricName] }, options);
}
