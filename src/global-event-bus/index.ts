export * from './event-bus-alarm-settings';
export * from './event-replication';
export * from './event-subscription';
export * from './global-event-bus';
export * from './i-global-event-bus';
