/** The path that health checks ask. */
export const HEALTH_PATH = '/health';

/** The only stage. */
export const STAGE_NAME = 'live';
