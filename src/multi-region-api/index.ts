export * from './api-authorization';
export * from './http-method';
export * from './multi-region-api';
