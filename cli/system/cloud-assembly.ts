import { readFileSync } from 'fs';
import { join } from 'path';

/** One stack of a synthesized app. */
export interface StackArtifact {
  /** The id by which the CDK CLI knows it. */
  readonly id: string;
  readonly stackName: string;
  readonly region: string;
  /** The id of its account, if the app names one. */
  readonly accountId?: string;
  /** The ids of the stacks to be deployed before it. */
  readonly dependencies: string[];
  /**
   * Indicates whether CloudFormation is to refuse to delete it.
   *
   * @default false
   */
  readonly isTerminationProtected?: boolean;
  readonly template: Template;
  readonly templateFile: string;
  /** The metadata of the constructs in it. */
  readonly metadata: readonly MetadataEntry[];
  /** The requirements on "cdk bootstrap" before it is deployed; nothing if it needs nothing of that. */
  readonly bootstrap?: RequiredBootstrap;
}

/** @see https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html */
export interface RequiredBootstrap {
  /** The least version of the bootstrap stack. */
  readonly version: number;
  /** The qualifier in all names that the bootstrap stack gives; nothing if the app has its own way to find out the version. */
  readonly qualifier?: string;
}

export interface MetadataEntry {
  readonly type: string;
  readonly data?: unknown;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  readonly DependsOn?: string | string[];
  readonly DeletionPolicy?: string;
}

export interface Template {
  readonly Resources?: Record<string, Resource>;
  readonly Parameters?: Record<string, { readonly Type: string; readonly Default?: unknown }>;
  readonly Transform?: unknown;
}

/** By the path of the construct. */
type Metadata = Readonly<Record<string, readonly MetadataEntry[]>>;

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly displayName?: string;
  readonly dependencies?: string[];
  readonly metadata?: Metadata;
  readonly additionalMetadataFile?: string;
  readonly properties?: ArtifactProperties;
}

interface ArtifactProperties {
  readonly templateFile?: string;
  readonly stackName?: string;
  readonly directoryName?: string;
  readonly terminationProtection?: boolean;
  readonly requiresBootstrapStackVersion?: number;
  readonly bootstrapStackVersionSsmParameter?: string;
}

interface Manifest {
  readonly artifacts?: Record<string, Artifact>;
}

/** The output of an app's synthesis: its stacks, in whatever stages they are. */
export class CloudAssembly {
  public static read(folder: string): CloudAssembly {
    return new CloudAssembly(readStacks(folder));
  }

  private constructor(readonly stacks: StackArtifact[]) {}

  /** All regions, in the order in which they are first deployed to: the primary region is first. */
  public get regions(): string[] {
    return [...new Set(this.waves().flat().map(stack => stack.region))];
  }

  /** The ids of the accounts that the app names. */
  public get accountIds(): string[] {
    return [...new Set(this.stacks.flatMap(({ accountId }) => accountId ?? []))];
  }

  /** Returns the stacks in waves: those of one wave depend on earlier waves only, so they can be deployed side by side. */
  public waves(): StackArtifact[][] {
    const waves: StackArtifact[][] = [];
    const placed = new Set<string>();
    let left = this.stacks;
    while (left.length > 0) {
      const wave = left.filter(stack => stack.dependencies.every(id => placed.has(id)));
      if (wave.length === 0) {
        throw new Error(`these stacks wait for each other: ${left.map(stack => stack.id).join(', ')}`);
      }
      waves.push(wave);
      wave.forEach(stack => placed.add(stack.id));
      left = left.filter(stack => !wave.includes(stack));
    }
    return waves;
  }

  /** The types of all resources of the templates, each as often as it occurs. */
  public get resourceTypes(): string[] {
    return this.stacks.flatMap(({ template }) => Object.values(template.Resources ?? {}).map(resource => resource.Type));
  }

  /**
   * Returns a property that is literal text, of the resource of a type whose logical id is what is given and the CDK's hash; equal in every stack
   * that has it.
   */
  public literal(type: string, id: string, property: string): string {
    const logicalId = new RegExp(`^${id}[0-9A-F]{8}$`);
    const values = this.stacks.flatMap(({ template }) => Object.entries(template.Resources ?? {}))
      .filter(([found, resource]) => resource.Type === type && logicalId.test(found))
      .map(([, resource]) => resource.Properties?.[property]).filter((value, i, all) => all.indexOf(value) === i);
    if (values.length !== 1 || typeof values[0] !== 'string') {
      throw new Error(`expected one ${type} ${id}… with a literal ${property}, found ${JSON.stringify(values)}`);
    }
    return values[0];
  }
}

function readStacks(folder: string): StackArtifact[] {
  const { artifacts = {} } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;
  const nameOf = (id: string) => artifacts[id]?.displayName ?? id;
  return Object.entries(artifacts).flatMap(([id, artifact]) => {
    const { type, environment, dependencies = [], properties = {} } = artifact;
    if (type === 'cdk:cloud-assembly') {
      return readStacks(join(folder, properties.directoryName!));
    }
    if (type !== 'aws:cloudformation:stack') {
      return [];
    }
    const templateFile = join(folder, properties.templateFile!);
    let template: Template | undefined;
    return [{
      id: nameOf(id),
      stackName: properties.stackName ?? id,
      region: environment!.split('/').at(-1)!,
      ...accountIn(environment!),
      dependencies: dependencies.filter(other => artifacts[other]?.type === 'aws:cloudformation:stack').map(nameOf),
      isTerminationProtected: properties.terminationProtection,
      // those of 20 regions are some 10 MB, which few commands look into
      get template() {
        return template ??= JSON.parse(readFileSync(templateFile, 'utf8')) as Template;
      },
      templateFile,
      metadata: readMetadata(folder, artifact),
      ...bootstrapOf(properties),
    }];
  });
}

/** Returns the account of `aws://account/region`. */
function accountIn(environment: string): { accountId?: string } {
  const [, accountId] = /^aws:\/\/(\d{12})\//.exec(environment) ?? [];
  return accountId === undefined ? {} : { accountId };
}

/**
 * Returns the requirements on the bootstrap: the qualifier is part of the name of the parameter that has the version:
 * `/cdk-bootstrap/<qualifier>/version`.
 */
function bootstrapOf({ requiresBootstrapStackVersion: version, bootstrapStackVersionSsmParameter = '' }: Required<Artifact>['properties']): { bootstrap?: RequiredBootstrap } {
  if (version === undefined) return {};
  const [, qualifier] = /^\/cdk-bootstrap\/([^/]+)\/version$/.exec(bootstrapStackVersionSsmParameter) ?? [];
  return { bootstrap: { version, ...qualifier !== undefined && { qualifier } } };
}

/**
 * Reads the metadata of a stack. The CDK has it in a file of its own, and had it in the manifest before; an assembly may have both.
 *
 * @see https://github.com/aws/aws-cdk-cli/pull/568
 */
function readMetadata(folder: string, { metadata = {}, additionalMetadataFile }: Artifact): MetadataEntry[] {
  const more = additionalMetadataFile === undefined ? {} : JSON.parse(readFileSync(join(folder, additionalMetadataFile), 'utf8')) as Metadata;
  return [metadata, more].flatMap(entries => Object.values(entries).flat());
}
