import { isAskable, NameKind } from './existence';
import { StackArtifact } from '../../system/cloud-assembly';
import { nameOf, regionsOf } from '../../system/named-resources';

/** The name of a resource that the template says literally, so that it can be there already. */
export interface LiteralName {
  readonly kind: NameKind;
  readonly name: string;
  /** The stack that makes it. */
  readonly stackName: string;
  /** Indicates whether it stays when its stack goes, so that a later stack may take it over. */
  readonly isKept: boolean;
}

/** Returns the stacks that their regions do not have; none of a region that does not say what it has. */
export function newStacks(stacks: readonly StackArtifact[], existing: ReadonlyMap<string, ReadonlySet<string>>): StackArtifact[] {
  return stacks.filter(({ region, stackName }) => existing.get(region)?.has(stackName) === false);
}

/** Returns the names that some stacks take in a region. */
export function namesIn(region: string, stacks: readonly StackArtifact[]): LiteralName[] {
  return stacks.flatMap(stack => Object.values(stack.template.Resources ?? {}).flatMap(resource => {
    const { kind, name } = nameOf(resource) ?? {};
    if (kind === undefined || !isAskable(kind) || typeof name !== 'string' || !regionsOf(resource, stack).includes(region)) return [];
    return [{ kind, name, stackName: stack.stackName, isKept: resource.DeletionPolicy?.startsWith('Retain') ?? false }];
  }));
}
