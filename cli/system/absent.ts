import { CloudAssembly, Resource, StackArtifact } from './cloud-assembly';
import { textOf } from './literals';
import { NamedKind, nameOf, regionsOf } from './named-resources';
import { SystemDescription } from './system-description';

/** Something that an app uses, and that none of its stacks makes. */
export interface Absent {
  readonly kind: NamedKind;
  readonly name: string;
  readonly regions: readonly string[];
}

/** The stacks of an app, and their accounts. */
type Stacks = Pick<CloudAssembly, 'accountIds'> & { readonly stacks: readonly StackArtifact[] };

/** The types by which something calls a function, with the property that names it. */
const CALLERS: Readonly<Record<string, string>> = { 'AWS::Lambda::Permission': 'FunctionName', 'AWS::Lambda::EventSourceMapping': 'FunctionName' };

const NESTED_STACK = 'AWS::CloudFormation::Stack';
const FUNCTION_ARN = /^arn:[^:]*:lambda:[^:]*:[^:]*:function:([^:*]+)/;
const ROLE_ARN = /^arn:[^:]*:iam::[^:]*:role\/(?:[^*]*\/)?([^*/]+)$/;
const LAYER_ARN = /^arn:[^:]*:lambda:[^:]*:([^:]*):layer:([^:*]+):/;
/** Parameters of the bootstrap stack, and AWS's own. */
const GIVEN_PARAMETER = /^\/(cdk-bootstrap|aws)\//;

/** Returns what must be there before a deployment, because something else than the app makes it. Of a region with nested stacks or transforms, nobody can tell. */
export function absentFrom(assembly: Stacks, { importedTables, importedBuses, regions }: Pick<SystemDescription, 'importedTables' | 'importedBuses' | 'regions'>): Absent[] {
  const made = new Made(assembly);
  const found = new Map<string, { kind: NamedKind; name: string; regions: Set<string> }>();
  const require = (kind: NamedKind, name: string, region: string) => {
    if (made.has(kind, name, region)) return;
    const key = keyOf(kind, name);
    if (!found.has(key)) found.set(key, { kind, name, regions: new Set() });
    found.get(key)!.regions.add(region);
  };
  for (const region of regions) {
    importedTables.forEach(({ name }) => require('table', name, region));
    importedBuses.forEach(({ name }) => require('event bus', name, region));
  }
  for (const { template, region } of assembly.stacks) {
    for (const resource of Object.values(template.Resources ?? {})) {
      functionsOf(resource).forEach(name => require('function', name, region));
      rolesOf(resource).forEach(name => require('role', name, region));
      layersOf(resource).filter(({ account }) => assembly.accountIds.includes(account)).forEach(({ name }) => require('layer', name, region));
    }
    for (const { Type, Default } of Object.values(template.Parameters ?? {})) {
      if (Type.startsWith('AWS::SSM::Parameter::') && typeof Default === 'string' && !GIVEN_PARAMETER.test(Default)) require('parameter', Default, region);
    }
  }
  return [...found.values()].map(absent => ({ ...absent, regions: [...absent.regions] }));
}

/** Returns the ARNs of layers of accounts of others: functions run without them here. */
export function foreignLayersOf({ stacks, accountIds }: Stacks): string[] {
  const all = stacks.flatMap(({ template }) => Object.values(template.Resources ?? {}).flatMap(layersOf));
  return [...new Set(all.filter(({ account }) => !accountIds.includes(account)).map(({ arn }) => arn))];
}

/** Returns the names of functions that run a container image, as far as they are literal: nothing runs them here. */
export function imageFunctionsOf({ stacks }: Pick<CloudAssembly, 'stacks'>): string[] {
  const images = stacks.flatMap(({ template }) => Object.entries(template.Resources ?? {}).filter(([, { Type, Properties = {} }]) => Type === 'AWS::Lambda::Function' && Properties.PackageType === 'Image'));
  return [...new Set(images.map(([id, { Properties = {} }]) => textOf(Properties.FunctionName) ?? id))];
}

/** Returns the ARNs of user pools whose tokens an API takes: nobody has any here. */
export function userPoolsOf({ stacks }: Pick<CloudAssembly, 'stacks'>): string[] {
  const authorizers = stacks.flatMap(({ template }) => Object.values(template.Resources ?? {})).filter(({ Type }) => Type === 'AWS::ApiGateway::Authorizer');
  const arns = authorizers.flatMap(({ Properties: { ProviderARNs } = {} }) => (Array.isArray(ProviderARNs) ? ProviderARNs : []));
  return [...new Set(arns.filter(arn => typeof arn === 'string'))];
}

/** The names that the stacks of an app give, by kind and region. */
class Made {
  private readonly names = new Set<string>();
  /** Regions of which the templates do not say all. */
  private readonly unclear = new Set<string>();

  constructor({ stacks }: Pick<Stacks, 'stacks'>) {
    for (const { template, region } of stacks) {
      if (template.Transform !== undefined) this.unclear.add(region);
      for (const resource of Object.values(template.Resources ?? {})) {
        if (resource.Type === NESTED_STACK) this.unclear.add(region);
        const named = nameOf(resource);
        if (named) regionsOf(resource, { region }).forEach(one => this.names.add(keyOf(named.kind, one, textOf(named.name) ?? '')));
      }
    }
  }

  public has(kind: string, name: string, region: string): boolean {
    return this.unclear.has(region) || [...this.names].some(made => matches(made, keyOf(kind, region, name)));
  }
}

/** Returns whether a name may be one of which only some parts are known. */
function matches(made: string, name: string): boolean {
  const [first, ...others] = made.split('*');
  if (others.length === 0) return made === name;
  return name.startsWith(first) && name.endsWith(others.at(-1)!) && name.length >= made.length - others.length;
}

function keyOf(...parts: string[]): string {
  return parts.join(' ');
}

function functionsOf({ Type, Properties = {} }: Resource): string[] {
  const name = textOf(Properties[CALLERS[Type] ?? '']);
  return name === undefined ? [] : FUNCTION_ARN.exec(name)?.slice(1, 2) ?? [];
}

/** Those that a region must have: each local region has roles of its own. */
function rolesOf({ Type, Properties = {} }: Resource): string[] {
  if (Type === 'AWS::IAM::Policy' && Array.isArray(Properties.Roles)) return Properties.Roles.filter(role => typeof role === 'string');
  return Type === 'AWS::Lambda::Function' ? ROLE_ARN.exec(textOf(Properties.Role) ?? '')?.slice(1, 2) ?? [] : [];
}

function layersOf({ Type, Properties = {} }: Resource): { arn: string; account: string; name: string }[] {
  if (Type !== 'AWS::Lambda::Function' || !Array.isArray(Properties.Layers)) return [];
  return Properties.Layers.flatMap(layer => {
    const arn = textOf(layer) ?? '';
    const [, account, name] = LAYER_ARN.exec(arn) ?? [];
    return name === undefined ? [] : [{ arn, account, name }];
  });
}
