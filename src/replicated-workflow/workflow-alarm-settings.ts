import { AlarmSettings } from '../system/alarm-settings';

/** What the alarms of a `ReplicatedWorkflow` look at, in each region. */
export interface WorkflowAlarmSettings {
  /**
   * Executions in a minute that failed. It also rolls a deployment back.
   *
   * @default - 1
   */
  readonly failed?: AlarmSettings;

  /**
   * Executions in a minute that took longer than their definition allows.
   *
   * @default - 1
   */
  readonly timedOut?: AlarmSettings;

  /**
   * Executions in a minute that somebody stopped.
   *
   * @default - 1
   */
  readonly aborted?: AlarmSettings;

  /**
   * Starts and transitions in a minute that Step Functions throttles.
   *
   * @default - 1, in 3 minutes of 5
   */
  readonly throttled?: AlarmSettings;

  /**
   * How long an event waits to start an execution, in seconds.
   *
   * @default - 300, in 3 minutes of 3
   */
  readonly oldestEvent?: AlarmSettings;

  /**
   * Events in a minute that have no idempotency key.
   *
   * @default - 1
   */
  readonly missingKey?: AlarmSettings;

  /**
   * Events that could not start an execution.
   *
   * @default - 1
   */
  readonly deadLetters?: AlarmSettings;

  /**
   * Executions in a minute that the region starts in place of another.
   *
   * @default - 1
   */
  readonly takeovers?: AlarmSettings;

  /**
   * The age of the oldest event that no region has started, as far as this one sees, in seconds.
   *
   * @default - after the turn of every region, in 3 minutes of 3
   */
  readonly unresolved?: AlarmSettings;

  /**
   * Runs in a minute of what says that the region is alive, of which there must be at least so many.
   *
   * @default - 1, missing in 5 minutes of 5
   */
  readonly sweeperMissing?: AlarmSettings;
}
