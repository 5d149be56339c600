export * from './multi-region-function';
