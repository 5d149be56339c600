import { Aspects, CfnOutput, CfnResource, Stack } from 'aws-cdk-lib';
import { CfnAlarm, CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnHealthCheck, CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { aliasRecords } from './alias-records';
import { ApiDomain } from './api-domain';
import { regionalHealth } from './regional-health';
import { RegionalScope } from '../system/regional-scope';

/**
 * Lets clients into a region, in its mesh stack: its health, and its records of the shared name, each an alias of a record of the region's own stack by name. Returns the records; there are none where somebody else makes them.
 */
export function admitTraffic({ mesh, region, peers, system }: RegionalScope, domain: ApiDomain): CfnRecordSet[] {
  const { zone, domainName, nearestName, routing } = domain;
  const healthy = regionalHealth(new Construct(mesh, 'Health'), region, peers, domain);
  if (!zone) {
    new CfnOutput(mesh, 'HealthCheckId', { value: healthy.attrHealthCheckId, description: `the health check of ${region}, for the record of ${domainName} in a hosted zone of another account` });
    return [];
  }
  const { hostedZoneId } = zone;
  const target = { dnsName: domain.sharedTargetName(region), hostedZoneId };
  const routed = { setIdentifier: region, healthCheckId: healthy.attrHealthCheckId };
  const nearest = routing._usesNearest ? aliasRecords(mesh, 'Nearest', { hostedZoneId, name: nearestName, target, routing: { ...routed, region } }) : [];
  const shared = routing._recordsOf(region, system.primaryRegion).flatMap(({ setIdentifier, policy, toNearest }) => {
    if (!toNearest) return aliasRecords(mesh, `Shared-${setIdentifier}`, { hostedZoneId, name: domainName, target, routing: { ...routed, ...policy, setIdentifier } });
    const records = aliasRecords(mesh, `Shared-${setIdentifier}`, {
      hostedZoneId, name: domainName, target: { dnsName: nearestName, hostedZoneId }, routing: { ...policy, setIdentifier },
    });
    // Route 53 refuses an alias to a record of the same zone that is not there yet
    records.forEach(record => record.node.addDependency(nearest.find(({ type }) => type === record.type)!));
    return records;
  });
  const records = [...nearest, ...shared];
  comeLast(Stack.of(mesh), records);
  return records;
}

/** The resources that may come after the records: what health checks and people look at. */
const NOT_NEEDED = [CfnRecordSet, CfnHealthCheck, CfnAlarm, CfnDashboard];

/** Has records made after all else of a stack that events and requests need, and deleted before it. */
function comeLast(stack: Stack, records: CfnRecordSet[]): void {
  Aspects.of(stack).add({
    visit: node => {
      if (CfnResource.isCfnResource(node) && !NOT_NEEDED.some(kind => node instanceof kind)) {
        records.forEach(record => record.addResourceDependency(node));
      }
    },
  });
}
