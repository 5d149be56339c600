/** Returns the name of the bus, beside a replicated one, by which an event that a peer did not take is sent to that peer again. */
export function redriveBusName(eventBusName: string): string {
  return `${eventBusName}-redrive`;
}

/** The source of the events by which regions notice that replication has stopped. */
export const HEARTBEAT_SOURCE = 'cdk-multi-region';
