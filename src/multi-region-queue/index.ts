export * from './multi-region-queue';
