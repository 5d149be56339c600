/** The path that health checks ask. */
export const HEALTH_PATH = '/health';
