import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { ApiAlarmSettings } from './api-alarm-settings';
import { apiMetric, daysToExpiry } from './api-metrics';
import { AlarmSet } from '../system/alarm-set';
import { RegionalScope } from '../system/regional-scope';

/** The alarms of an API in one region. */
export type ApiAlarms = AlarmSet<keyof ApiAlarmSettings>;

/** Adds the alarms on what callers notice. */
export function addRequestAlarms(scope: RegionalScope, alarms: ApiAlarms, apiName: string): void {
  const { regional, region } = scope;
  alarms.add(regional, 'serverErrors', {
    description: errors => `${apiName} answers ${errors} or more requests a minute with 5xx in ${region}. The access log tells the routes; if their functions have no `
      + 'errors, look at throttling, timeouts and the authorizer. If customers are affected, evacuate the region.',
    // a count, not a rate: the health checks' own requests would thin a rate out
    metric: scope.metric(apiMetric(apiName, '5XXError')),
    threshold: 5,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
  });
  alarms.add(regional, 'latency', {
    description: latency => `${apiName} is slow in ${region}: the slowest 1 % of requests take ${latency} ms or more. Look at their traces for what they wait for.`,
    metric: scope.metric(apiMetric(apiName, 'Latency'), { statistic: Stats.percentile(99) }),
    threshold: 5000,
    evaluationPeriods: 5,
    isDetail: true,
  });
}

/** Adds the alarm on a certificate that was not renewed: a health check does not mind an expired one, clients do. */
export function addExpiryAlarm(scope: RegionalScope, alarms: ApiAlarms, certificateArn: string, domainName: string): void {
  alarms.add(scope.regional, 'certificateExpiry', {
    description: days => `The certificate of ${domainName} in ${scope.region} expires within ${days} days and was not renewed. `
      + 'Check that its DNS validation record is still in the hosted zone.',
    metric: scope.metric(daysToExpiry(certificateArn), { period: Duration.days(1) }),
    threshold: 30,
    whenBelow: true,
  });
}
