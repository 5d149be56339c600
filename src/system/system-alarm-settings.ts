import { AlarmSettings } from './alarm-settings';

/** Overrides, in each region, for the alarms that belong to no construct of yours. */
export interface SystemAlarmSettings {
  /**
   * The alarm on the messages in `DeadLetters`: events that were not delivered, and functions that failed for good.
   *
   * @default - 1
   */
  readonly deadLetters?: AlarmSettings;
}
