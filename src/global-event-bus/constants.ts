/** The source of the events by which regions notice that replication has stopped. */
export const HEARTBEAT_SOURCE = 'cdk-multi-region';
export const HEARTBEAT_DETAIL_TYPE = 'Replication Heartbeat';

/** How rules that a bus makes for itself are named. */
export const OWN_RULE = /^(replication|heartbeats|redrive)-/;
