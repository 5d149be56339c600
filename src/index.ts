export * from './dead-letters';
export * from './global-event-bus';
export * from './global-table';
export * from './multi-region-api';
export * from './multi-region-function';
export * from './multi-region-queue';
export * from './replicated-workflow';
export * from './system';
