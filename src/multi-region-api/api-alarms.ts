import { Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { watch } from '../system/legacy';

/**
 * The alarms of a region's API: what its callers notice.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
 */
export function watchRequests(scope: Construct, apiName: string, stageName: string): void {
  const { region } = Stack.of(scope);
  const metric = (metricName: string, statistic: string) => new Metric({
    namespace: 'AWS/ApiGateway', metricName, dimensionsMap: { ApiName: apiName, Stage: stageName }, statistic, period: Duration.minutes(1),
  });
  watch(scope, 'ServerErrors', {
    description: errors => `${apiName} answers ${errors} or more requests a minute with 5xx in ${region}. See in the access log which routes; if their functions have no `
      + 'errors, look at throttling, timeouts and the authorizer. If customers suffer, evacuate the region.',
    // a count, not a rate: the health checks' own requests would thin a rate out
    metric: metric('5XXError', 'Sum'),
    threshold: 5,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
  });
  watch(scope, 'Latency', {
    description: latency => `${apiName} is slow in ${region}: the slowest 1 % of requests take ${latency} ms or more. Look at their traces for what they wait for.`,
    metric: metric('Latency', 'p99'),
    threshold: 5000,
    evaluationPeriods: 5,
    isDetail: true,
  });
}
