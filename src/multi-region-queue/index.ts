export * from './multi-region-queue';
export * from './queue-alarm-settings';
