// Bridges constructs that are not on RegionalScope yet; goes with the last of them.
import { Stack } from 'aws-cdk-lib';
import { Alarm, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct, IConstruct } from 'constructs';
import { AlarmOverrides, AlarmSet, AlarmSpec } from './alarm-set';
import { hostOf } from './layout';
import { metricIn } from './metrics';
import { MultiRegionSystem } from './multi-region-system';
import { queueMetric } from './queue-metrics';
import { RegionProtection } from './region-protection';

const given = new WeakMap<IConstruct, AlarmOverrides<string>>();

export function useAlarmSettings(owner: Construct, settings: object = {}): void {
  given.set(owner, new AlarmOverrides(owner, settings as any, MultiRegionSystem.of(owner).alarmProfile));
}

export function watch(scope: Construct, id: string, { tellsOfPeer, ...spec }: Omit<AlarmSpec, 'isAboutPeer'> & { readonly tellsOfPeer?: boolean }): Alarm | undefined {
  const host = hostOf(scope);
  const system = MultiRegionSystem.of(scope);
  const path = scope.node.scopes.slice(Stack.of(scope).node.scopes.length).map(({ node }) => node.id);
  let found: AlarmOverrides<string> | undefined;
  for (let owner = host as IConstruct | undefined; owner; owner = owner.node.tryFindChild(path.shift() ?? '')) {
    if (given.has(owner)) found = given.get(owner);
  }
  found ??= new AlarmOverrides(system, {}, system.alarmProfile);
  const [key, ...of] = [id.charAt(0).toLowerCase() + id.slice(1).split('-')[0], ...id.split('-').slice(1)];
  return new AlarmSet(host._stacks.alarmsIn(Stack.of(scope).region), found).add(scope, key, { ...spec, isAboutPeer: tellsOfPeer }, of.length > 0 ? of.join('-') : undefined);
}

export function protectionOf(scope: IConstruct): RegionProtection {
  return hostOf(scope)._stacks.protectionIn(Stack.of(scope).region);
}

export function queueMetricIn(owner: IConstruct, region: string, queueName: string, metricName: Parameters<typeof queueMetric>[1], options?: MetricOptions): Metric {
  return metricIn(owner, region, queueMetric(queueName, metricName), options);
}
