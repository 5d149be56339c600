import { CfnHealthCheck } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { ApiDomain } from './api-domain';
import { EVACUATION_PROBES, Probing } from './api-health';
import { HEALTH_PATH } from './constants';
import { EVACUATION_PATH } from '../evacuation-switch/constants';

/**
 * Creates the health check of a region: its own `/health` answers, and no peer says that it is evacuated.
 *
 * Peers are asked by an inverted check, so a peer that is down or answers 404 counts for the region, and only a peer's 200 counts against it.
 */
export function regionalHealth(scope: Construct, region: string, peers: string[], domain: ApiDomain): CfnHealthCheck {
  const { health } = domain;
  const probe = (id: string, target: string, resourcePath: string, inverted: boolean, probing: Probing) => new CfnHealthCheck(scope, id, {
    healthCheckConfig: {
      type: 'HTTPS',
      fullyQualifiedDomainName: domain.regionalName(target),
      port: 443,
      resourcePath,
      enableSni: true,
      inverted,
      requestInterval: probing.requestInterval.toSeconds(),
      failureThreshold: probing.failureThreshold,
      regions: health.checkerRegions,
    },
    healthCheckTags: [{ key: 'Name', value: `${domain.regionalName(target)}${resourcePath}` }],
  });
  const children = [
    probe('Serves', region, HEALTH_PATH, false, health),
    ...(health.evacuation ? peers : []).map(peer => probe(`NotEvacuatedBy-${peer}`, peer, `${EVACUATION_PATH}/${region}`, true, EVACUATION_PROBES)),
  ];
  return new CfnHealthCheck(scope, 'Healthy', {
    healthCheckConfig: {
      type: 'CALCULATED',
      childHealthChecks: children.map(child => child.attrHealthCheckId),
      healthThreshold: children.length,
    },
    healthCheckTags: [{ key: 'Name', value: `${domain.regionalName(region)}: serves, and is not evacuated` }],
  });
}
