import { AlarmSettings } from '../system/alarm-settings';

/** Settings of the alarms of a `GlobalTable`, in each region. */
export interface TableAlarmSettings {
  /**
   * The replication latency to a peer, on average over a minute, in milliseconds. One alarm for each peer.
   *
   * @default - 60 000, in 5 minutes of 5
   */
  readonly replicationLatency?: AlarmSettings;

  /**
   * Reads that DynamoDB throttles in a minute. One alarm for the table, and one for each index.
   *
   * @default - 1, in 3 minutes of 5
   */
  readonly readThrottling?: AlarmSettings;

  /**
   * Writes that DynamoDB throttles in a minute. One alarm for the table, and one for each index.
   *
   * @default - 1, in 3 minutes of 5
   */
  readonly writeThrottling?: AlarmSettings;

  /**
   * Requests at which DynamoDB itself fails in a minute.
   *
   * @default - 1, in 3 minutes of 5
   */
  readonly systemErrors?: AlarmSettings;

  /**
   * Writes in a minute that another region replaced, if `detectConflicts` looks for them.
   *
   * @default - 1
   */
  readonly lostWrites?: AlarmSettings;

  /**
   * The age of the changes that the search for lost writes has reached, in milliseconds, if `detectConflicts` looks for them.
   *
   * @default - 900 000, in 5 minutes of 5
   */
  readonly conflictsAge?: AlarmSettings;

  /**
   * Batches of changes in 5 minutes that could not be published at all, if `publishChangesTo` publishes them, or that did not reach a workflow that the table starts.
   *
   * @default - 1, in 2 periods of 2
   */
  readonly executionFailed?: AlarmSettings;

  /**
   * Batches of changes in 5 minutes that could not be published wholly, if `publishChangesTo` publishes them, or that reached a workflow that the table starts in part.
   *
   * @default - 1, in 2 periods of 2
   */
  readonly executionPartiallyFailed?: AlarmSettings;
}
