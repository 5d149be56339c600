import { Stack, Token } from 'aws-cdk-lib';
import { GlobalStack } from './global-stack';
import { findReferences } from './references';
import { RegionStacks } from './region-stacks';

/** The stacks of a system, of those that were made, and the order in which they are deployed: which ones wait for which other ones. */
export class Waves {
  private readonly earlier = new Map<Stack, Set<Stack>>();

  /** @param units those of the system's units, which may become more */
  constructor(private readonly global: GlobalStack, private readonly own: RegionStacks, private readonly units: readonly RegionStacks[]) {}

  /** All stacks, in the order of their deployment. */
  public get stacks(): Stack[] {
    const hosts = [...this.units, this.own];
    const { made } = this.global;
    return [...made ? [made] : [], ...hosts.flatMap(host => host.regionalStacks), ...hosts.flatMap(host => host.meshStacks)];
  }

  /** The stack of what is said of the whole system, if there is any. The global stack has no more than it must. */
  public get home(): Stack | undefined {
    const { stacks } = this;
    return stacks.find(stack => stack !== this.global.made) ?? stacks[0];
  }

  /**
   * Puts the stacks into waves. A unit's stacks come before the system's own of the same region, which may trigger and watch what is in them. At synthesis, because each dependency costs a search for circles:
   * a mesh stack waits for the last one of each region only. None waits for a region that retires, but that region's own: the CDK CLI destroys a stack with all that wait for it.
   */
  public order(retiringRegions: string[]): void {
    const own = this.own.regionalStacks;
    const ofUnits = this.units.flatMap(unit => unit.regionalStacks);
    const inRegionOf = (stack: Stack) => ofUnits.filter(({ region }) => region === stack.region);
    own.forEach(stack => inRegionOf(stack).forEach(earlier => this.wait(stack, earlier, 'units exist before what triggers them')));
    const last = [...own, ...ofUnits.filter(({ region }) => !own.some(stack => stack.region === region))];
    const mesh = [...this.units, this.own].flatMap(host => host.meshStacks);
    const isConnected = (stack: Stack, other: Stack) => stack.region === other.region || !retiringRegions.includes(other.region);
    mesh.forEach(stack => last.filter(earlier => isConnected(stack, earlier)).forEach(earlier => this.wait(stack, earlier, 'all regions exist before they are connected')));
    const { made } = this.global;
    if (made) [...own, ...ofUnits, ...mesh].forEach(stack => this.wait(stack, made, 'tables exist before their users'));
  }

  /**
   * Returns, as errors, what stacks depend on other than by the waves: such a stack cannot be deployed while the other one is down or changing. A reference makes its stack wait as well, and says more, so it comes first.
   */
  public wrongDependencies(): string[] {
    const references = findReferences(this.stacks);
    return references.length > 0 ? references : this.strangers();
  }

  /** Lets a stack wait for another one. The CDK says the reason when it refuses a reference that goes the other way round, before any validation. */
  private wait(stack: Stack, earlier: Stack, reason: string): void {
    stack.addStackDependency(earlier, `${reason}; allowed the other way round: literal names, such as GlobalTable.tableName`);
    this.earlier.set(stack, (this.earlier.get(stack) ?? new Set()).add(earlier));
  }

  /**
   * Returns, as errors, the other stacks in another region that the stacks wait for, directly or by way of other stacks. While that region is down,
   * it cannot be deployed, and then neither could the stack that waits for it. Stacks of the same region may wait for each other, and stacks of the
   * user's for whatever they like, as long as no stack of the system waits for them.
   */
  private strangers(): string[] {
    const isWave = (stack: Stack, earlier: Stack) => this.earlier.get(stack)?.has(earlier) ?? false;
    return this.stacks.flatMap(stack => {
      const seen = new Set<Stack>();
      const errors: string[] = [];
      const visit = (current: Stack) => current.dependencies
        .filter(next => !seen.has(next) && !isWave(stack, next) && !isWave(current, next))
        .forEach(next => {
          seen.add(next);
          if (next.region === stack.region) return visit(next);
          const by = current === stack ? '' : `, by way of ${current.stackName}`;
          const region = Token.isUnresolved(next.region) ? 'of no known region' : `of ${next.region}`;
          errors.push(`the stack ${stack.stackName} of ${stack.region} waits for the stack ${next.stackName}, ${region}${by}; allowed: stacks of its own region, `
            + `because a region is deployed while others are down [${stack.node.path}]`);
        });
      visit(stack);
      return errors;
    });
  }
}
