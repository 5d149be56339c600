export * from './conflict-detection-options';
export * from './global-table';
export * from './global-table-attributes';
export * from './i-global-table';
export * from './published-changes';
export * from './table-alarm-settings';
export * from './table-consistency';
export * from './table-props';
