import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ApiAuthorization } from './api-authorization';
import { ApiDomain } from './api-domain';
import { HealthSettings } from './api-health';
import { ApiRoutes } from './api-routes';
import { HEALTH_PATH } from './constants';
import { HttpMethod } from './http-method';
import { EVACUATION_PATH } from '../evacuation-switch/constants';
import { EvacuationSwitch } from '../evacuation-switch/evacuation-switch';
import { MultiRegionFunction } from '../multi-region-function/multi-region-function';
import { handlerBundle } from '../system/handler-bundle';
import { Layout } from '../system/layout';

/** The route that peers' health checks ask. */
export const EVACUATION_ROUTE = `${EVACUATION_PATH}/{region}`;

/** Returns the paths for health checks; that for evacuations in a system of one region as well: nobody asks, and nothing of the API changes when a peer joins. */
export function pathsOfProbes(health: HealthSettings, domain?: ApiDomain): string[] {
  return domain && health.evacuation ? [HEALTH_PATH, EVACUATION_ROUTE] : [HEALTH_PATH];
}

interface Probes {
  readonly apiName: string;
  readonly paths: string[];
  readonly logRetention?: RetentionDays;
}

/** Adds the routes for health checks, and returns the function that answers for the region's own health. */
export function answerProbes(owner: Construct, layout: Layout, routes: ApiRoutes, { apiName, paths, logRetention }: Probes): MultiRegionFunction {
  const open = ApiAuthorization.none({ reason: 'health checkers carry no credentials, and the answers tell only regions and a version' });
  const health = new MultiRegionFunction(owner, 'Health', {
    description: `answers ${HEALTH_PATH} of ${apiName}`,
    codePath: handlerBundle('multi-region-api/health'),
    memorySize: 128,
    reservedConcurrentExecutions: layout.system._reservedConcurrency.health,
    logRetention,
  });
  routes.add(HttpMethod.GET, HEALTH_PATH, health, open);
  if (paths.includes(EVACUATION_ROUTE)) {
    routes.add(HttpMethod.GET, EVACUATION_ROUTE, EvacuationSwitch.of(layout.system)._answerFor(layout.host), open);
  }
  return health;
}
