import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { IConstruct } from 'constructs';
import { STAGE_NAME } from './constants';
import { metricIn } from '../system/metrics';

/**
 * A metric of the API of one region.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
 */
export function apiMetricIn(owner: IConstruct, apiName: string, region: string, metricName: string, statistic: string, options?: MetricOptions): Metric {
  return metricIn(owner, region, { namespace: 'AWS/ApiGateway', metricName, dimensionsMap: { ApiName: apiName, Stage: STAGE_NAME }, statistic }, options);
}
