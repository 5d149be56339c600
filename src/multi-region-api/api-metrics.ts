import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { STAGE_NAME } from './constants';
import { METRIC_NAMESPACE } from '../system/metric-line';
import { MetricSource } from '../system/metrics';

const STATISTICS = {
  'Count': Stats.SUM,
  '4XXError': Stats.SUM,
  '5XXError': Stats.SUM,
  'Latency': Stats.AVERAGE,
  'IntegrationLatency': Stats.AVERAGE,
};

export type ApiMetricName = keyof typeof STATISTICS;

/**
 * Returns a metric of the API of a region.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
 */
export function apiMetric(apiName: string, metricName: ApiMetricName): MetricSource {
  return { namespace: 'AWS/ApiGateway', metricName, dimensionsMap: { ApiName: apiName, Stage: STAGE_NAME }, statistic: STATISTICS[metricName] };
}

/** Returns a metric of one route. */
export function routeMetric(apiName: string, method: string, path: string, metricName: ApiMetricName): MetricSource {
  const source = apiMetric(apiName, metricName);
  return { ...source, dimensionsMap: { ...source.dimensionsMap, Method: method, Resource: path } };
}

/** Requests that an authorizer could not decide on, because the keys of the issuer cannot be fetched; from its log. */
export function keysUnavailableMetric(authorizerName: string): MetricSource {
  return { namespace: METRIC_NAMESPACE, metricName: `KeysUnavailable-${authorizerName}`, statistic: Stats.SUM };
}

/**
 * Returns the days until a certificate expires.
 *
 * @see https://docs.aws.amazon.com/acm/latest/userguide/cloudwatch-metrics.html
 */
export function daysToExpiry(certificateArn: string): MetricSource {
  return { namespace: 'AWS/CertificateManager', metricName: 'DaysToExpiry', dimensionsMap: { CertificateArn: certificateArn }, statistic: Stats.MINIMUM };
}
