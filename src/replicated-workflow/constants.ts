/** Environment variables of the handlers: set by the construct, read by the handlers. */
export const STATE_MACHINE_ARN = 'STATE_MACHINE_ARN';
export const IDEMPOTENCY_KEY_PATH = 'IDEMPOTENCY_KEY_PATH';
/** The variable with the path of the correlation id in an event; without it, lines of the log have none. */
export const CORRELATION_ID_PATH = 'CORRELATION_ID_PATH';
/** The variable with the queue in which the starter puts what no retry can start, with the reason. */
export const DEAD_LETTER_QUEUE_URL = 'DEAD_LETTER_QUEUE_URL';
/** The variable with the queue from which events come, and in which the starter leaves them for later. */
export const EVENT_QUEUE_URL = 'EVENT_QUEUE_URL';
/** Without a ledger, the starter starts whatever it gets. */
export const LEDGER_TABLE_NAME = 'LEDGER_TABLE_NAME';
export const TAKEOVER_AFTER_SECONDS = 'TAKEOVER_AFTER_SECONDS';
/** The variables with the protocol's other times: a local region, which scales such variables, makes all of them shorter alike. */
export const BEAT_SECONDS = 'BEAT_SECONDS';
export const MARGIN_SECONDS = 'MARGIN_SECONDS';
/** All regions of the workflow, separated by commas. */
export const WORKFLOW_REGIONS = 'WORKFLOW_REGIONS';

/** The number of events that the starter takes at once. */
export const BATCH_SIZE = 10;

/**
 * The sweepers of a region that run at the same time: one run may ask helpers for help, and the run of the next minute, which sends the heartbeat, must find a free place however long they take.
 */
export const SWEEPER_CONCURRENCY = 10;
/** The most helpers that a run asks for: without the run itself, and the next one. */
export const SWEEPER_HELPERS = SWEEPER_CONCURRENCY - 2;

/** The dimension of all metrics of the handlers: the state machine. */
export const METRIC_DIMENSION = 'StateMachineName';
/** Events that hold no idempotency key where the trigger says it is. */
export const MISSING_IDEMPOTENCY_KEY = 'MissingIdempotencyKey';
/** The age of the oldest event that the starter failed at and that is tried again. */
export const OLDEST_RETRIED_SECONDS = 'OldestRetriedSeconds';
/** Workflows that this region started for another. */
export const TAKEOVERS = 'Takeovers';
/**
 * The metric of how long ago the entry was due that the sweeper looked at latest: it looks at the oldest first, so that this is how far it is behind.
 */
export const SWEEP_LATENESS_SECONDS = 'SweepLatenessSeconds';
/** The age of the oldest event that, as far as this region sees, nobody has started; 0 if there is none. */
export const OLDEST_UNRESOLVED_SECONDS = 'OldestUnresolvedSeconds';
