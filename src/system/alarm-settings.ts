/** Which alarms there are, unless a construct's `alarmSettings` say otherwise. */
export enum AlarmProfile {
  /** All of them. */
  COMPLETE = 'COMPLETE',
  /**
   * Only those that tell that something was lost, failed or stopped, or that roll back a deployment on failures. Those that tell of slowness and throttling are left out, at 0.10 USD a month
   * each: the dashboard still shows it, but nobody is called.
   */
  ESSENTIAL = 'ESSENTIAL',
}

/**
 * What an alarm looks at. All that is left out stays as it is by default.
 *
 * Throws where it is used if a number is not one that CloudWatch takes.
 */
export interface AlarmSettings {
  /**
   * Whether there is this alarm. One that is not there neither calls anybody, nor counts against its region, nor rolls back a deployment.
   *
   * @default - true if other settings are given, else as `alarmProfile` of the system says
   */
  readonly enabled?: boolean;

  /**
   * The value from which on it goes off, above 0, in the unit of its metric.
   *
   * @default - see the alarm
   */
  readonly threshold?: number;

  /**
   * How many periods it looks at: minutes, unless its description says otherwise. A whole number up to 1440.
   *
   * @default - see the alarm
   */
  readonly evaluationPeriods?: number;

  /**
   * In how many of them the threshold must be reached.
   *
   * @default - all, if evaluationPeriods is given
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
   */
  readonly datapointsToAlarm?: number;
}
