export { DashboardRow } from './dashboard-row';
export * from './multi-region-dashboard';
