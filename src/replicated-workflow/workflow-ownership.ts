import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { MIN_TAKEOVER_AFTER } from './ledger';
import { SubscriptionScope } from '../system/subscription-target';
import { invalidProp } from '../system/errors';
import { MultiRegionSystem } from '../system/multi-region-system';

/** Options of `WorkflowOwnership.originRegion`. */
export interface OriginRegionOptions {
  /**
   * How long the first peer waits: after an event was published that its region has not started, or after a region fell silent that had started it, which takes another 2 minutes to notice. Each
   * further peer has its turn `takeoverAfter` and 5 minutes later. In whole seconds, at least 2 minutes. A workflow may take longer than that: a region that is alive keeps what it has started.
   *
   * @default Duration.minutes(5)
   */
  readonly takeoverAfter?: Duration;

  /**
   * Whether peers take over at all. If not, what a dead region had accepted waits for it, and nothing is kept in a ledger.
   *
   * @default true
   */
  readonly takeover?: boolean;
}

/** Which region runs the workflow of an event that, being replicated, reaches all of them. */
export class WorkflowOwnership {
  /**
   * The region where the event was published runs it; if that dies, a peer does. Load stays where it arises, and no region is special.
   *
   * **As long as one region that has seen an event survives, its workflow runs to the end at least once; while no region fails, exactly once.**
   */
  public static originRegion(options: OriginRegionOptions = {}): WorkflowOwnership {
    const { takeover = true, takeoverAfter = Duration.minutes(5) } = options;
    return new WorkflowOwnership(SubscriptionScope.ORIGIN, () => true, takeover ? takeoverAfter : undefined);
  }

  /**
   * The primary region runs it, wherever the event was published. For work that must be done in one place; while the primary region is
   * down, such work waits for it.
   */
  public static primaryRegion(): WorkflowOwnership {
    return new WorkflowOwnership(SubscriptionScope.EVERY_REGION, (region, system) => region === system.primaryRegion);
  }

  /** Every region runs it, each for itself: for work on regional things, such as warming a cache. */
  public static everyRegion(): WorkflowOwnership {
    return new WorkflowOwnership(SubscriptionScope.EVERY_REGION, () => true);
  }

  private constructor(
    private readonly scope: SubscriptionScope,
    private readonly takesEvents: (region: string, system: MultiRegionSystem) => boolean,
    private readonly takeoverAfter?: Duration,
  ) {}

  /**
   * When a peer takes over, or undefined if none does or there is none.
   * @internal
   */
  public _takeoverAfter(owner: Construct, system: MultiRegionSystem): Duration | undefined {
    const seconds = this.takeoverAfter?.toSeconds({ integral: false });
    if (seconds !== undefined && (!Number.isInteger(seconds) || seconds * 1000 < MIN_TAKEOVER_AFTER)) {
      throw invalidProp(owner, 'ownership: takeoverAfter', this.takeoverAfter!.toHumanString(), 'whole seconds, at least 2 minutes');
    }
    return system.regions.length > 1 ? this.takeoverAfter : undefined;
  }

  /**
   * Which events a region must see: with peers that take over, all regions see all.
   * @internal
   */
  public _scope(system: MultiRegionSystem): SubscriptionScope {
    return this.takeoverAfter && system.regions.length > 1 ? SubscriptionScope.EVERY_REGION : this.scope;
  }

  /**
   * Whether events reach the workflow in a region at all.
   * @internal
   */
  public _takesEventsIn(region: string, system: MultiRegionSystem): boolean {
    return this.takesEvents(region, system);
  }
}
