export * from './multi-region-pipeline';
export * from './pipeline-source';
export * from './pipeline-stage';
