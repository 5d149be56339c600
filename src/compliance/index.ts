export { CompliancePack } from './compliance-pack';
export * from './compliance-report';
