import { Stack } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { invalidProp } from './errors';
import { MultiRegionSystem } from './multi-region-system';
import { NameRule, physicalName } from './names';
import { PerRegion } from './per-region';
import { partOf, RegionalScope } from './regional-scope';
import { SystemUnit } from './system-unit';

/** Lays a construct that spans all regions into the stacks of its system or unit, and names its parts. */
export class Layout {
  /** Throws unless the construct is in a system, and in none of its stacks. */
  public static of(owner: Construct): Layout {
    const system = MultiRegionSystem.of(owner);
    const stack = owner.node.scopes.find(Stack.isStack);
    if (stack) {
      throw new Error(`scope is inside the stack ${stack.node.path}; allowed: the system, or a construct within it, because this construct spans all regions [${owner.node.path}]`);
    }
    return new Layout(owner, system, hostOf(owner));
  }

  private readonly scopes: PerRegion<RegionalScope>;
  /** The ids between the system and the owner. */
  private readonly ids: string[];

  private constructor(
    private readonly owner: Construct,
    public readonly system: MultiRegionSystem,
    public readonly host: MultiRegionSystem | SystemUnit,
  ) {
    this.ids = idsBetween(system, owner);
    this.scopes = new PerRegion(owner, system.regions, region => new RegionalScope(system, host._stacks, idsBetween(host, owner), region));
  }

  /** The scope of the owner's part in the global stack. */
  public get global(): Construct {
    return partOf(this.system.globalStack, this.ids);
  }

  /** Returns the owner's scope in one region; throws if it is not a region of the system. */
  public in(region: string): RegionalScope {
    return this.scopes.in(region);
  }

  /** Makes the owner's part in every region. */
  public perRegion<T>(make: (scope: RegionalScope) => T): PerRegion<T> {
    return this.scopes.map(make);
  }

  /** Returns the owner's physical name, equal in every region, with a suffix if there are several; throws if the service would not accept it. */
  public physicalName(rule: NameRule, suffix?: string): string {
    return physicalName(this.owner, this.system.namePrefix, suffix === undefined ? this.ids : [...this.ids, suffix], rule);
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

  /** Throws unless another construct is in the same unit, or in none as this one. */
  public requireSameUnit(prop: string, other: IConstruct): void {
    this.requireSameSystem(prop, other);
    if (!this.isSameUnit(other)) {
      throw invalidProp(this.owner, prop, other.node.path, `a construct of ${this.host.node.path}, because CloudFormation has to know both in one stack`);
    }
  }

  /** Returns whether another construct has its parts in the same stacks. */
  public isSameUnit(other: IConstruct): boolean {
    return hostOf(other) === this.host;
  }
}

/** Returns the unit that a construct is in, or else its system: whose stacks it has its parts in. */
export function hostOf(construct: IConstruct): MultiRegionSystem | SystemUnit {
  return construct.node.scopes.find(scope => scope instanceof SystemUnit) ?? MultiRegionSystem.of(construct);
}

function idsBetween(outer: IConstruct, inner: IConstruct): string[] {
  return inner.node.scopes.slice(outer.node.scopes.length).map(scope => scope.node.id);
}
