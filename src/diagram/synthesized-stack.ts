import { existsSync } from 'fs';
import { join } from 'path';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';

/** Where a stack is deployed, as far as its synthesis knew. */
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

/** All stacks of a cloud assembly and of those nested in it, each after what it depends on. Throws if there are none. */
export function readStacks(directory: string): SynthesizedStack[] {
  if (!existsSync(directory)) {
    throw unreadable(directory, 'does not exist');
  }
  if (!existsSync(join(directory, 'manifest.json'))) {
    throw unreadable(directory, 'has no manifest.json');
  }
  const stacks = attempt(directory, () => new CloudAssembly(directory).stacksRecursively);
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

/** The regions of stacks, the primary one first: other regions wait for it, because it holds what exists once. */
export function regionsOf(stacks: SynthesizedStack[]): string[] {
  const awaiting = ({ id }: SynthesizedStack) => stacks.filter(({ dependencies }) => dependencies.includes(id));
  const { region: primary } = stacks.find(stack => awaiting(stack).some(({ region }) => region !== stack.region))
    ?? stacks.find(stack => awaiting(stack).length > 0) ?? stacks[0];
  const others = new Set(stacks.map(stack => stack.region).filter(region => region !== primary));
  return [primary, ...[...others].sort()];
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
