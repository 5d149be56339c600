import { AlarmSettings } from '../system/alarm-settings';

/** The alarms of a `MultiRegionQueue` in each region. */
export interface QueueAlarmSettings {
  /**
   * Messages that the consumer failed at.
   *
   * @default - 1
   */
  readonly deadLetters?: AlarmSettings;
}
