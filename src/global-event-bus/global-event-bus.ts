import { Duration } from 'aws-cdk-lib';
import { IMetric, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnArchive, EventBus, IEventBus, IncludeDetail, Level } from 'aws-cdk-lib/aws-events';
import { CfnDiscoverer } from 'aws-cdk-lib/aws-eventschemas';
import { AccountPrincipal, AccountRootPrincipal, AnyPrincipal, IPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { deliverLogs } from './bus-logging';
import { heartbeatRuleName } from './constants';
import { HEARTBEAT_SOURCE } from '../dead-letters/constants';
import { EventBusAlarmSettings } from './event-bus-alarm-settings';
import { EventReplication } from './event-replication';
import { EventSubscription, EventSubscriptionProps } from './event-subscription';
import { replicate } from './replication';
import { watchReplication } from './replication-canary';
import { replicationMetricIn, replicationMetricsIn } from './replication-metrics';
import { DeadLetters } from '../dead-letters/dead-letters';
import { redriveBusName } from '../dead-letters/constants';
import { useAlarmSettings } from '../system/legacy';
import { keyIn, requireKeyArns } from '../system/encryption-keys';
import { invalidProp } from '../system/errors';
import { Layout } from '../system/layout';
import { PerRegion } from '../system/per-region';
import { requirePeer } from '../system/metrics';
import { ruleMetricIn } from '../global-event-bus/rule-metrics';
import { IMultiRegionGrantable } from '../system/grantable';
import { NameRule } from '../system/names';

/** Properties of a `GlobalEventBus`. */
export interface GlobalEventBusProps {
  /**
   * The name of the bus in every region. It cannot be changed without replacing the buses and their archives.
   *
   * @default - the system's name and the construct's id
   */
  readonly eventBusName?: string;

  /**
   * How long each region's archive keeps events, in whole days. An archive is billed by what it holds.
   *
   * @default Duration.days(30)
   */
  readonly archiveRetention?: Duration;

  /**
   * Which events reach the other regions.
   *
   * @default EventReplication.all()
   */
  readonly replication?: EventReplication;

  /**
   * Whether each region publishes a heartbeat every minute, with an alarm in every other region on five that are missing in a row.
   *
   * About 0.09 USD a month for each region and 0.16 USD for each pair of sender and receiver, 0.10 USD of it the alarm. Without it, nobody notices when a replication
   * rule is gone: an event that matches no rule vanishes without a metric.
   *
   * @default true
   */
  readonly replicationCanary?: boolean;

  /**
   * The customer managed keys that encrypt the buses and archives, by region: the ARN of a key of that region for each.
   *
   * The policy of each key must let `events.amazonaws.com` use it (`kms:DescribeKey`, `kms:GenerateDataKey`, `kms:Decrypt`) for this bus, `<bus>-redrive` and the archive.
   * Events travel between regions by TLS, and are encrypted with the receiver's key there.
   *
   * @default - keys that AWS owns
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html
   */
  readonly encryptionKeyArns?: { [region: string]: string };

  /**
   * How much each bus logs of what it does, without the details of events, to a log group of its own.
   *
   * @default Level.ERROR
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-logs.html
   */
  readonly logLevel?: Level;

  /**
   * How long the logs are kept, in every region.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * Whether EventBridge infers schemas from the events of each bus. Billed by the event above a free allowance, and impossible with customer managed keys.
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
   * What the alarms look at.
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
 * then waits in the sending region's `DeadLetters`, from where it can be redriven to that peer alone. Event ids are not stable across regions:
 * consumers recognise a duplicate by a key of yours.
 *
 * Per region: the bus, open to its own account only; an archive of all events, those of other regions included, so that any surviving
 * region can replay them; rules of at most 5 peers each, with alarms on failed and on slow deliveries; a bus for redriving; a heartbeat. Each replicated event is billed as
 * a custom event once per peer.
 *
 * An event that another bus sends here, such as the account's default bus, stays in its region: EventBridge never sends an event on twice.
 *
 * Throws if the name is not one that EventBridge accepts, if the retention is not a number of whole days, if a key is missing or of another region, or if an
 * account or organization is none.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
 */
export class GlobalEventBus extends Construct {
  /** The name, equal in every region: a plain string for environment variables. */
  public readonly eventBusName: string;

  /** Whether events reach other regions. @internal */
  public readonly _isReplicated: boolean;

  /** Whether heartbeats tell that they do. @internal */
  public readonly _hasHeartbeats: boolean;

  private readonly buses: PerRegion<IEventBus>;

  constructor(scope: Construct, id: string, props: GlobalEventBusProps = {}) {
    super(scope, id);
    const layout = Layout.of(this);
    const { system } = layout;
    this.requireValid(props, system.regions);
    this.eventBusName = props.eventBusName ?? layout.physicalName(NameRule.EVENT_BUS);
    if (!NameRule.EVENT_BUS.accepts(redriveBusName(this.eventBusName))) {
      throw invalidProp(this, 'eventBusName', this.eventBusName, `${NameRule.EVENT_BUS.allowed}, with room for "${redriveBusName('')}" after it`);
    }
    useAlarmSettings(this, props.alarmSettings);
    const isWatchedOver = props.replicationCanary ?? true;
    const pattern = (props.replication ?? EventReplication.all())._patternFor(this, isWatchedOver);
    const isReplicated = pattern !== undefined && system.regions.length > 1;
    const isWatched = isReplicated && isWatchedOver;
    this._isReplicated = isReplicated;
    this._hasHeartbeats = isWatched;
    const deadLetters = DeadLetters.of(system);

    this.buses = layout.perShare((share, region) => {
      const peers = system.peersOf(region);
      const key = keyIn(share, region, props.encryptionKeyArns);
      const undelivered = deadLetters.inRegion(region);
      const { logLevel: level = Level.ERROR } = props;
      const bus = new EventBus(share, 'Bus', {
        eventBusName: this.eventBusName,
        description: `${system.systemName} in ${region}${isReplicated ? ', replicated to its peers' : ''}`,
        kmsKey: key,
        // an event that cannot be encrypted or decrypted is kept there
        deadLetterQueue: key && undelivered,
        logConfig: { level, includeDetail: IncludeDetail.NONE },
      });
      this.admitPublishers(bus, props);
      // the L1, because the L2 wants a pattern, and here every event counts
      new CfnArchive(share, 'Archive', {
        sourceArn: bus.eventBusArn,
        description: `every event that reached ${this.eventBusName} in ${region}`,
        eventPattern: isWatched ? { source: [{ 'anything-but': [HEARTBEAT_SOURCE] }] } : undefined,
        retentionDays: (props.archiveRetention ?? DEFAULT_RETENTION).toDays(),
        kmsKeyIdentifier: key?.keyArn,
      });
      if (props.schemaDiscovery) {
        new CfnDiscoverer(share, 'Discoverer', { sourceArn: bus.eventBusArn, crossAccount: false, description: `schemas of ${this.eventBusName}` });
      }
      if (level !== Level.OFF) {
        deliverLogs(new Construct(share, 'Log'), bus, this.eventBusName, level, props.logRetention ?? RetentionDays.ONE_MONTH);
      }
      if (isReplicated) {
        const redriveBus = replicate(share, {
          bus,
          eventBusName: this.eventBusName,
          region,
          peers,
          undelivered,
          key,
          pattern,
        });
        deadLetters._allowPublishing(region, redriveBus.eventBusArn);
      }
      if (isWatched) {
        watchReplication(new Construct(share, 'Canary'), bus, this.eventBusName, peers);
      }
      return bus;
    });
  }

  /** The bus of one region; throws if it is not a region of the system. */
  public inRegion(region: string): IEventBus {
    return this.buses.in(region);
  }

  /** Lets the grantee publish to the bus of its own region. */
  public grantPutEvents(grantee: IMultiRegionGrantable): void {
    this.buses.forEach((bus, region) => bus.grantPutEventsTo(grantee.grantableIn(region)));
  }

  /**
   * Gives events to a function, a queue or a workflow, in each region to that region's own.
   *
   * With `SubscriptionScope.ORIGIN`, the default, an event is handled in the region where it was published; with `EVERY_REGION`, in all of them. Delivery is at least once.
   *
   * Throws if the id is not a name that EventBridge accepts for a rule, if the pattern is empty or names a region, or if a number is out of EventBridge's range.
   */
  public subscribe(id: string, props: EventSubscriptionProps): EventSubscription {
    return new EventSubscription(this, id, props);
  }

  /**
   * How many events were published in one region that go to its peers, heartbeats included, over a minute by default. There is no data while there are none, or where nothing is
   * replicated.
   *
   * Throws if it is not a region of the system.
   */
  public metricMatchedEvents(ofRegion: string, options?: MetricOptions): Metric {
    // all rules match the same events
    return replicationMetricsIn(this, ofRegion, 'MatchedEvents', options)[0];
  }

  /** How often one region sent an event to a peer, heartbeats included, over a minute by default; throws if it is not a region of the system. */
  public metricInvocations(ofRegion: string, options?: MetricOptions): IMetric {
    return replicationMetricIn(this, ofRegion, 'Invocations', 'SUM', options);
  }

  /** How often one region failed for good to send an event to a peer, over a minute by default; throws if it is not a region of the system. */
  public metricFailedInvocations(ofRegion: string, options?: MetricOptions): IMetric {
    return replicationMetricIn(this, ofRegion, 'FailedInvocations', 'SUM', options);
  }

  /**
   * How long events that were published in one region took until its peers had them, retries included, in milliseconds: the 99th percentile, over a minute by default.
   *
   * Throws if it is not a region of the system.
   */
  public metricIngestionToInvocationSuccessLatency(ofRegion: string, options?: MetricOptions): IMetric {
    return replicationMetricIn(this, ofRegion, 'IngestionToInvocationSuccessLatency', 'MAX', options);
  }

  /**
   * How many heartbeats of a peer arrived in one region, over a minute by default: one, while all is well. There is no data without `replicationCanary`.
   *
   * Throws if the two are not different regions of the system.
   */
  public metricHeartbeats(ofRegion: string, peer: string, options?: MetricOptions): Metric {
    requirePeer(this, ofRegion, 'peer', peer);
    return ruleMetricIn(this, ofRegion, this.eventBusName, heartbeatRuleName(peer), 'Invocations', options);
  }

  private requireValid(props: GlobalEventBusProps, regions: string[]): void {
    const retention = props.archiveRetention ?? DEFAULT_RETENTION;
    if (retention.toSeconds() < Duration.days(1).toSeconds() || !Number.isInteger(retention.toDays({ integral: false }))) {
      throw invalidProp(this, 'archiveRetention', retention.toHumanString(), 'a number of whole days, at least 1');
    }
    if (props.eventBusName !== undefined && (!NameRule.EVENT_BUS.accepts(props.eventBusName) || props.eventBusName === 'default')) {
      throw invalidProp(this, 'eventBusName', props.eventBusName, `${NameRule.EVENT_BUS.allowed}, other than "default", which AWS services publish to`);
    }
    requireKeyArns(this, 'encryptionKeyArns', regions, props.encryptionKeyArns);
    if (props.schemaDiscovery && props.encryptionKeyArns) {
      throw invalidProp(this, 'schemaDiscovery', true, 'false, because EventBridge discovers no schemas on buses with customer managed keys');
    }
    if (props.organizationId !== undefined && !/^o-[a-z0-9]{10,32}$/.test(props.organizationId)) {
      throw invalidProp(this, 'organizationId', props.organizationId, 'the id of an organization, such as o-a1b2c3d4e5');
    }
    const notAnAccount = props.publisherAccounts?.find(account => !/^\d{12}$/.test(account));
    if (notAnAccount !== undefined) {
      throw invalidProp(this, 'publisherAccounts', notAnAccount, '12 digits');
    }
  }

  private admitPublishers(bus: EventBus, props: GlobalEventBusProps): void {
    const admit = (sid: string, principals: IPrincipal[], conditions?: { [operator: string]: any }) => bus.addToResourcePolicy(new PolicyStatement({
      sid, principals, actions: ['events:PutEvents'], resources: [bus.eventBusArn], conditions,
    }));
    admit('OwnAccountOnly', [new AccountRootPrincipal()]);
    props.publisherAccounts?.forEach(account => admit(`Account${account}`, [new AccountPrincipal(account)]));
    if (props.organizationId !== undefined) {
      admit('Organization', [new AnyPrincipal()], { StringEquals: { 'aws:PrincipalOrgID': props.organizationId } });
    }
  }
}

const DEFAULT_RETENTION = Duration.days(30);
