export * from './alarm-subscription';
export * from './grantable';
export * from './multi-region-system';
export * from './evacuation-switch';
