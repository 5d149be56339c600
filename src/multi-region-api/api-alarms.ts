import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { ApiAlarmSettings } from './api-alarm-settings';
import { ApiDomain } from './api-domain';
import { apiMetric, daysToExpiry } from './api-metrics';
import { HEALTH_PATH } from './constants';
import { evacuationKey } from '../evacuation-switch/constants';
import { EvacuationSwitch } from '../evacuation-switch/evacuation-switch';
import { MultiRegionFunction } from '../multi-region-function/multi-region-function';
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

export interface TrafficAlarmsProps {
  readonly apiName: string;
  readonly domain: ApiDomain;
  /** The function that answers `/health`. */
  readonly health: MultiRegionFunction;
  /** The records that lead clients to the region. */
  readonly records: CfnRecordSet[];
}

/**
 * Adds the alarms on what leads clients elsewhere while the API itself has no errors. The metrics of Route 53 are in us-east-1 only, and a region must not depend on another: so each region looks at
 * what reaches it, and at what it answers.
 *
 * They are in the mesh stack with the health checks, and count against no region. The composite alarm is in a stack that is deployed before, and an evacuated region must stay deployable.
 */
export function addTrafficAlarms(scope: RegionalScope, alarms: ApiAlarms, { apiName, domain, health, records }: TrafficAlarmsProps): void {
  const { mesh, peers, region, system } = scope;
  const probesMissing = alarms.add(mesh, 'probesMissing', {
    description: `The health checks of Route 53 do not reach ${apiName} in ${region}: clients are led to other regions, although nothing fails here. Run curl https://${domain.regionalName(region)}${HEALTH_PATH}, `
      + 'and look at its DNS record, its certificate and the log of the web ACL.',
    // not the count of the route, which may have requests that the web ACL or a limit refused
    metric: health.metricInvocations(region),
    threshold: 1,
    evaluationPeriods: 5,
    whenBelow: true,
    whenMissing: true, // Lambda sends no zeros
    isAboutPeer: true,
  });
  // probing has begun by then, or it would notify at every first deployment
  probesMissing?.node.addDependency(...records);
  if (!domain.health.evacuation) return;

  const control = EvacuationSwitch.of(system);
  peers.forEach(peer => alarms.add(mesh, 'evacuationInForce', {
    description: `${peer} is still evacuated, as ${region} answers to the health checks of ${apiName}: the other regions carry its load. `
      + `See whether it may take clients again; if so, delete ${evacuationKey(peer)} from ${control.controlTableName} in ${region}.`,
    metric: control.metricEvacuated(region, peer, { period: Duration.minutes(5) }),
    threshold: 1,
    evaluationPeriods: 12,
    isAboutPeer: true,
  }, peer));
}
