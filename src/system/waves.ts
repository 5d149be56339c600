import { Stack, Token } from 'aws-cdk-lib';

/** The order in which the stacks of a system are deployed: which ones wait for which other ones. */
export class Waves {
  private readonly earlier = new Map<Stack, Set<Stack>>();

  /** Lets a stack wait for another one. The CDK says the reason when it refuses a reference that goes the other way round, before any validation. */
  public wait(stack: Stack, earlier: Stack, reason: string): void {
    stack.addStackDependency(earlier, `${reason}; allowed the other way round: literal names, such as GlobalTable.tableName`);
    this.earlier.set(stack, (this.earlier.get(stack) ?? new Set()).add(earlier));
  }

  /**
   * Returns, as errors, the other stacks in another region that the stacks wait for, directly or by way of other stacks. While that region is down,
   * it cannot be deployed, and then neither could the stack that waits for it. Stacks of the same region may wait for each other, and stacks of the
   * user's for whatever they like, as long as no stack of the system waits for them.
   */
  public strangers(stacks: Stack[]): string[] {
    const isWave = (stack: Stack, earlier: Stack) => this.earlier.get(stack)?.has(earlier) ?? false;
    return stacks.flatMap(stack => {
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
