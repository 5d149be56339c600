import { ArnComponents } from 'aws-cdk-lib';

export const HEARTBEAT_DETAIL_TYPE = 'Replication Heartbeat';

/** The rules that send a region's events to its peers: each carries at most 5 targets. */
export const replicationRuleName = (i: number): string => `replication-${i}`;
export const TARGETS_PER_RULE = 5;

/** The rule that takes the heartbeats of a peer. */
export const heartbeatRuleName = (peer: string): string => `heartbeats-from-${peer}`;

/** How rules that a bus makes for itself are named. */
export const OWN_RULE = /^(replication|heartbeats|redrive)-/;

/** The parts of the ARN of a bus by its name, in the region of who names it or in another one. */
export function busArn(eventBusName: string, region?: string): ArnComponents {
  return { service: 'events', resource: 'event-bus', resourceName: eventBusName, ...(region !== undefined && { region }) };
}
