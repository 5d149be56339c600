import { AlarmSettings } from '../system/alarm-settings';

/** The alarms of a `MultiRegionFunction` in each region. Both are of the alias, and roll a deployment back. */
export interface FunctionAlarmSettings {
  /**
   * Failed invocations in a minute.
   *
   * @default - 1
   */
  readonly errors?: AlarmSettings;

  /**
   * The p99 of the duration, in milliseconds.
   *
   * @default - half of the timeout, in 3 minutes of 3
   */
  readonly latency?: AlarmSettings;
}
