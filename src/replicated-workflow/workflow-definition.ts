import { readFileSync } from 'fs';
import { DefinitionBody, IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { faultOf } from './amazon-states-language';
import { MultiRegionFunction } from '../multi-region-function/multi-region-function';
import { invalidProp } from '../system/errors';

/** What the placeholders of a workflow definition stand for. */
export interface WorkflowDefinitionOptions {
  /**
   * Functions by placeholder: `${Charge}` becomes the ARN of that function's live alias in the region, and the workflow may invoke it.
   *
   * @default {}
   */
  readonly functions?: { [placeholder: string]: MultiRegionFunction };

  /**
   * Other values by placeholder, equal in every region, such as a table's name.
   *
   * @default {}
   */
  readonly substitutions?: { [placeholder: string]: string };
}

/** Steps that are made with the CDK, once for each region. */
export interface IWorkflowBinding {
  /**
   * Makes the steps of one region, within a scope of that region's stack. Use each construct's share of that region, by `inRegion(region)`.
   */
  bind(scope: Construct, region: string): IChainable;
}

/**
 * The steps as one region's state machine has them.
 * @internal
 */
export interface WorkflowBody {
  readonly definitionBody: DefinitionBody;
  readonly substitutions?: { [placeholder: string]: string };
  /** What the state machine invokes besides what the steps themselves permit. */
  readonly functionArns: string[];
}

/** Makes the steps of one region. */
type BodyIn = (share: Construct, region: string) => WorkflowBody;
type RequireSameSystem = (prop: string, fn: Construct) => void;

/** Where a workflow's steps come from. */
export class WorkflowDefinition {
  /**
   * A file in the Amazon States Language, by JSONPath or JSONata, the same for every region, with placeholders such as `${Charge}`.
   *
   * When used, it throws if the file cannot be read or is not a state machine, if a state is named that there is not, or if placeholders and what is given for them differ.
   *
   * @see https://states-language.net
   */
  public static fromFile(path: string, options: WorkflowDefinitionOptions = {}): WorkflowDefinition {
    return new WorkflowDefinition((owner, requireSameSystem) => fromFile(owner, path, options, requireSameSystem));
  }

  /**
   * Steps made with the CDK's classes, such as `Pass` and `LambdaInvoke`. They permit themselves what they call: a wildcard among that is a finding of cdk-nag's for you to acknowledge.
   */
  public static fromBinding(binding: IWorkflowBinding): WorkflowDefinition {
    return new WorkflowDefinition(() => (share, region) => ({
      definitionBody: DefinitionBody.fromChainable(binding.bind(new Construct(share, 'Steps'), region)), functionArns: [],
    }));
  }

  private constructor(private readonly read: (owner: Construct, requireSameSystem: RequireSameSystem) => BodyIn) {}

  /**
   * Checks the definition, and returns what makes each region's steps of it.
   * @internal
   */
  public _read(owner: Construct, requireSameSystem: RequireSameSystem): BodyIn {
    return this.read(owner, requireSameSystem);
  }
}

function fromFile(owner: Construct, path: string, options: WorkflowDefinitionOptions, requireSameSystem: RequireSameSystem): BodyIn {
  const { functions = {}, substitutions = {} } = options;
  const definitionBody = DefinitionBody.fromString(readDefinition(owner, path, Object.keys(functions), Object.keys(substitutions)));
  Object.entries(functions).forEach(([name, fn]) => requireSameSystem(`functions.${name}`, fn));
  return (_, region) => {
    const arns = Object.fromEntries(Object.entries(functions).map(([placeholder, fn]) => [placeholder, fn.inRegion(region).functionArn]));
    return { definitionBody, substitutions: { ...substitutions, ...arns }, functionArns: Object.values(arns) };
  };
}

function readDefinition(owner: Construct, path: string, functions: string[], substitutions: string[]): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw invalidProp(owner, 'definition', path, `the path of a readable file (${(error as Error).message})`);
  }
  requireStateMachine(owner, path, text);
  const used = new Set([...text.matchAll(/\$\{([A-Za-z0-9_.-]+)\}/g)].map(match => match[1]));
  const given = [...functions, ...substitutions];
  for (const placeholder of used) {
    if (!given.includes(placeholder)) {
      throw invalidProp(owner, `definition ${path}: placeholder`, placeholder, given.length > 0 ? `one of ${given.join(', ')}` : 'none, as neither functions nor substitutions are given');
    }
  }
  for (const placeholder of given) {
    if (!used.has(placeholder)) {
      throw invalidProp(owner, 'functions and substitutions', placeholder, `what ${path} uses: ${[...used].join(', ') || 'nothing'}`);
    }
  }
  const twice = functions.find(placeholder => substitutions.includes(placeholder));
  if (twice) {
    throw invalidProp(owner, 'functions and substitutions', twice, 'a placeholder in one of the two');
  }
  return text;
}

function requireStateMachine(owner: Construct, path: string, text: string): void {
  let definition: unknown;
  try {
    definition = JSON.parse(text);
  } catch (error) {
    throw invalidProp(owner, 'definition', path, `a file in the Amazon States Language, which is JSON (${(error as Error).message})`);
  }
  const fault = faultOf(definition);
  if (fault) throw invalidProp(owner, 'definition', path, `a state machine, but ${fault}`);
}
