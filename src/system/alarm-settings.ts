/** The alarms that a system has, unless a construct's `alarmSettings` say otherwise. */
export enum AlarmProfile {
  /** All of them. */
  COMPLETE = 'COMPLETE',
  /**
   * Only alarms on what was lost, failed or stopped, and those that roll back a deployment on failures. Alarms on slowness and throttling are left out, at 0.10 USD a month
   * each: the dashboard still shows it, but notifies nobody.
   */
  ESSENTIAL = 'ESSENTIAL',
}

/**
 * Overrides for one alarm. Omitted fields keep their defaults.
 *
 * Throws where it is used if a number is not one that CloudWatch takes.
 */
export interface AlarmSettings {
  /**
   * Indicates whether the alarm exists. One that is not there neither calls anybody, nor counts against its region, nor rolls back a deployment.
   *
   * @default - true if other settings are given, else as `alarmProfile` of the system says
   */
  readonly enabled?: boolean;

  /**
   * The alarm threshold, in the metric's unit; must be above 0.
   *
   * @default - see the alarm
   */
  readonly threshold?: number;

  /**
   * The number of periods that the alarm evaluates: minutes, unless its description says otherwise. A whole number, of a day in all at most, or of a
   * week if a period is an hour or longer: up to 1440 minutes.
   *
   * @default - see the alarm
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
   */
  readonly evaluationPeriods?: number;

  /**
   * The number of those periods in which the threshold must be reached.
   *
   * @default - all, if evaluationPeriods is given
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
   */
  readonly datapointsToAlarm?: number;
}
