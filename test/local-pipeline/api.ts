import { Engine } from './engine';
import { Refusal } from './errors';
import { Execution } from './execution';
import { Jobs } from './jobs';
import { Stage } from './stage';
import { executionSummary, pipelineExecution, pipelineState, runIn } from './views';

/** A request, as JSON has it. */
export type Input = Record<string, any>;

/** The operations of CodePipeline that operators, functions and commands use, on one pipeline. */
export class CodePipelineApi {
  constructor(readonly engine: Engine, readonly jobs: Jobs) {}

  /** @throws {@link Refusal} */
  public call(operation: string, input: Input): object | void {
    if (!Object.hasOwn(OPERATIONS, operation)) throw new Refusal('UnknownOperationException', `the runner does not know ${operation}`);
    return OPERATIONS[operation](this, input);
  }

  public requirePipeline(name: unknown): Engine {
    if (name !== this.engine.definition.name) throw new Refusal('PipelineNotFoundException', `there is no pipeline ${name}`);
    return this.engine;
  }

  public stage({ pipelineName, stageName }: Input): Stage {
    const stage = this.requirePipeline(pipelineName).stages.find(({ name }) => name === stageName);
    if (!stage) throw new Refusal('StageNotFoundException', `there is no stage ${stageName}`);
    return stage;
  }

  public execution({ pipelineName }: Input, wanted: unknown): Execution {
    const execution = this.requirePipeline(pipelineName).executions.find(({ id }) => id === wanted);
    if (!execution) throw new Refusal('PipelineExecutionNotFoundException', `there is no execution ${wanted}`);
    return execution;
  }
}

/** @see https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_Operations.html */
const OPERATIONS: Record<string, (api: CodePipelineApi, input: Input) => object | void> = {
  StartPipelineExecution: (api, { name, variables = [] }) => {
    const given = new Map<string, string>(variables.map((variable: Input) => [variable.name, variable.value]));
    return { pipelineExecutionId: api.requirePipeline(name).start('StartPipelineExecution', given).id };
  },

  StopPipelineExecution: (api, input) => {
    const execution = api.execution(input, input.pipelineExecutionId);
    api.engine.stop(execution, input.abandon === true);
    execution.statusSummary = input.reason;
    return { pipelineExecutionId: execution.id };
  },

  GetPipelineState: (api, { name }) => pipelineState(api.requirePipeline(name)),

  GetPipelineExecution: (api, input) => ({ pipelineExecution: pipelineExecution(api.engine, api.execution(input, input.pipelineExecutionId)) }),

  ListPipelineExecutions: (api, { pipelineName, maxResults = 100, filter, nextToken = '0' }) => {
    const { executions } = api.requirePipeline(pipelineName);
    const stage = filter?.succeededInStage && api.stage({ pipelineName, ...filter.succeededInStage });
    const found = [...executions].reverse().filter(execution => !stage || api.engine.hasSucceeded(stage, execution));
    const end = Number(nextToken) + maxResults;
    const page = found.slice(Number(nextToken), end);
    return { pipelineExecutionSummaries: page.map(executionSummary), nextToken: end < found.length ? String(end) : undefined };
  },

  PutApprovalResult: (api, { actionName, token, result, ...where }) => {
    const stage = api.stage(where);
    const isKnown = stage.declaration.actions.some(({ name }) => name === actionName);
    if (!isKnown) throw new Refusal('ActionNotFoundException', `there is no action ${actionName}`);
    const run = stage.actions.get(actionName);
    if (!run) throw new Refusal('InvalidApprovalTokenException', `${actionName} waits for nothing`);
    run.decide(token, result);
    return { approvedAt: run.changedAt / 1000 };
  },

  OverrideStageCondition: (api, input) => {
    const stage = api.stage(input);
    const run = runIn(stage, api.execution(input, input.pipelineExecutionId));
    if (!run) throw new Refusal('NotLatestPipelineExecutionException', `${input.pipelineExecutionId} is not the latest execution in ${stage.name}`);
    const condition = input.conditionType === 'BEFORE_ENTRY' ? run.entry : run.success;
    if (!condition?.isOverridable) throw new Refusal('ConditionNotOverridableException', `${stage.name} has no condition that can be overridden now`);
    condition.overrideIt();
  },

  RetryStageExecution: (api, input) => {
    const execution = api.execution(input, input.pipelineExecutionId);
    api.engine.retry(api.stage(input), execution, input.retryMode === 'ALL_ACTIONS');
    return { pipelineExecutionId: execution.id };
  },

  RollbackStage: (api, input) => {
    const stage = api.stage(input);
    return { pipelineExecutionId: api.engine.rollBack(stage, api.execution(input, input.targetPipelineExecutionId), 'ManualRollback').id };
  },

  EnableStageTransition: (api, input) => api.engine.setTransition(api.stage(input), true),

  DisableStageTransition: (api, input) => api.engine.setTransition(api.stage(input), false, input.reason),

  PutJobSuccessResult: (api, { jobId, continuationToken, executionDetails, outputVariables = {} }) => {
    const summary = executionDetails?.summary;
    api.jobs.answer(jobId, continuationToken
      ? { kind: 'continues', summary, token: continuationToken }
      : { kind: 'succeeded', summary, variables: outputVariables });
  },

  PutJobFailureResult: (api, { jobId, failureDetails }) => api.jobs.answer(jobId, { kind: 'failed', code: failureDetails.type, message: failureDetails.message }),
};
