export * from './global-event-bus';
