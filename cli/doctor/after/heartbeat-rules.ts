import { heartbeatRuleName } from '../../../src/global-event-bus/constants';
import { StackArtifact } from '../../system/cloud-assembly';

/** A rule of a bus in one region, which takes the heartbeats of a peer. */
export interface HeartbeatRule {
  readonly bus: string;
  /** The region of the rule, in which heartbeats arrive. */
  readonly region: string;
  /** The region from which they come. */
  readonly peer: string;
  readonly rule: string;
}

/** Finds the rules that take heartbeats: buses that nobody watches over have none, and retiring regions get no events. */
export function heartbeatRules(stacks: readonly StackArtifact[], regions: readonly string[]): HeartbeatRule[] {
  return stacks.flatMap(({ region, template }) => Object.values(template.Resources ?? {}).flatMap(({ Type, Properties = {} }) => {
    if (Type !== 'AWS::Events::Rule') return [];
    const { Name: rule, EventBusName: bus } = Properties;
    const peer = regions.find(one => heartbeatRuleName(one) === rule);
    return peer === undefined || typeof bus !== 'string' ? [] : [{ bus, region, peer, rule: rule as string }];
  }));
}
