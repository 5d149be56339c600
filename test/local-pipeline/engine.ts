import { join } from 'path';
import { ActionExecutor } from './action-run';
import { Changes } from './changes';
import { Clock } from './clock';
import { PipelineDefinition, StageDeclaration } from './definition';
import { Refusal } from './errors';
import { Execution, ExecutionProps, Trigger } from './execution';
import { RuleEvaluator } from './rules';
import { Stage, Transition } from './stage';
import { StageRun, StageStatus } from './stage-run';

export interface EngineProps {
  readonly clock: Clock;
  /** Where executions work. */
  readonly folder: string;
  readonly executors: Record<string, ActionExecutor>;
  readonly evaluators: Record<string, RuleEvaluator>;
  readonly changes: Changes;
  /** Between the failure of a stage and the start of its rollback. */
  readonly rollbackDelayMs: number;
}

/**
 * Takes executions through a pipeline of the mode QUEUED, as CodePipeline's documentation says it does. What it leaves open is decided against whoever relies on it:
 *
 * - A rollback is an execution, so it waits like one: behind those that already stand in front of its stage, before a closed transition, and at the entry condition. The
 *   stage is unlocked before, so another execution may enter it in between.
 * - An entry condition that fails is a failed stage: it is rolled back if the stage says so.
 * - An entry condition can be overridden while it is evaluated, and no more when it has failed.
 * - A retry begins at the actions: the entry condition is not evaluated again.
 * - A stage without a failed action cannot be retried: so not one that failed at its entry. An execution that was stopped can be.
 * - A rollback that fails is not followed by another one.
 * - A stage that was skipped has not succeeded, so it is nothing to go back to.
 * - A new version of the pipeline cancels whatever is under way, and what its actions have begun goes on. It closes the transitions again that the template closes.
 * - An abandoned action goes on as well.
 * - A Lambda function that fails, and has not answered, is waited for until the action times out.
 *
 * What waits for more than 30 days in front of a closed transition, and quotas, are not modeled.
 *
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback.html
 */
export class Engine {
  public readonly executions: Execution[] = [];
  public stages: Stage[];
  public version = 1;
  public readonly createdAt: number;
  public updatedAt: number;
  /** How many rollbacks are about to start. */
  private takingBack = 0;

  constructor(public definition: PipelineDefinition, private readonly props: EngineProps) {
    this.createdAt = this.updatedAt = props.clock.now();
    this.stages = this.layOut([]);
  }

  /** Starts an execution. */
  public start(trigger: Trigger, given: ReadonlyMap<string, string> = new Map()): Execution {
    const { variables } = this.definition;
    const unknown = [...given].filter(([name, value]) => !variables.has(name) || value === '').map(([name]) => name);
    const missing = [...variables].filter(([name, value]) => value === undefined && !given.has(name)).map(([name]) => name);
    if (unknown.length > 0) throw new Refusal('ValidationException', `not variables of the pipeline, or empty: ${unknown.join()}`);
    if (missing.length > 0) throw new Refusal('ValidationException', `variables without a value: ${missing.join()}`);
    const values = [...variables].map(([name, value]) => [name, given.get(name) ?? value!] as const);
    return this.queue(this.stages[0], { trigger, variables: new Map(values) });
  }

  /** Makes a new version of the pipeline. */
  public update(definition: PipelineDefinition): void {
    for (const execution of this.executions.filter(({ hasEnded }) => !hasEnded)) this.end(execution, 'Cancelled', true);
    this.definition = definition;
    this.version += 1;
    this.updatedAt = this.props.clock.now();
    this.stages = this.layOut(this.stages);
    if (definition.startsOnUpdate) this.start('CreatePipeline');
    this.props.changes.announce();
  }

  /** @see https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-stop.html */
  public stop(execution: Execution, abandons: boolean): void {
    const run = this.runOf(execution);
    if (execution.hasEnded) throw new Refusal('PipelineExecutionNotStoppableException', `${execution.id} is ${execution.status}`);
    if (execution.status === 'Stopping' && (!abandons || run?.isAbandoned)) throw new Refusal('DuplicatedStopRequestException', `${execution.id} is being stopped`);
    this.end(execution, 'Stopped', abandons);
    this.props.changes.announce();
  }

  /** Runs a stage again in the same execution, which goes on from there. */
  public retry(stage: Stage, execution: Execution, all: boolean): void {
    const { latest } = stage;
    if (latest?.execution !== execution) throw new Refusal('NotLatestPipelineExecutionException', `${execution.id} is not the latest execution in ${stage.name}`);
    const hasFailed = latest.failedActions.length > 0 || latest.status === 'Stopped';
    if (!hasFailed || execution.props.version !== this.version) {
      throw new Refusal('StageNotRetryableException', `${stage.name} has no failed actions, or the pipeline has changed`);
    }
    if (latest.status === 'InProgress' && !all) return latest.beginFailedAgain();
    if (latest.isUnderWay) throw new Refusal('ConflictException', `${stage.name} is under way`);
    this.change(execution, 'InProgress');
    void this.pass(stage, latest, async () => latest.again(all));
    this.props.changes.announce();
  }

  /** @see https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_RollbackStage.html */
  public rollBack(stage: Stage, target: Execution, trigger: Trigger): Execution {
    if (stage === this.stages[0] || stage.isLocked || !this.isTarget(stage, target)) {
      throw new Refusal('UnableToRollbackStageException', `${stage.name} cannot be rolled back to ${target.id} now`);
    }
    return this.queue(stage, { trigger, variables: target.props.variables, target });
  }

  public setTransition(stage: Stage, isEnabled: boolean, reason?: string): void {
    stage.transition = { isEnabled, reason, changedAt: this.props.clock.now() };
    this.admit();
  }

  /** Whether nothing is under way, nor about to be. */
  public get isIdle(): boolean {
    return this.takingBack === 0 && this.executions.every(({ hasEnded }) => hasEnded);
  }

  /** In the present version of the pipeline. */
  public hasSucceeded(stage: Stage, execution: Execution): boolean {
    return execution.props.version === this.version && execution.succeededIn(stage.name) !== undefined;
  }

  /** Whether a stage could be rolled back to an execution. */
  private isTarget(stage: Stage, execution: Execution): boolean {
    return execution.type === 'STANDARD' && this.hasSucceeded(stage, execution);
  }

  private layOut(before: Stage[]): Stage[] {
    const { definition: { stages, closed }, props: { clock } } = this;
    return stages.map(declaration => {
      const previous = before.find(({ name }) => name === declaration.name);
      const reason = closed.get(declaration.name);
      const transition: Transition = reason === undefined && previous
        ? previous.transition
        : { isEnabled: reason === undefined, reason, changedAt: clock.now() };
      this.requireKnown(declaration);
      return new Stage(declaration, transition, previous);
    });
  }

  private requireKnown({ name, actions, beforeEntry, onSuccess }: StageDeclaration): void {
    const { executors, evaluators } = this.props;
    const rules = [beforeEntry, onSuccess].flatMap(condition => condition?.rules ?? []);
    const unknown = [...actions.filter(({ provider }) => !executors[provider]), ...rules.filter(({ provider }) => !evaluators[provider])];
    if (unknown.length > 0) throw new Error(`the runner does not know ${unknown.map(({ provider }) => provider).join()} of the stage ${name}`);
  }

  private queue(stage: Stage, props: Pick<ExecutionProps, 'trigger' | 'variables' | 'target'>): Execution {
    const { clock, folder } = this.props;
    const number = this.executions.length + 1;
    const execution = new Execution({ ...props, version: this.version, startedAt: clock.now(), folder: join(folder, String(number)) });
    this.executions.push(execution);
    stage.inbound.push(execution);
    this.admit();
    return execution;
  }

  /** Lets the first of those that wait into each stage that is free. */
  private admit(): void {
    const { executors, evaluators, clock, changes } = this.props;
    const changed = () => changes.announce();
    for (const stage of this.stages.filter(({ isLocked, transition }) => !isLocked && transition.isEnabled)) {
      const execution = stage.inbound.shift();
      if (!execution) continue;
      const began: StageRun['props']['began'] = (action, actionRun) => {
        stage.actions.set(action, actionRun);
        execution.actions.set(`${stage.name}/${action}`, actionRun);
      };
      const run = stage.latest = new StageRun({ stage: stage.declaration, execution, executors, evaluators, clock, changed, began });
      void this.pass(stage, run, async () => run.fromItsEntry());
    }
    changes.announce();
  }

  private async pass(stage: Stage, run: StageRun, work: () => Promise<StageStatus>): Promise<void> {
    const { execution } = run;
    const status = await work();
    execution.history.push({ stage: stage.name, status, at: this.props.clock.now() });
    if (execution.hasEnded) {
      // it was stopped between two stages
    } else if (status === 'Succeeded' || status === 'Skipped') {
      const next = execution.type === 'ROLLBACK' ? undefined : this.stages[this.stages.indexOf(stage) + 1];
      if (next) next.inbound.push(execution);
      else this.change(execution, 'Succeeded');
    } else {
      this.change(execution, status as Execution['status']);
    }
    if (status === 'Failed' && execution.type === 'STANDARD' && (stage.declaration.rollsBackOnFailure || run.wantsRollback)) void this.takeBack(stage);
    this.admit();
  }

  /** To the last execution that succeeded in the stage; if there is none, the stage stays as it is. */
  private async takeBack(stage: Stage): Promise<void> {
    const { clock, changes, rollbackDelayMs } = this.props;
    const succeeded = this.executions.filter(execution => this.isTarget(stage, execution));
    const [target] = succeeded.reverse().sort((one, other) => other.succeededIn(stage.name)! - one.succeededIn(stage.name)!);
    if (!target) return;
    this.takingBack += 1;
    if (rollbackDelayMs > 0) await clock.sleep(rollbackDelayMs);
    this.takingBack -= 1;
    if (this.stages.includes(stage)) this.queue(stage, { trigger: 'AutomatedRollback', variables: target.props.variables, target });
    changes.announce();
  }

  private end(execution: Execution, status: 'Stopped' | 'Cancelled', abandons: boolean): void {
    const run = this.runOf(execution);
    if (run) {
      this.change(execution, 'Stopping');
      run.stop(status, abandons);
      return;
    }
    const inbound = this.stages.map(stage => stage.inbound).find(waiting => waiting.includes(execution));
    inbound?.splice(inbound.indexOf(execution), 1);
    this.change(execution, status);
  }

  private runOf(execution: Execution): StageRun | undefined {
    return this.stages.map(({ latest }) => latest).find(latest => latest?.execution === execution && latest.isUnderWay);
  }

  private change(execution: Execution, status: Execution['status']): void {
    execution.status = status;
    execution.updatedAt = this.props.clock.now();
  }
}
