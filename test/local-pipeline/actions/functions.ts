import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { join, resolve } from 'path';
import { StackResources } from '../stack-resources';

/** A function of the template, with its code on this machine. */
export interface LambdaFunction {
  readonly name: string;
  /** The folder of its code. */
  readonly code: string;
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly variables: Record<string, string>;
}

export interface FunctionSources {
  /** The cloud assembly of the template: what the assets are in. */
  readonly assembly: string;
  /** Where code goes that is in the template itself. */
  readonly folder: string;
}

export function readFunctions(resources: StackResources, { assembly, folder }: FunctionSources): Map<string, LambdaFunction> {
  const functions = resources.ofType('AWS::Lambda::Function');
  return new Map([...functions].map(([name, { Properties }]) => {
    const { Code, Handler, Timeout = 3, Environment = {} } = Properties as unknown as FunctionProperties;
    const code = Code.ZipFile === undefined ? assetOf(assembly, resources.text(Code.S3Key)) : written(join(folder, name), Code.ZipFile);
    return [name, { name, code, handler: Handler, timeoutSeconds: Timeout, variables: resources.texts(Environment.Variables) }];
  }));
}

function written(folder: string, code: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.js'), code);
  return folder;
}

/** The folder that comes to be an object of the assets' bucket. */
function assetOf(assembly: string, key: string): string {
  for (const file of readdirSync(assembly).filter(name => name.endsWith('.assets.json'))) {
    const { files = {} } = JSON.parse(readFileSync(join(assembly, file), 'utf8')) as AssetManifest;
    const asset = Object.values(files).find(({ destinations }) => Object.values(destinations).some(({ objectKey }) => objectKey === key));
    if (asset) return resolve(assembly, asset.source.path);
  }
  throw new Error(`there is no asset ${key} in ${assembly}`);
}

interface FunctionProperties {
  readonly Code: { readonly S3Key?: unknown; readonly ZipFile?: string };
  readonly Handler: string;
  readonly Timeout?: number;
  readonly Environment?: { readonly Variables?: Record<string, unknown> };
}

interface AssetManifest {
  readonly files?: Record<string, {
    readonly source: { readonly path: string };
    readonly destinations: Record<string, { readonly objectKey: string }>;
  }>;
}
