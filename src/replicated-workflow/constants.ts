/** Environment variables of the starter: set by the construct, read by the handler. */
export const STATE_MACHINE_ARN = 'STATE_MACHINE_ARN';
export const IDEMPOTENCY_KEY_PATH = 'IDEMPOTENCY_KEY_PATH';

/** How many events the starter takes at once. */
export const BATCH_SIZE = 10;
