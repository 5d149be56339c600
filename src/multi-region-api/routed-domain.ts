import { RegionInfo } from 'aws-cdk-lib/region-info';
import { IConstruct } from 'constructs';
import { ApiDomain } from './api-domain';
import { HealthSettings } from './api-health';
import { MultiRegionApiProps } from './api-props';
import { ApiRouting } from './api-routing';
import { invalidProp } from '../system/errors';
import { MultiRegionSystem } from '../system/multi-region-system';

/** Returns the domain of an API and how clients are routed to its regions, if it has one; throws if there is routing without. */
export function routedDomain(
  owner: IConstruct, system: MultiRegionSystem, props: MultiRegionApiProps, health: HealthSettings,
): ApiDomain | undefined {
  if (!props.domain) {
    for (const [prop, value] of Object.entries({ routing: props.routing, health: props.health })) {
      if (value !== undefined) throw invalidProp(owner, prop, '…', 'only with a domain, because Route 53 does it');
    }
    return undefined;
  }
  if (props.domain.externalDns && props.routing) {
    throw invalidProp(owner, 'routing', '…', 'none with domain.externalDns, because whoever makes the records chooses');
  }
  const routing = props.routing ?? ApiRouting.latency();
  if (!(routing instanceof ApiRouting)) {
    throw invalidProp(owner, 'routing', routing, 'ApiRouting.latency(), weighted(…), failover() or geolocation(…)');
  }
  routing._validate(owner, system.regions, system.retiringRegions);
  if (RegionInfo.get(system.primaryRegion).partition === 'aws-cn') warnOfChina(owner, system);
  return new ApiDomain(owner, props.domain, system.regions, routing, health);
}

/** @see https://docs.amazonaws.cn/en_us/aws/latest/userguide/route53.html */
function warnOfChina(owner: IConstruct, system: MultiRegionSystem): void {
  system._notify('warning', owner, 'cdk-multi-region:domainInChina',
    `${owner.node.path} has a domain in China, which nobody has tried: the regions that Route 53 is documented to probe from are outside of China and must reach the API, and resolvers ask Route 53 there by IPv4 only. Try a failover before you rely on it`);
}
