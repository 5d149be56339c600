import { Stack } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { invalidProp } from './errors';
import { MultiRegionSystem } from '../system/multi-region-system';
import { NameRule, physicalName } from '../system/names';

/** Lays a construct that spans all regions into the stacks of its system, and names its parts. */
export class Layout {
  /** Throws unless the construct is in a system, and in none of its stacks. */
  public static of(owner: Construct): Layout {
    const system = MultiRegionSystem.of(owner);
    const stack = owner.node.scopes.find(Stack.isStack);
    if (stack) {
      throw new Error(`scope is inside the stack ${stack.node.path}; allowed: the system, or a construct within it, because this construct spans all regions [${owner.node.path}]`);
    }
    return new Layout(owner, system);
  }

  /** The ids between the system and the owner, which every share repeats. */
  private readonly ids: string[];

  private constructor(private readonly owner: Construct, public readonly system: MultiRegionSystem) {
    this.ids = owner.node.scopes.slice(system.node.scopes.length).map(scope => scope.node.id);
  }

  /** The scope of the owner's share in the global stack. */
  public get globalShare(): Construct {
    return this.shareIn(this.system.globalStack);
  }

  /** Makes the owner's share in every region's stack. */
  public perRegion<T>(make: (share: Construct, region: string) => T): PerRegion<T> {
    return new PerRegion(this.owner, this.system.regions, region => make(this.shareIn(this.system.stackIn(region)), region));
  }

  /** The owner's physical name, equal in every region; throws if the service would not accept it. */
  public physicalName(rule: NameRule): string {
    return physicalName(this.owner, this.system.namePrefix, this.ids, rule);
  }

  /** The owner's name within its system. */
  public get localName(): string {
    return this.ids.join('-');
  }

  /** Throws unless another construct, given in a prop, is of the same system. */
  public requireSameSystem(prop: string, other: IConstruct): void {
    if (!(other instanceof Construct) || !other.node.scopes.includes(this.system)) {
      throw invalidProp(this.owner, prop, other instanceof Construct ? other.node.path : other, `a construct of the system ${this.system.node.path}`);
    }
  }

  private shareIn(stack: Stack): Construct {
    return this.ids.reduce<Construct>(
      (scope, id) => (scope.node.tryFindChild(id) as Construct | undefined) ?? new Construct(scope, id), stack);
  }
}

/** One value per region. */
export class PerRegion<T> {
  private readonly values: Map<string, T>;

  constructor(private readonly owner: Construct, regions: string[], make: (region: string) => T) {
    this.values = new Map(regions.map(region => [region, make(region)]));
  }

  /** The value of a region; throws, listing the known ones, if there is none. */
  public in(region: string): T {
    if (!this.values.has(region)) {
      throw invalidProp(this.owner, 'region', region, `a region of this system: ${[...this.values.keys()].join(', ')}`);
    }
    return this.values.get(region)!;
  }

  public forEach(visit: (value: T, region: string) => void): void {
    this.values.forEach(visit);
  }
}
