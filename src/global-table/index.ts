export * from './global-table';
