import { AlarmSettings } from '../system/alarm-settings';

/** The alarms of a `GlobalEventBus` in each region: for each rule that sends events to peers, and for each subscription, except for those on lost events and missing heartbeats. */
export interface EventBusAlarmSettings {
  /**
   * Events in a minute that could not be delivered for good, and went to the dead-letter queue.
   *
   * @default - 1
   */
  readonly failedInvocations?: AlarmSettings;

  /**
   * Events in a minute that went neither to their target nor to the dead-letter queue, so that they are lost. One alarm for all rules of a region's bus, billed for each rule that has lost any.
   *
   * @default - 1
   */
  readonly lostEvents?: AlarmSettings;

  /**
   * The time that the slowest 1 % of events take from being published to being taken, retries included, in milliseconds.
   *
   * @default - 60 000, in 5 minutes of 5
   */
  readonly deliveryLatency?: AlarmSettings;

  /**
   * Heartbeats of a peer in a minute, of which there must be at least so many. One alarm for each peer, if `replicationCanary` publishes them.
   *
   * @default - 1, missing in 5 minutes of 5
   */
  readonly heartbeatsMissing?: AlarmSettings;
}
