import { Duration } from 'aws-cdk-lib';
import { IMetric, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { IEventBus, Level } from 'aws-cdk-lib/aws-events';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { requireBusName } from './bus-name';
import { archiveName } from './constants';
import { requireCrossRegionEvents } from './cross-region-events';
import { EventBusAlarmSettings } from './event-bus-alarm-settings';
import { EventReplication } from './event-replication';
import { GlobalEventBusBase } from './global-event-bus-base';
import { IGlobalEventBus } from './i-global-event-bus';
import { ImportedEventBus } from './imported-event-bus';
import { RegionalBus } from './regional-bus';
import { replicate } from './replication';
import { watchReplication } from './replication-canary';
import { heartbeatMetric, replicationMetricIn, replicationMetricsIn } from './replication-metrics';
import { SubscribedBus } from './subscribed-bus';
import { redriveBusName } from '../dead-letters/constants';
import { DeadLetters } from '../dead-letters/dead-letters';
import { AlarmOverrides } from '../system/alarm-set';
import { describe } from '../system/describe';
import { requireKeyArns } from '../system/encryption-keys';
import { invalidProp } from '../system/errors';
import { Layout } from '../system/layout';
import { metricIn, requirePeer } from '../system/metrics';
import { NameRule } from '../system/names';
import { PerRegion } from '../system/per-region';
import { requireRetention } from '../system/ranges';

const DEFAULT_RETENTION = Duration.days(30);

/** Properties of a `GlobalEventBus`. */
export interface GlobalEventBusProps {
  /**
   * The name of the bus in every region. It cannot be changed without replacing the buses and their archives.
   *
   * @default - the system's name and the construct's id
   */
  readonly eventBusName?: string;

  /**
   * The retention of each region's archive, in whole days. An archive is billed by what it holds. It stays when its stack is deleted, and so does its bus: to deploy the stack again, use
   * `cdk deploy --import-existing-resources`.
   *
   * @default Duration.days(30)
   */
  readonly archiveRetention?: Duration;

  /**
   * The events that reach the other regions. In China none do, and anything but `EventReplication.none()` throws; in GovCloud synthesis warns.
   *
   * @default EventReplication.all()
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
   */
  readonly replication?: EventReplication;

  /**
   * Indicates whether each region publishes a heartbeat every minute, with an alarm in every other region on five that are missing in a row.
   *
   * About 0.09 USD a month for each region and 0.16 USD for each pair of sender and receiver, 0.10 USD of it the alarm. Without it, nobody notices when a replication
   * rule is gone: an event that matches no rule vanishes without a metric. Heartbeats are replicated like all events: what a peer does not take in 24 hours is in the
   * sending region's `DeadLetters`, whose redrive drops them.
   *
   * @default true
   */
  readonly replicationCanary?: boolean;

  /**
   * The customer managed keys that encrypt the buses and archives, by region: the ARN of a key of that region for each.
   *
   * The policy of each key must let `events.amazonaws.com` use it (`kms:DescribeKey`, `kms:GenerateDataKey`, `kms:Decrypt`) for this bus, `<bus>-redrive` and the archive. Unless `logLevel` is `OFF`, it must
   * also let `events.amazonaws.com` (`kms:GenerateDataKey`) and `delivery.logs.amazonaws.com` (`kms:Decrypt`, `kms:GenerateDataKey`) use it with the encryption context `SourceArn` of
   * `arn:<partition>:logs:<region>:<account>:*`. Events travel between regions by TLS, and are encrypted with the receiver's key there.
   *
   * Events that cannot be encrypted or decrypted go to `DeadLetters`, in encrypted form. They cannot be redriven: decrypt them, then publish them again.
   *
   * @default - keys that AWS owns
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-bus-logs.html
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-dlq-decrypt.html
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html
   */
  readonly encryptionKeyArns?: { [region: string]: string };

  /**
   * The level of each bus' log of what it does, without the details of events, in a log group of its own.
   *
   * @default Level.ERROR
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-logs.html
   */
  readonly logLevel?: Level;

  /**
   * The retention of the logs, in every region.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * Indicates whether EventBridge infers schemas from the events of each bus. Billed by the event above a free allowance, and impossible with
   * customer managed keys.
   *
   * @default false
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-schema.html
   */
  readonly schemaDiscovery?: boolean;

  /**
   * The id of an organization, such as `o-a1b2c3d4e5`, all accounts of which may publish to the buses.
   *
   * @default - accounts of no organization
   */
  readonly organizationId?: string;

  /**
   * Other accounts that may publish to the buses, 12 digits each.
   *
   * @default - the system's own account only
   */
  readonly publisherAccounts?: string[];

  /**
   * The settings of the alarms. Settings that match no alarm are an error at synthesis.
   *
   * @default - see each
   */
  readonly alarmSettings?: EventBusAlarmSettings;
}

/**
 * An EventBridge bus in every region, where each event published in one region reaches all of them.
 *
 * An event keeps the `region` it was published in. Only that region forwards it, once to each peer, and never when it is replayed from
 * an archive; so nothing loops. A peer that is down gets its events when it is back, for up to 24 hours; what could not be delivered by
 * then is in the sending region's `DeadLetters`, from where it can be redriven to that peer alone. Event ids are not stable across regions:
 * consumers recognise a duplicate by a key of yours.
 *
 * In each region's stack: the bus, open to its own account only; an archive of all events, those of other regions included, so that any surviving region can replay them; a bus for redriving; an alarm on events that are lost. In each mesh stack: rules
 * of at most 5 peers each, with alarms on failed and on slow deliveries; a rule for each peer to redrive to; a heartbeat. Each replicated event is billed as a custom event once per peer.
 *
 * Each region takes in the events of all regions. So the region with the smallest quotas of PutEvents and of invocations a second bounds them all; beyond it, EventBridge delays what it delivers. A bus has at most 300
 * rules, 100 in some regions: subscriptions and, for each peer, a heartbeat's. All of these quotas can be raised.
 *
 * An event that another bus sends here, such as the account's default bus, stays in its region: EventBridge never sends an event on twice.
 *
 * Throws if the name is not one that EventBridge accepts, if the retention is not a number of whole days, if a key is missing or of another region, or if an
 * account or organization is none.
 *
 * An example, what it defines, what it costs, and its limits: [global event bus](https://github.com/cdk-multi-region/cdk-multi-region/blob/main/docs/constructs/global-event-bus.md).
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
 */
export class GlobalEventBus extends GlobalEventBusBase {
  /**
   * Returns a bus that something else made in every region of the system, in its account: a team's own, or that of another system of this library. Others may have rules on it as well.
   *
   * Functions may be granted to publish to it, tables may publish their changes to it, and it takes subscriptions, each with its rule, its alarms and the `DeadLetters` of this system. The names of these rules begin
   * with the system's. Nothing else is made: whether its events reach other regions, its archive, its log, its key and its alarm on lost events are its owner's. Without replication, a region handles what is published
   * in it, and no peer takes over a workflow that events of this bus start.
   *
   * Throws if the name is none of a custom bus.
   */
  public static fromEventBusName(scope: Construct, id: string, eventBusName: string): IGlobalEventBus {
    return new ImportedEventBus(scope, id, eventBusName);
  }

  /** The name, equal in every region: a plain string for environment variables. */
  public readonly eventBusName: string;

  /** Indicates whether events reach other regions. @internal */
  public readonly _isReplicated: boolean;

  /** Indicates whether heartbeats are sent to other regions. @internal */
  public readonly _hasHeartbeats: boolean;

  /** @internal */
  protected readonly _subscribed: SubscribedBus;

  private readonly parts: PerRegion<RegionalBus>;

  constructor(scope: Construct, id: string, props: GlobalEventBusProps = {}) {
    super(scope, id);
    const layout = Layout.of(this);
    const { system } = layout;
    this.requireValid(props, system.regions);
    this.eventBusName = props.eventBusName ?? layout.physicalName(NameRule.EVENT_BUS);
    if (!NameRule.EVENT_BUS.accepts(redriveBusName(this.eventBusName))) {
      throw invalidProp(this, 'eventBusName', this.eventBusName, `${NameRule.EVENT_BUS.allowed}, with room for "${redriveBusName('')}" after it`);
    }
    const { eventBusName } = this;
    const deadLetters = DeadLetters.of(this);
    const alarms = new AlarmOverrides<keyof EventBusAlarmSettings>(this, props.alarmSettings, system.alarmProfile);
    const isWatchedOver = props.replicationCanary ?? true;
    const pattern = (props.replication ?? EventReplication.all())._patternFor(this, isWatchedOver);
    const isReplicated = pattern !== undefined;
    const hasHeartbeats = isReplicated && isWatchedOver;
    const hasPeers = system.regions.length > 1;
    this._isReplicated = isReplicated && hasPeers;
    if (this._isReplicated) requireCrossRegionEvents(this, system, props.replication);
    this._hasHeartbeats = hasHeartbeats && hasPeers;
    if (isReplicated) alarms.expectPairs('failedInvocations', 'deliveryLatency');
    if (hasHeartbeats) alarms.expectPairs('heartbeatsMissing');

    this.parts = layout.perRegion(regionalScope => new RegionalBus(regionalScope, {
      ...props,
      eventBusName,
      title: system.systemName,
      isReplicated,
      hasHeartbeats,
      deadLetters,
      alarms,
      archiveRetention: props.archiveRetention ?? DEFAULT_RETENTION,
      logLevel: props.logLevel ?? Level.ERROR,
      logRetention: props.logRetention ?? RetentionDays.ONE_MONTH,
    }));
    if (hasPeers) {
      layout.perRegion(regionalScope => {
        if (regionalScope.peers.length === 0) return;
        if (pattern) replicate(regionalScope, { eventBusName, pattern, deadLetters, alarms });
        if (hasHeartbeats && !regionalScope.isRetiring) watchReplication(regionalScope, { eventBusName, alarms });
      });
    }
    this._subscribed = { eventBusName, deadLetters, alarms, ruleNameOf: subscription => subscription, busIn: region => this.inRegion(region) };
    describe(this, 'bus', () => ({
      name: eventBusName,
      isReplicated: this._isReplicated,
      archive: archiveName(eventBusName),
      subscriptions: this._describeSubscriptions(),
    }));
  }

  /** Returns the bus of one region; throws if it is not a region of the system. */
  public inRegion(region: string): IEventBus {
    return this.parts.in(region).bus;
  }

  /**
   * Returns the number of events published in one region that go to its peers, heartbeats included, over a minute by default. There is no data while there are none, or where nothing is
   * replicated.
   *
   * Throws if it is not a region of the system.
   */
  public metricMatchedEvents(ofRegion: string, options?: MetricOptions): Metric {
    // all rules match the same events
    return replicationMetricsIn(this, ofRegion, 'MatchedEvents', options)[0];
  }

  /** Returns the number of times that one region sent an event to a peer, heartbeats included, over a minute by default; throws if it is not a region of the system. */
  public metricInvocations(ofRegion: string, options?: MetricOptions): IMetric {
    return replicationMetricIn(this, ofRegion, 'Invocations', 'SUM', options);
  }

  /** Returns the number of times that one region failed for good to send an event to a peer, over a minute by default; throws if it is not a region of the system. */
  public metricFailedInvocations(ofRegion: string, options?: MetricOptions): IMetric {
    return replicationMetricIn(this, ofRegion, 'FailedInvocations', 'SUM', options);
  }

  /**
   * Returns the time that events published in one region took until its peers had them, retries included, in milliseconds: the 99th percentile, over a minute by default.
   *
   * Throws if it is not a region of the system.
   */
  public metricIngestionToInvocationSuccessLatency(ofRegion: string, options?: MetricOptions): IMetric {
    return replicationMetricIn(this, ofRegion, 'IngestionToInvocationSuccessLatency', 'MAX', options);
  }

  /**
   * Returns the number of heartbeats of a peer that arrived in one region, over a minute by default: one, while all is well. There is no data without `replicationCanary`.
   *
   * Throws if the two are not different regions of the system.
   */
  public metricHeartbeats(ofRegion: string, peer: string, options?: MetricOptions): Metric {
    requirePeer(this, ofRegion, 'peer', peer);
    return metricIn(this, ofRegion, heartbeatMetric(this.eventBusName, peer), options);
  }

  private requireValid(props: GlobalEventBusProps, regions: string[]): void {
    const retention = props.archiveRetention ?? DEFAULT_RETENTION;
    if (retention.toSeconds({ integral: false }) < Duration.days(1).toSeconds() || !Number.isInteger(retention.toDays({ integral: false }))) {
      throw invalidProp(this, 'archiveRetention', retention.toHumanString(), 'a number of whole days, at least 1');
    }
    requireRetention(this, 'logRetention', props.logRetention);
    if (props.eventBusName !== undefined) requireBusName(this, props.eventBusName);
    requireKeyArns(this, 'encryptionKeyArns', regions, props.encryptionKeyArns);
    if (props.schemaDiscovery && props.encryptionKeyArns) {
      throw invalidProp(this, 'schemaDiscovery', true, 'false, because EventBridge discovers no schemas on buses with customer managed keys');
    }
    if (props.organizationId !== undefined && !/^o-[a-z0-9]{10,32}$/.test(props.organizationId)) {
      throw invalidProp(this, 'organizationId', props.organizationId, 'the id of an organization, such as o-a1b2c3d4e5');
    }
    const notAnAccount = props.publisherAccounts?.find(account => typeof account !== 'string' || !/^\d{12}$/.test(account));
    if (notAnAccount !== undefined) {
      throw invalidProp(this, 'publisherAccounts', notAnAccount, '12 digits, as text');
    }
  }
}
