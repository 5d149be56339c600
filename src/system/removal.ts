import { RemovalPolicy } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

const deletable = new WeakSet<IConstruct>();

/** Has everything of a system deleted with its stacks. To be called before anything is made in it. */
export function makeDeletable(system: IConstruct): void {
  deletable.add(system);
}

/** Returns whether a construct is of a system that is deleted with all its data. */
export function isDeletable(construct: IConstruct): boolean {
  return construct.node.scopes.some(scope => deletable.has(scope));
}

/**
 * Returns what becomes of something that holds data when its stack, or it alone, is deleted: it is kept, unless everything of its system is deletable. A creation that is rolled back leaves nothing: what
 * has a literal name would be in the way of the next try, and what has not would be left again by each.
 */
export function removalPolicyOf(construct: IConstruct): RemovalPolicy {
  return isDeletable(construct) ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
}
