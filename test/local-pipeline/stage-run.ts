import { ActionExecutor, ActionRun } from './action-run';
import { Clock } from './clock';
import { ConditionRun } from './condition-run';
import { ActionDeclaration, Condition, StageDeclaration } from './definition';
import { Execution } from './execution';
import { RuleEvaluator } from './rules';

/** @see https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_StageExecution.html */
export type StageStatus = 'InProgress' | 'Stopping' | 'Stopped' | 'Succeeded' | 'Failed' | 'Skipped' | 'Cancelled';

export interface StageRunProps {
  readonly stage: StageDeclaration;
  readonly execution: Execution;
  /** By the provider of an action. */
  readonly executors: Record<string, ActionExecutor>;
  /** By the provider of a rule. */
  readonly evaluators: Record<string, RuleEvaluator>;
  readonly clock: Clock;
  readonly changed: () => void;
  /** Told of each action that begins. */
  readonly began: (action: string, run: ActionRun) => void;
}

/** One execution in one stage. */
export class StageRun {
  public status: StageStatus = 'InProgress';
  public entry?: ConditionRun;
  public success?: ConditionRun;
  /** Whether the condition on success wants the stage to be rolled back. */
  public wantsRollback = false;
  public readonly actions = new Map<string, ActionRun>();
  private readonly attempts = new Map<string, number>();
  private readonly underWay = new Set<Promise<void>>();
  private ending?: { readonly status: 'Stopped' | 'Cancelled'; readonly abandons: boolean };
  private ended = new AbortController();

  constructor(public readonly props: StageRunProps) {}

  public get execution(): Execution {
    return this.props.execution;
  }

  public get isUnderWay(): boolean {
    return this.status === 'InProgress' || this.status === 'Stopping';
  }

  public get isAbandoned(): boolean {
    return this.ending?.abandons === true;
  }

  public get failedActions(): string[] {
    return this.named(action => ['Failed', 'Abandoned'].includes(this.actions.get(action.name)?.status ?? ''));
  }

  /** Runs it from its entry condition on. */
  public async fromItsEntry(): Promise<StageStatus> {
    const { beforeEntry } = this.props.stage;
    if (beforeEntry) {
      this.entry = this.check(beforeEntry);
      if (!await this.entry.isMet()) return this.end(beforeEntry.result === 'SKIP' ? 'Skipped' : 'Failed');
    }
    return this.act();
  }

  /**
   * Runs it again, from its first action on or those that have not succeeded.
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-retry.html
   */
  public async again(all: boolean): Promise<StageStatus> {
    this.status = 'InProgress';
    this.ending = undefined;
    this.ended = new AbortController();
    if (all) this.actions.clear();
    return this.act();
  }

  /** Begins failed actions again while others of the stage are still under way. */
  public beginFailedAgain(): void {
    this.props.stage.actions.filter(({ name }) => this.failedActions.includes(name)).forEach(action => this.begin(action));
  }

  /** What is under way comes to its end, or is abandoned; nothing else begins. */
  public stop(status: 'Stopped' | 'Cancelled', abandons: boolean): void {
    this.ending = { status, abandons };
    this.status = 'Stopping';
    if (!abandons && this.underWay.size > 0) return;
    this.actions.forEach(action => action.abandon());
    this.ended.abort();
  }

  private async act(): Promise<StageStatus> {
    const { actions, onSuccess } = this.props.stage;
    for (const order of [...new Set(actions.map(({ runOrder }) => runOrder))].sort((one, other) => one - other)) {
      if (this.ending) break;
      const group = actions.filter(action => action.runOrder === order && this.actions.get(action.name)?.status !== 'Succeeded');
      group.forEach(action => this.begin(action));
      const ended = new Promise<void>(resolve => this.ended.signal.addEventListener('abort', () => resolve(), { once: true }));
      while (this.underWay.size > 0 && !this.isAbandoned) await Promise.race([...this.underWay, ended]);
      if (this.ending) break;
      if (group.some(action => this.actions.get(action.name)!.status !== 'Succeeded')) return this.end('Failed');
    }
    if (onSuccess && !this.ending) {
      this.success = this.check(onSuccess);
      if (!await this.success.isMet()) {
        this.wantsRollback = onSuccess.result === 'ROLLBACK';
        return this.end('Failed');
      }
    }
    return this.end('Succeeded');
  }

  private begin(action: ActionDeclaration): void {
    const { stage, execution, executors, clock, changed } = this.props;
    const attempt = (this.attempts.get(action.name) ?? 0) + 1;
    const run = new ActionRun({ stage: stage.name, action, execution, attempt, executor: executors[action.provider], clock, changed });
    this.attempts.set(action.name, attempt);
    this.actions.set(action.name, run);
    this.props.began(action.name, run);
    const work = run.toItsEnd().then(() => { this.underWay.delete(work); });
    this.underWay.add(work);
  }

  private check(condition: Condition): ConditionRun {
    const { stage, execution, evaluators, clock, changed } = this.props;
    return new ConditionRun(condition, { stage: stage.name, execution, evaluators, clock, changed, ended: this.ended.signal });
  }

  private end(status: StageStatus): StageStatus {
    if (this.isAbandoned) this.underWay.clear();
    this.status = this.ending?.status ?? status;
    return this.status;
  }

  private named(which: (action: ActionDeclaration) => boolean): string[] {
    return this.props.stage.actions.filter(which).map(({ name }) => name);
  }
}
