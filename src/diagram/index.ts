export * from './architecture-diagram';
export * from './diagram-detail';
