import { createHash } from 'crypto';
import { ArnComponents } from 'aws-cdk-lib';

export const HEARTBEAT_DETAIL_TYPE = 'Replication Heartbeat';

/** The rules that send a region's events to its peers: each carries at most 5 targets. */
export const replicationRuleName = (i: number): string => `replication-${i}`;
export const TARGETS_PER_RULE = 5;

/** The rule that takes the heartbeats of a peer. */
export const heartbeatRuleName = (peer: string): string => `heartbeats-from-${peer}`;

/** The names of the rules that a bus makes for itself. */
export const OWN_RULE = /^(replication|heartbeats|redrive)-/;

/** Returns the parts of the ARN of a bus by its name, in the region of who names it or in another one. */
export function busArn(eventBusName: string, region?: string): ArnComponents {
  return { service: 'events', resource: 'event-bus', resourceName: eventBusName, ...(region !== undefined && { region }) };
}

const MAX_ARCHIVE_NAME = 48;

/**
 * Returns the name of a bus' archive: the bus' own, shortened with a hash if EventBridge takes no name of an archive that is so long.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateArchive.html
 */
export function archiveName(eventBusName: string): string {
  if (eventBusName.length <= MAX_ARCHIVE_NAME) return eventBusName;
  const hash = createHash('sha256').update(eventBusName, 'utf8').digest('hex').slice(0, 8);
  return `${eventBusName.slice(0, MAX_ARCHIVE_NAME - hash.length - 1)}-${hash}`;
}
