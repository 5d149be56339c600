import { ActionRun } from './action-run';
import { ConditionRun } from './condition-run';
import { Engine } from './engine';
import { Execution } from './execution';
import { Stage } from './stage';
import { StageRun } from './stage-run';

/** The API's JSON has seconds. */
const seconds = (ms: number) => ms / 1000;

/** @see https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GetPipelineState.html */
export function pipelineState({ definition, version, stages, createdAt, updatedAt }: Engine): object {
  return {
    pipelineName: definition.name,
    pipelineVersion: version,
    stageStates: stages.map(stageState),
    created: seconds(createdAt),
    updated: seconds(updatedAt),
  };
}

function stageState({ name, declaration, inbound, latest, transition, actions }: Stage): object {
  const inboundExecutions = inbound.map(({ id, type }) => ({ pipelineExecutionId: id, status: 'InProgress', type }));
  return {
    stageName: name,
    inboundExecution: inboundExecutions[0],
    inboundExecutions,
    inboundTransitionState: {
      enabled: transition.isEnabled, lastChangedAt: seconds(transition.changedAt), disabledReason: transition.reason,
    },
    actionStates: declaration.actions.map(action => ({ actionName: action.name, latestExecution: actionExecution(actions.get(action.name)) })),
    latestExecution: latest && { pipelineExecutionId: latest.execution.id, status: latest.status, type: latest.execution.type },
    beforeEntryConditionState: conditionState(latest?.entry),
    onSuccessConditionState: conditionState(latest?.success),
    onFailureConditionState: undefined,
  };
}

function actionExecution(run?: ActionRun): object | undefined {
  return run && {
    actionExecutionId: run.id,
    status: run.status,
    summary: run.summary,
    lastStatusChange: seconds(run.changedAt),
    token: run.token,
    errorDetails: run.error,
  };
}

function conditionState(run?: ConditionRun): object | undefined {
  return run && {
    latestExecution: { status: run.status },
    conditionStates: [{
      latestExecution: { status: run.status, lastStatusChange: seconds(run.changedAt) },
      ruleStates: run.rules.map(({ name, status, summary, changedAt }) => (
        { ruleName: name, latestExecution: { status, summary, lastStatusChange: seconds(changedAt) } }
      )),
    }],
  };
}

/** @see https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GetPipelineExecution.html */
export function pipelineExecution({ definition }: Engine, execution: Execution): object {
  const { variables, version } = execution.props;
  return {
    ...common(execution),
    pipelineName: definition.name,
    pipelineVersion: version,
    artifactRevisions: [],
    variables: [...variables].map(([name, resolvedValue]) => ({ name, resolvedValue })),
  };
}

/** @see https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineExecutionSummary.html */
export function executionSummary(execution: Execution): object {
  return { ...common(execution), startTime: seconds(execution.props.startedAt), lastUpdateTime: seconds(execution.updatedAt), sourceRevisions: [] };
}

function common({ id, status, statusSummary, type, props: { trigger, target } }: Execution): object {
  return {
    pipelineExecutionId: id,
    status,
    statusSummary,
    trigger: { triggerType: trigger },
    executionMode: 'QUEUED',
    executionType: type,
    rollbackMetadata: target && { rollbackTargetPipelineExecutionId: target.id },
  };
}

/** The run of an execution in a stage, if it is the latest there. */
export function runIn(stage: Stage, execution: Execution): StageRun | undefined {
  return stage.latest?.execution === execution ? stage.latest : undefined;
}
