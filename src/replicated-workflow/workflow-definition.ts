import { readFileSync } from 'fs';
import { Stack } from 'aws-cdk-lib';
import { DefinitionBody, IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { faultOf } from './amazon-states-language';
import { IMultiRegionFunction } from '../multi-region-function/i-multi-region-function';
import { requireFunction } from '../multi-region-function/require-function';
import { invalidProp } from '../system/errors';
import { Layout } from '../system/layout';
import { RegionalScope } from '../system/regional-scope';

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MOST_BYTES = 1024 * 1024;

/** Values of the placeholders in a workflow definition. */
export interface WorkflowDefinitionOptions {
  /**
   * Functions by placeholder: `${Charge}` becomes the ARN of that function's live alias in the region, and the workflow may invoke it.
   *
   * @default {}
   */
  readonly functions?: { [placeholder: string]: IMultiRegionFunction };

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
   * Makes the steps of one region, within a scope of that region's stack. Use each construct's part in that region, by `inRegion(region)`; of another unit's, use the literal names.
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
  /** The functions that the state machine invokes, besides what the steps themselves permit. */
  readonly functionArns: string[];
  /** The definition as a file has it, whose steps permit nothing. */
  readonly definition?: unknown;
}

/** Makes the steps of one region. */
type BodyIn = (scope: RegionalScope) => WorkflowBody;

/** The source of a workflow's steps. */
export class WorkflowDefinition {
  /**
   * Reads the steps from a file in the Amazon States Language, by JSONPath or JSONata, the same for every region, with placeholders such as `${Charge}`.
   *
   * The workflow may invoke its functions, and run its Distributed Maps. Grant it what its other steps need, such as by `table.grantReadWriteData(workflow)` for `dynamodb:putItem`, or on
   * `grantableIn(region).grantPrincipal`: the synthesis names what is missing.
   *
   * When used, it throws if the file cannot be read, is larger than 1 MiB or is not a state machine, if a state is named that there is not, or if placeholders and what is given for them differ.
   *
   * @see https://states-language.net
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html
   */
  public static fromFile(path: string, options: WorkflowDefinitionOptions = {}): WorkflowDefinition {
    return new WorkflowDefinition(owner => fromFile(owner, path, options));
  }

  /**
   * Makes the steps with the CDK's classes, such as `Pass` and `LambdaInvoke`. The steps permit themselves what they call, in the state machine's role: a wildcard among that is a finding of cdk-nag's for you to
   * acknowledge on that role.
   */
  public static fromBinding(binding: IWorkflowBinding): WorkflowDefinition {
    return new WorkflowDefinition(() => ({ regional, region }) => ({
      definitionBody: DefinitionBody.fromChainable(binding.bind(new Construct(regional, 'Steps'), region)), functionArns: [],
    }));
  }

  private constructor(private readonly read: (owner: Construct) => BodyIn) {}

  /**
   * Checks the definition, and returns what makes each region's steps of it.
   * @internal
   */
  public _read(owner: Construct): BodyIn {
    return this.read(owner);
  }
}

function fromFile(owner: Construct, path: string, options: WorkflowDefinitionOptions): BodyIn {
  const { functions = {}, substitutions = {} } = options;
  const text = readDefinition(owner, path, Object.keys(functions), Object.keys(substitutions));
  const definitionBody = DefinitionBody.fromString(text);
  const definition: unknown = JSON.parse(text);
  const layout = Layout.of(owner);
  Object.entries(functions).forEach(([name, fn]) => {
    layout.requireSameSystem(`functions.${name}`, fn);
    requireFunction(owner, `functions.${name}`, fn);
  });
  return ({ region, regional }) => {
    const stack = Stack.of(regional);
    const arns = Object.fromEntries(Object.entries(functions).map(([placeholder, fn]) => [placeholder, fn._liveFor(region).arnIn(stack)]));
    return { definitionBody, substitutions: { ...substitutions, ...arns }, functionArns: Object.values(arns), definition };
  };
}

function readDefinition(owner: Construct, path: string, functions: string[], substitutions: string[]): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw invalidProp(owner, 'definition', path, `the path of a readable file (${(error as Error).message})`);
  }
  if (Buffer.byteLength(text, 'utf8') > MOST_BYTES) throw invalidProp(owner, 'definition', path, `a definition of at most ${MOST_BYTES} bytes, which is Step Functions' quota`);
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
