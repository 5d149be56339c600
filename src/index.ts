export * from './global-event-bus';
export * from './global-table';
export * from './multi-region-api';
export * from './multi-region-function';
export * from './replicated-workflow';
export * from './system';
