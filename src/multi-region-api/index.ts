export * from './api-alarm-settings';
export * from './api-authorization';
export * from './api-domain';
export * from './api-health';
export * from './api-routing';
export * from './http-method';
export * from './multi-region-api';
export * from './web-acl';
