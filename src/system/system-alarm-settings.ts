import { AlarmSettings } from './alarm-settings';

/** What the alarms look at that belong to no construct of yours, in each region. */
export interface SystemAlarmSettings {
  /**
   * What `DeadLetters` holds: events that were not delivered, and functions that failed for good.
   *
   * @default - 1
   */
  readonly deadLetters?: AlarmSettings;
}
