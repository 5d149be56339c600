import { CfnAlarm, ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct, IConstruct } from 'constructs';
import { MultiRegionSystem } from '../../system/multi-region-system';

/**
 * At which values alarms on a metric of a construct go off, whatever made them so: an alarm that is not there has none, and one that was changed has its own.
 * Alarms on too little are left out: what is as it should be would lie on their line.
 */
export function thresholdsOf(owner: Construct, metricName: string): number[] {
  const system = MultiRegionSystem.of(owner);
  const path = owner.node.scopes.slice(system.node.scopes.length).map(({ node }) => node.id);
  const alarms = system.regions.flatMap(region => {
    const share = path.reduce<IConstruct | undefined>((scope, id) => scope?.node.tryFindChild(id), system.stackIn(region));
    return share?.node.findAll().filter(one => one instanceof CfnAlarm) ?? [];
  });
  const thresholds = alarms
    .filter(alarm => alarm.metricName === metricName && alarm.comparisonOperator !== ComparisonOperator.LESS_THAN_THRESHOLD)
    .flatMap(({ threshold }) => threshold ?? []);
  return [...new Set(thresholds)];
}
