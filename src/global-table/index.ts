export * from './conflict-detection';
export * from './global-table';
export * from './i-global-table';
export * from './published-changes';
export * from './table-alarm-settings';
export * from './table-consistency';
