import { existsSync } from 'fs';
import { join } from 'path';
import { CloudAssembly, CloudFormationStackArtifact, NestedCloudAssemblyArtifact } from 'aws-cdk-lib/cx-api';

/** The environment to which a stack is deployed, as far as its synthesis knew. */
export interface Environment {
  readonly region: string;
  readonly account: string;
}

/** A resource's properties as a template has them, intrinsic functions included. */
export interface Properties {
  readonly [name: string]: any;
}

/** A stack of a cloud assembly. */
export interface SynthesizedStack extends Environment {
  /** Its path in the app. */
  readonly id: string;
  /** The paths of the stacks that are deployed before it. */
  readonly dependencies: string[];
  /** By logical id. */
  readonly resources: { readonly [id: string]: { readonly Type: string; readonly Properties?: Properties } };
}

/** Returns all stacks of a cloud assembly and of those nested in it, in the order in which the app made them. Throws if there are none. */
export function readStacks(directory: string): SynthesizedStack[] {
  if (!existsSync(directory)) {
    throw unreadable(directory, 'does not exist');
  }
  if (!existsSync(join(directory, 'manifest.json'))) {
    throw unreadable(directory, 'has no manifest.json');
  }
  const stacks = attempt(directory, () => inOrder(new CloudAssembly(directory)));
  if (stacks.length === 0) {
    throw unreadable(directory, 'has no stack');
  }
  return stacks.map(stack => ({
    id: stack.hierarchicalId,
    region: stack.environment.region,
    account: stack.environment.account,
    dependencies: stack.dependencies.map(dependency => dependency.hierarchicalId),
    resources: attempt(stack.templateFullPath, () => stack.template).Resources ?? {},
  }));
}

/**
 * Returns the regions of stacks, the primary one first: its global stack waits for no other, and those of other regions wait for it. Without a global stack, all regions are alike, and the primary is the one
 * that the app made first.
 */
export function regionsOf(stacks: SynthesizedStack[]): string[] {
  const awaiting = ({ id }: SynthesizedStack) => stacks.filter(({ dependencies }) => dependencies.includes(id));
  const { region: primary } = stacks.find(stack => stack.dependencies.length === 0 && awaiting(stack).some(({ region }) => region !== stack.region))
    ?? stacks.find(stack => awaiting(stack).length > 0) ?? stacks[0];
  const others = new Set(stacks.map(stack => stack.region).filter(region => region !== primary));
  return [primary, ...[...others].sort()];
}

/** Sorts stacks in the order of the manifest: the library sorts them by their names; the manifest has them as they were made. */
function inOrder(assembly: CloudAssembly): CloudFormationStackArtifact[] {
  const artifacts = new Map(assembly.artifacts.map(artifact => [artifact.id, artifact]));
  return Object.keys(assembly.manifest.artifacts ?? {}).flatMap(id => {
    const artifact = artifacts.get(id);
    if (artifact instanceof CloudFormationStackArtifact) return [artifact];
    return artifact instanceof NestedCloudAssemblyArtifact ? inOrder(artifact.nestedAssembly) : [];
  });
}

function attempt<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw unreadable(file, `cannot be read: ${(error as Error).message}`);
  }
}

function unreadable(file: string, problem: string): Error {
  return new Error(`${JSON.stringify(file)} ${problem}; allowed: a folder that "cdk synth" wrote, such as cdk.out`);
}
