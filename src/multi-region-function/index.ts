export * from './function-alarm-settings';
export * from './multi-region-function';
