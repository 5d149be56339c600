import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { BaseFunctionProps } from './function-props';
import { requireEveryRegion } from '../system/by-region';
import { invalidProp } from '../system/errors';
import { Layout } from '../system/layout';
import { PerRegion } from '../system/per-region';

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_Environment.html */
const NAME = /^[a-zA-Z][a-zA-Z0-9_]+$/;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_BYTES = 4096;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const RESERVED = [
  'AWS_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_DEFAULT_REGION', 'AWS_EXECUTION_ENV', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME', 'AWS_LAMBDA_RUNTIME_API', 'AWS_REGION', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR', 'LAMBDA_TASK_ROOT',
];

const PROVISIONED_CONCURRENCY = 'PROVISIONED_CONCURRENCY';

/** Names and values of environment variables. */
type Variables = { readonly [name: string]: string };

/** The variables that a function was given in one region, checked against what Lambda accepts. */
export class FunctionEnvironment {
  private readonly variables = new Map<string, string>();

  constructor(private readonly owner: IConstruct) {}

  /** Adds a variable; throws if Lambda does not accept its name, its value, or all of them together. */
  public add(name: string, value: string, prop = 'environment'): void {
    const { owner } = this;
    if (!NAME.test(name)) {
      throw invalidProp(owner, prop, name, 'names of at least two letters, digits and underscores that begin with a letter');
    }
    if (RESERVED.includes(name)) {
      throw invalidProp(owner, prop, name, `other names than those that Lambda sets itself: ${RESERVED.join(', ')}`);
    }
    if (typeof value !== 'string') {
      throw invalidProp(owner, `${prop}.${name}`, value, 'a string');
    }
    this.variables.set(name, value);
    const size = this.size;
    if (size > MOST_BYTES) {
      throw invalidProp(owner, prop, `${size} bytes with ${name}`, `at most ${MOST_BYTES} bytes of names and values, as JSON; keep more in a parameter or a file, and give its name`);
    }
  }

  /** All variables, or nothing if there are none. */
  public get all(): { [name: string]: string } | undefined {
    return this.variables.size > 0 ? Object.fromEntries(this.variables) : undefined;
  }

  /** As Lambda measures it: the JSON of names and values. What is known at deployment only counts as nothing. */
  private get size(): number {
    const known = [...this.variables].map(([name, value]) => [name, Token.isUnresolved(value) ? '' : value]);
    return Buffer.byteLength(JSON.stringify(Object.fromEntries(known)), 'utf8');
  }
}

/** Returns the environment of a function in each region: the variables that are equal in all regions, then the region's own. */
export function environmentsOf(owner: IConstruct, layout: Layout, props: BaseFunctionProps): PerRegion<FunctionEnvironment> {
  const common = commonVariables(owner, props);
  const { regionalEnvironment } = props;
  if (regionalEnvironment) requireSameNames(owner, layout.system.regions, regionalEnvironment, common);
  return layout.perRegion(({ region }) => {
    const environment = new FunctionEnvironment(owner);
    Object.entries(common).forEach(([name, value]) => environment.add(name, value));
    Object.entries(regionalEnvironment?.[region] ?? {}).forEach(([name, value]) => environment.add(name, value, `regionalEnvironment.${region}`));
    return environment;
  });
}

function commonVariables(owner: IConstruct, { environment, provisionedConcurrentExecutions: provisioned }: BaseFunctionProps): Variables {
  if (provisioned === undefined) return { ...environment };
  if (environment && PROVISIONED_CONCURRENCY in environment) {
    throw invalidProp(owner, 'environment', PROVISIONED_CONCURRENCY, 'other names, because that one tells versions with provisioned concurrency apart');
  }
  // for a new version when the number changes: Lambda publishes none of a function that is as before
  return { ...environment, [PROVISIONED_CONCURRENCY]: String(provisioned) };
}

/** Throws unless the regions have variables of the same names, and none that all have anyway. */
function requireSameNames(owner: IConstruct, regions: string[], regional: { [region: string]: Variables }, common: Variables): void {
  requireEveryRegion(owner, 'regionalEnvironment', regional, regions);
  const names = regions.flatMap(region => Object.keys(regional[region]));
  const twice = names.find(name => name in common);
  if (twice !== undefined) throw invalidProp(owner, 'regionalEnvironment', twice, 'names that environment does not have');
  for (const region of regions) {
    const missing = names.find(name => !(name in regional[region]));
    if (missing !== undefined) throw invalidProp(owner, `regionalEnvironment.${region}`, Object.keys(regional[region]), `the same names in each region; missing: ${missing}`);
  }
}
