export * from './replicated-workflow';
export * from './workflow-alarm-settings';
export * from './workflow-definition';
export * from './workflow-deployment';
export * from './workflow-ownership';
export * from './workflow-props';
export * from './workflow-table-trigger';
export * from './workflow-trigger';
