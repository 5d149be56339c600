/** The questions that a `MultiRegionDashboard` answers, in its order. */
export enum DashboardRow {
  /** The regions that are unhealthy or evacuated, and those that took over. */
  HEALTH = 'HEALTH',
  /** Requests, errors and latency of each API. */
  REQUESTS = 'REQUESTS',
  /** Errors and throttles of functions. */
  FUNCTIONS = 'FUNCTIONS',
  /** Lag of replication, throttles and errors of tables. */
  TABLES = 'TABLES',
  /** Events sent, failed and late, and the heartbeats that arrive, of each bus. */
  EVENTS = 'EVENTS',
  /** Executions of each workflow, and what waits for one. */
  WORKFLOWS = 'WORKFLOWS',
  /** Dead letters, and what waits in queues. */
  QUEUES = 'QUEUES',
  /** The usage that makes the bill grow. */
  COST = 'COST',
}
