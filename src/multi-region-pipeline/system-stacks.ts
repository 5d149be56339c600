import { MultiRegionSystem } from '../system/multi-region-system';
import { RegionStacks } from '../system/region-stacks';
import { SystemUnit } from '../system/system-unit';

/** A stack of a system, by what is known of it before it is made. */
export interface SystemStack {
  readonly region: string;
  /** The unit that it belongs to; undefined if it is the system's own. */
  readonly unit?: string;
  readonly stackName: string;
  /** The path in the app, by which the CDK CLI knows it. */
  readonly stackId: string;
}

/**
 * The stacks that a system may have. They are not made here: the system may be one without content, and which stacks the application has is known when it is synthesized.
 */
export class SystemStacks {
  /** The units, in the order in which they were made. */
  public readonly units: SystemUnit[];

  private readonly hosts: { readonly unit?: string; readonly stacks: RegionStacks }[];

  constructor(private readonly system: MultiRegionSystem) {
    this.units = unitsOf(system);
    this.hosts = [...this.units.map(({ unitName, _stacks }) => ({ unit: unitName, stacks: _stacks })), { stacks: system._stacks }];
  }

  /** The units that were made after this list was. */
  public get laterUnits(): SystemUnit[] {
    return unitsOf(this.system).filter(unit => !this.units.includes(unit));
  }

  public get global(): SystemStack {
    return { region: this.system.primaryRegion, stackName: this.system._globalStackName, stackId: this.system._globalStackPath };
  }

  /** Returns the stacks of what works without any other region: those of units, then the system's own. */
  public regionalIn(region: string): SystemStack[] {
    return this.inRegion(region, false);
  }

  /** Returns the stacks of what names a region's peers, or lets traffic in. */
  public meshIn(region: string): SystemStack[] {
    return this.inRegion(region, true);
  }

  private inRegion(region: string, mesh: boolean): SystemStack[] {
    return this.hosts.map(({ unit, stacks }) => {
      const [stackName, stackId] = [stacks.stackName(region, mesh), stacks.stackPath(region, mesh)];
      return { region, unit, stackName, stackId };
    });
  }
}

function unitsOf(system: MultiRegionSystem): SystemUnit[] {
  return system.node.children.filter(child => child instanceof SystemUnit);
}
