import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { MIN_TAKEOVER_AFTER } from './ledger-timing';
import { OwnershipKind } from '../system/description';
import { invalidProp } from '../system/errors';
import { MultiRegionSystem } from '../system/multi-region-system';
import { SubscriptionScope } from '../system/subscription-target';

/** Options of `WorkflowOwnership.originRegion`. */
export interface OriginRegionOptions {
  /**
   * The time for which the first peer waits: after an event was published that its region has not started, or after a region fell silent that had
   * started it, which takes another 2 minutes to notice. Each further peer has its turn `takeoverAfter` and 5 minutes later. In whole seconds, at
   * least 2 minutes. A workflow may take longer than that: a region that is alive keeps what it has started.
   *
   * @default Duration.minutes(5)
   */
  readonly takeoverAfter?: Duration;

  /**
   * Indicates whether peers take over at all. If not, what a dead region had accepted waits for it, and there is no ledger.
   *
   * @default true
   */
  readonly takeover?: boolean;
}

/**
 * The consequences of an ownership for the regions of a workflow.
 * @internal
 */
export interface OwnershipPlan {
  readonly kind: OwnershipKind;
  /** The time after which a peer takes over; undefined if no peer ever does. */
  readonly takeoverAfter?: Duration;
  /** The events that a region sees. Where peers take over, all regions see all events, and so does an only region: its rule stays the same when another joins. */
  readonly scope: SubscriptionScope;
  /** The regions that events reach the workflow in. */
  readonly regions: string[];
}

/** The region that runs the workflow of an event, which reaches all regions because events are replicated. */
export class WorkflowOwnership {
  /**
   * Runs it in the region where the event was published; if that dies, in a peer. Load stays where it arises, and no region is special.
   *
   * **As long as one region that has seen an event survives, its workflow runs to the end at least once; while no region fails, exactly once.**
   *
   * A key that is published in two regions runs twice only if both claim it before either sees the other's claim in the ledger, which usually takes less than a second and, while nothing fails, less than
   * 30 seconds. A region that is busy, throttled or cut off from its control table has not failed. A workflow that ends as FAILED, TIMED_OUT or ABORTED has come to an end: no peer runs it again unless an
   * operator forces it.
   *
   * A system of one region keeps the ledger as well, unless `takeover` is false: a region that joins finds what was started and ended before.
   */
  public static originRegion(options: OriginRegionOptions = {}): WorkflowOwnership {
    const { takeover = true, takeoverAfter = Duration.minutes(5) } = options;
    return new WorkflowOwnership('ORIGIN_REGION', SubscriptionScope.ORIGIN, () => true, takeover ? takeoverAfter : undefined);
  }

  /**
   * Runs it in the primary region, wherever the event was published. For work that must be done in one place; while the primary region is
   * down, such work waits for it.
   */
  public static primaryRegion(): WorkflowOwnership {
    return new WorkflowOwnership('PRIMARY_REGION', SubscriptionScope.EVERY_REGION, (region, system) => region === system.primaryRegion);
  }

  /** Runs it in every region, each for itself: for work on regional things, such as warming a cache. */
  public static everyRegion(): WorkflowOwnership {
    return new WorkflowOwnership('EVERY_REGION', SubscriptionScope.EVERY_REGION, () => true);
  }

  private constructor(
    private readonly kind: OwnershipKind,
    private readonly scope: SubscriptionScope,
    private readonly takesEvents: (region: string, system: MultiRegionSystem) => boolean,
    private readonly takeoverAfter?: Duration,
  ) {}

  /**
   * Works out what it means for the regions of a system; throws if the time is out of range.
   * @internal
   */
  public _plan(owner: Construct, system: MultiRegionSystem): OwnershipPlan {
    const { takeoverAfter } = this;
    const seconds = takeoverAfter?.toSeconds({ integral: false });
    if (seconds !== undefined && (!Number.isInteger(seconds) || seconds * 1000 < MIN_TAKEOVER_AFTER)) {
      throw invalidProp(owner, 'ownership: takeoverAfter', takeoverAfter!.toHumanString(), 'whole seconds, at least 2 minutes');
    }
    return {
      kind: this.kind,
      takeoverAfter,
      scope: takeoverAfter ? SubscriptionScope.EVERY_REGION : this.scope,
      regions: system.regions.filter(region => this.takesEvents(region, system)),
    };
  }
}
