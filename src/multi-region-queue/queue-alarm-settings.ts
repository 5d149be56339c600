import { AlarmSettings } from '../system/alarm-settings';

/** What the alarms of a `MultiRegionQueue` look at, in each region. */
export interface QueueAlarmSettings {
  /**
   * Messages that the consumer failed at.
   *
   * @default - 1
   */
  readonly deadLetters?: AlarmSettings;
}
