import { SubscriptionScope } from '../global-event-bus';
import { MultiRegionSystem } from '../system';

/** Which region runs the workflow of an event that, being replicated, reaches all of them. */
export class WorkflowOwnership {
  /** The region where the event was published runs it. Load stays where it arises, and no region is special. */
  public static originRegion(): WorkflowOwnership {
    return new WorkflowOwnership(SubscriptionScope.ORIGIN, () => true);
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
    /** @internal */
    public readonly _scope: SubscriptionScope,
    private readonly takesEvents: (region: string, system: MultiRegionSystem) => boolean,
  ) {}

  /**
   * Whether events start the workflow in a region at all.
   * @internal
   */
  public _takesEventsIn(region: string, system: MultiRegionSystem): boolean {
    return this.takesEvents(region, system);
  }
}
