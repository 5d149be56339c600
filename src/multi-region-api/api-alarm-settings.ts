import { AlarmSettings } from '../system/alarm-settings';

/** The settings of the alarms of a `MultiRegionApi`, in each region. */
export interface ApiAlarmSettings {
  /**
   * Requests in a minute that are answered with a status of 500 or above, those of health checks included.
   *
   * @default - 5, in 3 minutes of 5
   */
  readonly serverErrors?: AlarmSettings;

  /**
   * The p99 of the time that requests take in the region, in milliseconds.
   *
   * @default - 5 000, in 5 minutes of 5
   */
  readonly latency?: AlarmSettings;

  /**
   * The days until the certificate expires, if AWS has not renewed it; it does so 60 days before. Periods are days. Needs a domain.
   *
   * @default - 30
   */
  readonly certificateExpiry?: AlarmSettings;

  /**
   * Requests in a minute that are refused because the keys of the issuer of JSON Web Tokens cannot be fetched. Needs `jwt` authorization.
   *
   * @default - 1
   */
  readonly keysUnavailable?: AlarmSettings;
}
