export * from './evacuation-switch';
