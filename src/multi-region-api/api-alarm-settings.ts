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
   * Answers of `/health` in a minute, below which Route 53's health checks do not get through and clients are led elsewhere. Needs a domain. Evacuated regions are probed as well.
   *
   * It is in the mesh stack, since nobody probes a region before that is there, and does not count against the region. It may notify once when a region joins, before the first probe is counted.
   *
   * @default - 1, in 5 minutes of 5
   */
  readonly probesMissing?: AlarmSettings;

  /**
   * The alarm on whether a peer is evacuated, as this region answers: 1 if so. Periods are 5 minutes. Needs a domain, and probes of evacuations.
   *
   * It does not count against any region, so that the pipeline may deploy to a region that is evacuated. With several APIs there is one for each: disable it for all but one.
   *
   * @default - 1, in 12 periods of 12: for an hour
   */
  readonly evacuationInForce?: AlarmSettings;

  /**
   * Requests in a minute that are refused because the keys of the issuer of JSON Web Tokens cannot be fetched. Needs `jwt` authorization.
   *
   * @default - 1
   */
  readonly keysUnavailable?: AlarmSettings;
}
