import { Duration } from 'aws-cdk-lib';
import { CfnArchive, EventBus, IEventBus } from 'aws-cdk-lib/aws-events';
import { AccountRootPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { replicate } from './replication';
import { invalidProp } from '../private/errors';
import { Layout, PerRegion } from '../private/layout';
import { IMultiRegionGrantable } from '../system';
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
}

/**
 * An EventBridge bus in every region, where each event published in one region reaches all of them.
 *
 * An event keeps the `region` it was published in. Only that region forwards it, once to each peer, and never when it is replayed from
 * an archive; so nothing loops. A peer that is down gets its events when it is back, for up to 24 hours; what could not be delivered by
 * then waits in the sending region's encrypted dead-letter queue, whose alarm calls you. Event ids are not stable across regions:
 * consumers recognise a duplicate by a key of yours.
 *
 * Per region: the bus, open to its own account only; an archive of all events, those of other regions included, so that any surviving
 * region can replay them; rules of at most 5 peers each. Each replicated event is billed as a custom event once per peer.
 *
 * Throws if the name is not one that EventBridge accepts, or if the retention is not a number of whole days.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
 */
export class GlobalEventBus extends Construct {
  /** The name, equal in every region: a plain string for environment variables. */
  public readonly eventBusName: string;

  private readonly buses: PerRegion<IEventBus>;

  constructor(scope: Construct, id: string, props: GlobalEventBusProps = {}) {
    super(scope, id);
    const layout = Layout.of(this);
    const retention = props.archiveRetention ?? Duration.days(30);
    if (retention.toSeconds() < Duration.days(1).toSeconds() || !Number.isInteger(retention.toDays({ integral: false }))) {
      throw invalidProp(this, 'archiveRetention', retention.toHumanString(), 'a number of whole days, at least 1');
    }
    if (props.eventBusName !== undefined && (!NameRule.EVENT_BUS.accepts(props.eventBusName) || props.eventBusName === 'default')) {
      throw invalidProp(this, 'eventBusName', props.eventBusName, `${NameRule.EVENT_BUS.allowed}, other than "default", which AWS services publish to`);
    }
    this.eventBusName = props.eventBusName ?? layout.physicalName(NameRule.EVENT_BUS);

    this.buses = layout.perRegion((share, region) => {
      const bus = new EventBus(share, 'Bus', {
        eventBusName: this.eventBusName,
        description: `${layout.system.systemName} in ${region}, replicated to its peers`,
      });
      bus.addToResourcePolicy(new PolicyStatement({
        sid: 'OwnAccountOnly',
        principals: [new AccountRootPrincipal()],
        actions: ['events:PutEvents'],
        resources: [bus.eventBusArn],
      }));
      // the L1, because the L2 wants a pattern, and here every event counts
      new CfnArchive(share, 'Archive', {
        sourceArn: bus.eventBusArn,
        description: `every event that reached ${this.eventBusName} in ${region}`,
        retentionDays: retention.toDays(),
      });
      const peers = layout.system.peersOf(region);
      if (peers.length > 0) {
        replicate(share, bus, this.eventBusName, region, peers);
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
}
