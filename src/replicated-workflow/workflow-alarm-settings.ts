import { AlarmSettings } from '../system/alarm-settings';

/** Overrides for the alarms of a `ReplicatedWorkflow`, the same in each region. Settings of an alarm that the workflow does not have stop the synthesis. */
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
   * The age of the oldest event that waits to start an execution, in seconds. With a trigger.
   *
   * @default - 300, in 3 minutes of 3
   */
  readonly oldestEvent?: AlarmSettings;

  /**
   * Events in a minute that have no idempotency key. With a trigger.
   *
   * @default - 1
   */
  readonly missingKey?: AlarmSettings;

  /**
   * Events that could not start an execution. With a trigger.
   *
   * @default - 1
   */
  readonly deadLetters?: AlarmSettings;

  /**
   * Executions in a minute that the region starts in place of another. Where peers take over.
   *
   * @default - 1
   */
  readonly takeovers?: AlarmSettings;

  /**
   * The age of the oldest event that no region has started, as far as this one sees, in seconds. Where peers take over; a system of one region has no such alarm yet.
   *
   * @default - the time by which every region has had its turn, in 3 minutes of 3
   */
  readonly unresolved?: AlarmSettings;

  /**
   * The lateness of the sweeper, in seconds. Where peers take over.
   *
   * @default - 180, in 3 minutes of 3: the length of a region's first turn, after which takeovers come later than `takeoverAfter` says
   */
  readonly sweepLateness?: AlarmSettings;

  /**
   * The least number of the sweeper's runs in a minute. Where peers take over.
   *
   * @default - 1, missing in 5 minutes of 5
   */
  readonly sweeperMissing?: AlarmSettings;
}
