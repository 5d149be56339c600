export * from './grantable';
export * from './multi-region-system';
