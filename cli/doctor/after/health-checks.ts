import { GetHealthCheckStatusCommand, Route53Client } from '@aws-sdk/client-route-53';
import { inEachRegion, needsAssembly, nothingToLookAt } from './looking';
import { deployedResources, hasAny } from './physical-ids';
import { DoctorCheck, Finding } from '../check';

const TYPE = 'AWS::Route53::HealthCheck';

/** An endpoint is healthy if a larger share of the checkers says so. @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html */
const HEALTHY_SHARE = 0.18;

export const HEALTH_CHECKS: DoctorCheck = {
  name: 'health-checks',
  claim: 'The health checkers of Route 53 reach each region.',
  when: 'after deployment',
  source: 'https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHealthCheckStatus.html',
  isTrial: true,
  examine: async patient => {
    const { stacks } = patient.system;
    if (stacks.length === 0) return needsAssembly('which health checks there are');
    if (!stacks.some(stack => hasAny(stack, TYPE))) return nothingToLookAt('no health check');
    return inEachRegion(patient, async access => {
      if (access.isLocal) return [{ region: access.region, verdict: 'unknown', says: 'no checker asks a local region' }];
      const deployed = await deployedResources(access, stacks, TYPE);
      const checks = deployed.map(({ physicalId, resource }) => ({ physicalId, config: configOf(resource.Properties) }));
      const client = await access.client(Route53Client);
      // an inverted one asks a peer, and is content when that does not answer
      return Promise.all(checks.filter(({ config }) => config.Type === 'HTTPS' && config.Inverted !== true).map(async ({ physicalId, config }) => {
        const { HealthCheckObservations = [] } = await client.send(new GetHealthCheckStatusCommand({ HealthCheckId: physicalId }));
        return checkersFinding(access.region, config.FullyQualifiedDomainName!, HealthCheckObservations.map(({ StatusReport }) => StatusReport?.Status ?? ''));
      }));
    });
  },
};

/** Judges what the checkers say, each in a sentence that begins with Success or Failure. */
export function checkersFinding(region: string, host: string, statuses: readonly string[]): Finding {
  if (statuses.length === 0) return { region, verdict: 'unknown', says: `no checker has looked at ${host} yet` };
  const failures = statuses.filter(status => !status.startsWith('Success'));
  const says = `${statuses.length - failures.length} of ${statuses.length} checkers reach ${host}`;
  if (failures.length === 0) return { region, verdict: 'ok', says };
  const isHealthy = 1 - failures.length / statuses.length > HEALTHY_SHARE;
  return { region, verdict: isHealthy ? 'warning' : 'failed', says: `${says}; another says: ${failures[0]}`, advice: 'see --only api-health, and what AWS WAF blocks' };
}

interface HealthCheckConfig {
  readonly Type?: string;
  readonly Inverted?: boolean;
  readonly FullyQualifiedDomainName?: string;
}

const configOf = (properties: Readonly<Record<string, unknown>> = {}): HealthCheckConfig => (properties.HealthCheckConfig ?? {}) as HealthCheckConfig;
