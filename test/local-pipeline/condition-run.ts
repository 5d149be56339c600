import { Clock } from './clock';
import { Condition } from './definition';
import { Execution } from './execution';
import { RuleEvaluator } from './rules';

/** @see https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ConditionExecution.html */
export type ConditionStatus = 'InProgress' | 'Succeeded' | 'Failed' | 'Errored' | 'Abandoned' | 'Overridden';

export interface RuleState {
  readonly name: string;
  status: 'InProgress' | 'Succeeded' | 'Failed' | 'Abandoned';
  summary?: string;
  changedAt: number;
}

export interface ConditionRunProps {
  readonly stage: string;
  readonly execution: Execution;
  readonly evaluators: Record<string, RuleEvaluator>;
  readonly clock: Clock;
  /** Aborted when the execution does not go on. */
  readonly ended: AbortSignal;
  readonly changed: () => void;
}

/**
 * One evaluation of a condition. Its rules are evaluated together and each of them once, and one that is not met is enough to fail it.
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-conditions.html
 */
export class ConditionRun {
  public status: ConditionStatus = 'InProgress';
  public changedAt: number;
  public readonly rules: RuleState[];
  private readonly override = new AbortController();

  constructor(public readonly condition: Condition, private readonly props: ConditionRunProps) {
    this.changedAt = props.clock.now();
    this.rules = condition.rules.map(({ name }) => ({ name, status: 'InProgress', changedAt: this.changedAt }));
  }

  /** Only one that is being evaluated, and does not skip the stage, can be overridden. */
  public get isOverridable(): boolean {
    return this.status === 'InProgress' && this.condition.result !== 'SKIP';
  }

  /** Lets the execution in, whatever the rules say; those that still run are left to themselves. */
  public overrideIt(): void {
    this.override.abort();
  }

  /** Whether the execution may go on. */
  public async isMet(): Promise<boolean> {
    const signal = AbortSignal.any([this.override.signal, this.props.ended]);
    const answers = Promise.all(this.condition.rules.map(async (_, i) => this.evaluate(i, signal)));
    await Promise.race([answers, new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))]);
    const status = this.override.signal.aborted ? 'Overridden' : this.props.ended.aborted ? 'Abandoned'
      : this.rules.every(rule => rule.status === 'Succeeded') ? 'Succeeded' : 'Failed';
    this.rules.filter(rule => rule.status === 'InProgress').forEach(rule => { rule.status = 'Abandoned'; });
    this.status = status;
    this.changedAt = this.props.clock.now();
    this.props.changed();
    return status === 'Succeeded' || status === 'Overridden';
  }

  private async evaluate(i: number, signal: AbortSignal): Promise<void> {
    const { stage, execution, evaluators, clock, changed } = this.props;
    const { provider, configuration, region } = this.condition.rules[i];
    const { isMet, summary } = await Promise.resolve()
      .then(async () => evaluators[provider]({ stage, execution, configuration: execution.resolveAll(configuration), region, clock, signal }))
      .catch((error: Error) => ({ isMet: false, summary: error.message }));
    if (signal.aborted) return;
    Object.assign(this.rules[i], { status: isMet ? 'Succeeded' : 'Failed', summary, changedAt: clock.now() });
    changed();
  }
}
