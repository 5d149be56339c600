import { Environment, StackResources } from './stack-resources';
import { Template } from '../../cli/system/cloud-assembly';

export interface PipelineDefinition {
  readonly name: string;
  readonly startsOnUpdate: boolean;
  /** The defaults of the pipeline's variables: `undefined` for one that must be given. */
  readonly variables: ReadonlyMap<string, string | undefined>;
  readonly stages: StageDeclaration[];
  /** Why the way into a stage is closed, by the stage. */
  readonly closed: ReadonlyMap<string, string>;
}

export interface StageDeclaration {
  readonly name: string;
  readonly actions: ActionDeclaration[];
  readonly beforeEntry?: Condition;
  readonly onSuccess?: Condition;
  readonly rollsBackOnFailure: boolean;
}

export interface ActionDeclaration {
  readonly name: string;
  readonly category: string;
  readonly provider: string;
  /** Those of a stage that have the same run side by side. */
  readonly runOrder: number;
  /** Variables in it are not resolved. */
  readonly configuration: Record<string, string>;
  readonly inputs: string[];
  readonly outputs: string[];
  readonly namespace?: string;
  readonly timeoutMinutes?: number;
}

export interface Condition {
  /** What happens if one of its rules is not met. */
  readonly result: 'FAIL' | 'SKIP' | 'ROLLBACK';
  readonly rules: Rule[];
}

export interface Rule {
  readonly name: string;
  readonly provider: string;
  readonly configuration: Record<string, string>;
  readonly region?: string;
}

/** @see https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html */
const MAX_VALUE_LENGTH = 1000;

/** Reads the one pipeline of a template. What the runner does not know, and could therefore get wrong, it refuses. */
export function readDefinition(template: Template, environment: Environment): PipelineDefinition {
  const resources = new StackResources(template, environment);
  const [found, ...more] = resources.ofType('AWS::CodePipeline::Pipeline');
  if (!found || more.length > 0) throw new Error('expected a template with one pipeline');
  const [name, { Properties }] = found;
  const properties = Properties as unknown as PipelineProperties;
  if (properties.ExecutionMode !== 'QUEUED') throw new Error(`the runner knows pipelines of the mode QUEUED, received ${properties.ExecutionMode}`);
  return {
    name,
    startsOnUpdate: properties.RestartExecutionOnUpdate === true,
    variables: new Map((properties.Variables ?? []).map(variable => [variable.Name, variable.DefaultValue])),
    stages: properties.Stages.map(stage => readStage(resources, stage)),
    closed: new Map((properties.DisableInboundStageTransitions ?? []).map(({ StageName, Reason }) => [StageName, Reason])),
  };
}

function readStage(resources: StackResources, { Name, Actions, BeforeEntry, OnSuccess, OnFailure, ...others }: StageProperties): StageDeclaration {
  const unknown = [...Object.keys(others), ...OnFailure?.Conditions ? ['OnFailure.Conditions'] : []];
  if (unknown.length > 0) throw new Error(`the runner does not know ${unknown.join()} of the stage ${Name}`);
  if (OnFailure && OnFailure.Result !== 'ROLLBACK') throw new Error(`the runner knows the result ROLLBACK of a failure, received ${OnFailure.Result} of the stage ${Name}`);
  return {
    name: Name,
    actions: Actions.map(action => readAction(resources, action)),
    beforeEntry: readCondition(resources, BeforeEntry),
    onSuccess: readCondition(resources, OnSuccess),
    rollsBackOnFailure: OnFailure !== undefined,
  };
}

function readAction(resources: StackResources, action: ActionProperties): ActionDeclaration {
  const configuration = resources.texts(action.Configuration);
  const [tooLong] = Object.entries(configuration).filter(([, value]) => value.length >= MAX_VALUE_LENGTH);
  if (tooLong) throw new Error(`the configuration value ${tooLong[0]} of the action ${action.Name} has ${tooLong[1].length} characters, and must have less than ${MAX_VALUE_LENGTH}`);
  return {
    name: action.Name,
    category: action.ActionTypeId.Category,
    provider: action.ActionTypeId.Provider,
    runOrder: action.RunOrder ?? 1,
    configuration,
    inputs: (action.InputArtifacts ?? []).map(({ Name }) => Name),
    outputs: (action.OutputArtifacts ?? []).map(({ Name }) => Name),
    namespace: action.Namespace,
    timeoutMinutes: action.TimeoutInMinutes,
  };
}

/** A stage has one condition at most of a kind. */
function readCondition(resources: StackResources, conditions?: { readonly Conditions: ConditionProperties[] }): Condition | undefined {
  const [condition] = conditions?.Conditions ?? [];
  return condition && {
    result: condition.Result,
    rules: condition.Rules.map(({ Name, RuleTypeId, Configuration, Region }) => (
      { name: Name, provider: RuleTypeId.Provider, configuration: resources.texts(Configuration), region: Region }
    )),
  };
}

interface PipelineProperties {
  readonly ExecutionMode?: string;
  readonly RestartExecutionOnUpdate?: boolean;
  readonly Variables?: { readonly Name: string; readonly DefaultValue?: string }[];
  readonly Stages: StageProperties[];
  readonly DisableInboundStageTransitions?: { readonly StageName: string; readonly Reason: string }[];
}

interface StageProperties {
  readonly Name: string;
  readonly Actions: ActionProperties[];
  readonly BeforeEntry?: { readonly Conditions: ConditionProperties[] };
  readonly OnSuccess?: { readonly Conditions: ConditionProperties[] };
  readonly OnFailure?: { readonly Result: string; readonly Conditions?: unknown };
}

interface ActionProperties {
  readonly Name: string;
  readonly RunOrder?: number;
  readonly ActionTypeId: { readonly Category: string; readonly Provider: string };
  readonly Configuration?: Record<string, unknown>;
  readonly InputArtifacts?: { readonly Name: string }[];
  readonly OutputArtifacts?: { readonly Name: string }[];
  readonly Namespace?: string;
  readonly TimeoutInMinutes?: number;
}

interface ConditionProperties {
  readonly Result: Condition['result'];
  readonly Rules: {
    readonly Name: string;
    readonly RuleTypeId: { readonly Provider: string };
    readonly Configuration?: Record<string, unknown>;
    readonly Region?: string;
  }[];
}
