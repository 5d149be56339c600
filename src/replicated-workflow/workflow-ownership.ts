import { MultiRegionSystem } from '../system';

/** Which region runs the workflow of an event that, being replicated, reaches all of them. */
export class WorkflowOwnership {
  /** The region where the event was published runs it. Load stays where it arises, and no region is special. */
  public static originRegion(): WorkflowOwnership {
    return new WorkflowOwnership(region => ({ region: [region] }));
  }

  /**
   * The primary region runs it, wherever the event was published. For work that must be done in one place; while the primary region is
   * down, such work waits for it.
   */
  public static primaryRegion(): WorkflowOwnership {
    return new WorkflowOwnership((region, system) => (region === system.primaryRegion ? {} : undefined));
  }

  /** Every region runs it, each for itself: for work on regional things, such as warming a cache. */
  public static everyRegion(): WorkflowOwnership {
    return new WorkflowOwnership(() => ({}));
  }

  private constructor(private readonly patternIn: (region: string, system: MultiRegionSystem) => { region?: string[] } | undefined) {}

  /**
   * What a region adds to the trigger's pattern, or undefined where the workflow does not run.
   * @internal
   */
  public _patternIn(region: string, system: MultiRegionSystem): { region?: string[] } | undefined {
    return this.patternIn(region, system);
  }
}
