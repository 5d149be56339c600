export * from './build-props';
export * from './build-secret';
export * from './multi-region-pipeline';
export * from './pipeline-props';
export * from './pipeline-source';
export * from './pipeline-stage';
export * from './source-props';
