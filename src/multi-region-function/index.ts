export * from './function-alarm-settings';
export * from './function-image';
export * from './i-multi-region-function';
export * from './multi-region-function';
export * from '../regional-function/function-bundling';
