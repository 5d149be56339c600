export * from './alarm-settings';
export * from './alarm-subscription';
export * from './compliance-mode';
export * from './function-network';
export * from './grantable';
export * from './multi-region-system';
export * from './evacuation-switch';
export * from './system-alarm-settings';
