import { CfnHealthCheck } from 'aws-cdk-lib/aws-route53';
import { IConstruct } from 'constructs';
import { ApiDomain } from './api-domain';
import { HEALTH_CHECK_QUOTA, HealthSettings } from './api-health';
import { HEALTH_PATH } from './constants';
import { MultiRegionSystem } from '../system/multi-region-system';

/** Has it said at synthesis how clients of an API are led elsewhere when a region dies, and what keeps them from it. */
export function notifyOfFailover(owner: IConstruct, system: MultiRegionSystem, health: HealthSettings, domain?: ApiDomain): void {
  if (!domain) {
    system._notify('warning', owner, 'cdk-multi-region:noDomain',
      `${owner.node.path} has no domain: clients choose a region by its URL, and nothing leads them elsewhere when it dies`);
    return;
  }
  const { domainName, zone } = domain;
  const { failoverTime, explanation } = health;
  if (zone) {
    system._notify('info', owner, 'cdk-multi-region:failoverTime', `${domainName} fails over in about ${failoverTime.toSeconds()} s: ${explanation}`);
  } else {
    system._notify('info', owner, 'cdk-multi-region:externalDns', `${domainName} fails over only as your DNS does. Make these records there, once the stack of each region is deployed: `
      + `${domainName} to all targets of the outputs SharedNameTarget, each with a check of https://<region>.${domainName}${HEALTH_PATH}, and <region>.${domainName} to the target of RegionalNameTarget`);
  }
  const healthChecks = system._allStacks.flatMap(stack => stack.node.findAll()).filter(child => child instanceof CfnHealthCheck).length;
  if (healthChecks > HEALTH_CHECK_QUOTA) {
    system._notify('warning', owner, 'cdk-multi-region:healthCheckQuota',
      `${system.node.path} has ${healthChecks} health checks, N × (N + 1) for an API in N regions, and an account may have ${HEALTH_CHECK_QUOTA}: `
      + 'have the quota of Route 53 raised before you deploy, or set health.evacuation to false');
  }
}
