import { randomUUID } from 'crypto';
import { ActionRun } from './action-run';
import { ActionFailure } from './errors';

/** @see https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineExecution.html */
export type ExecutionStatus = 'InProgress' | 'Stopping' | 'Stopped' | 'Succeeded' | 'Failed' | 'Cancelled';

export type Trigger = 'CreatePipeline' | 'StartPipelineExecution' | 'AutomatedRollback' | 'ManualRollback';

export interface ExecutionProps {
  readonly trigger: Trigger;
  /** The version of the pipeline's structure that it was started in. */
  readonly version: number;
  readonly startedAt: number;
  readonly variables: ReadonlyMap<string, string>;
  /** Where its actions work: a folder of its own. */
  readonly folder: string;
  /**
   * The execution whose artifacts and variables it takes over, of one stage alone.
   *
   * @default - it is not a rollback
   */
  readonly target?: Execution;
}

/** One run of a pipeline. */
export class Execution {
  public readonly id = randomUUID();
  public status: ExecutionStatus = 'InProgress';
  public statusSummary?: string;
  public updatedAt: number;
  /** Artifacts by name: the folders that they are in. */
  public readonly artifacts: Map<string, string>;
  /** What actions have put out, by their namespaces. */
  public readonly outputs: Map<string, Record<string, string>>;
  /** The last run of each of its actions, by `<stage>/<action>`. */
  public readonly actions = new Map<string, ActionRun>();
  /** How each stage ended that it was in, each time, in order. */
  public readonly history: { readonly stage: string; readonly status: string; readonly at: number }[] = [];

  constructor(public readonly props: ExecutionProps) {
    this.updatedAt = props.startedAt;
    this.artifacts = new Map(props.target?.artifacts);
    this.outputs = new Map(props.target?.outputs);
  }

  public get type(): 'STANDARD' | 'ROLLBACK' {
    return this.props.target ? 'ROLLBACK' : 'STANDARD';
  }

  public get hasEnded(): boolean {
    return this.status !== 'InProgress' && this.status !== 'Stopping';
  }

  /** When it last succeeded in a stage, if it has. */
  public succeededIn(stage: string): number | undefined {
    const last = this.history.filter(entry => entry.stage === stage).at(-1);
    return last?.status === 'Succeeded' ? last.at : undefined;
  }

  /**
   * Puts the values of variables into a text, as it is done just before an action or a rule runs. The text may be JSON: nothing is quoted.
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html
   */
  public resolve(text: string): string {
    return text.replace(/#\{([^{}.]+)\.([^{}]+)\}/g, (reference, namespace: string, name: string) => {
      const value = this.valueOf(namespace, name);
      if (value === undefined) throw new ActionFailure(`there is no variable ${reference}`, 'ConfigurationError');
      return value;
    });
  }

  public resolveAll(texts: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, this.resolve(text)]));
  }

  private valueOf(namespace: string, name: string): string | undefined {
    switch (namespace) {
      case 'variables': return this.props.variables.get(name);
      case 'codepipeline': return name === 'PipelineExecutionId' ? this.id : undefined;
      default: return this.outputs.get(namespace)?.[name];
    }
  }
}
